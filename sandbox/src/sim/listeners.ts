/** Opens the ports that the cluster's own Services declare, and closes them with the Services. */
import type { Server } from "node:http";
import { CONSOLE_SERVICE, SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { listen, type Certificates, type Handler } from "./httpListener.js";
import type { Informer } from "./informer.js";
import { isReady } from "./ingressRoutes.js";
import { log } from "./log.js";
import type { EndpointSlice, Service } from "./objects.js";
import { INGRESS_PORTS } from "./names.js";
import { Queue } from "./queue.js";

export interface Entry {
  name: string;
  /** The node port that a Service opens for this entry; undefined where it is no Service of it. */
  port(service: Service): number | undefined;
  handler: Handler;
  /** Of an entry that speaks HTTPS. */
  certificates?: Certificates;
}

export const consolePort = ({ metadata, spec }: Service): number | undefined =>
  metadata.namespace === SYSTEM_NAMESPACE && metadata.name === CONSOLE_SERVICE && spec.type === "NodePort"
    ? spec.ports?.[0]?.nodePort
    : undefined;

export const ingressPort = ({ metadata, spec }: Service, scheme: "http" | "https"): number | undefined =>
  spec.type === "NodePort"
    ? spec.ports?.find(({ name }) => name === INGRESS_PORTS[metadata.labels?.["app.kubernetes.io/name"] ?? ""]?.[scheme])?.nodePort
    : undefined;

export class Listeners {
  private readonly open = new Map<string, { port: number; server: Server }>();
  private readonly failures = new Map<string, string>();
  private readonly queue: Queue;

  /** @param onErrors called with all that is wrong, whenever that changes. */
  constructor(
    private readonly entries: readonly Entry[],
    services: Informer<Service>,
    slices: Informer<EndpointSlice>,
    private readonly onErrors: (errors: string[]) => void,
  ) {
    this.queue = new Queue("listener", async (name) => {
      const entry = entries.find((it) => it.name === name);
      const service = services.items.find((it) => entry?.port(it) !== undefined && isReady(it, slices.items));
      if (entry) await this.settle(entry, service && entry.port(service));
    });
    services.onChange(() => this.check());
    slices.onChange(() => this.check());
  }

  /** Looks again at what is wanted. */
  check(): void {
    for (const { name } of this.entries) this.queue.add(name);
  }

  stop(): void {
    this.queue.stop();
    for (const name of [...this.open.keys()]) this.close(name);
  }

  /** A port that another process holds is tried again: it may be set free. */
  private async settle({ name, handler, certificates }: Entry, port: number | undefined): Promise<void> {
    if (this.open.get(name)?.port === port) return;
    this.close(name);
    if (port === undefined) return this.report(name, undefined);
    try {
      this.open.set(name, { port, server: await listen(port, handler, certificates) });
    } catch (error) {
      const reason =
        error instanceof Error && "code" in error && error.code === "EADDRINUSE" ? "another program listens on it" : String(error);
      this.report(
        name,
        `port ${port} of the ${name} cannot be opened on this machine: ${reason}; stop that program or choose another port`,
      );
      throw error;
    }
    log(`${name}: ${certificates ? "https" : "http"}://127.0.0.1:${port}`);
    this.report(name, undefined);
  }

  private close(name: string): void {
    const { server, port } = this.open.get(name) ?? {};
    if (!server) return;
    server.close();
    server.closeAllConnections();
    this.open.delete(name);
    log(`${name}: port ${port} closed`);
  }

  private report(name: string, failure: string | undefined): void {
    if (this.failures.get(name) === failure) return;
    if (failure === undefined) this.failures.delete(name);
    else this.failures.set(name, failure);
    this.onErrors([...this.failures.values()]);
  }
}
