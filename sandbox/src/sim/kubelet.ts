/**
 * Stands in for a kubelet in the one thing that it is asked for of the executors' pods: what they said (`kubectl logs`). Those pods wait at a
 * scheduling gate while their work is done here, and get their node at the end, as the API server asks for logs on a pod's node only.
 */
import { once } from "node:events";
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { Certificate } from "./admission/certificate.js";
import type { Cluster } from "./cluster.js";
import type { Informer } from "./informer.js";
import { log } from "./log.js";
import { collection, namespaced } from "./names.js";
import type { KubeObject, Pod } from "./objects.js";

/** Of a log, in UTF-16 code units: the end counts. */
const LONGEST = 100_000;

export class Kubelet {
  private server: Server | undefined;
  private node: string | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly made: Promise<Certificate>,
    private readonly pods: Pick<Informer<Pod>, "find" | "items">,
    /** For the logs: nobody else may look into it, as Helm may quote values. */
    private readonly folder: string,
  ) {}

  /** Resolves when the cluster's nodes say that their kubelet is here. */
  async start(): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    await this.sweep();
    const { certificate, key } = await this.made;
    // Only this cluster's API server is answered, which asks for those alone who may read a pod's log.
    const onlyFrom = { ca: this.cluster.caCertificate, requestCert: true, rejectUnauthorized: true };
    this.server = createServer({ cert: certificate, key, ...onlyFrom }, (request, response) => {
      this.answer(new URL(request.url ?? "/", "https://kubelet")).then(
        (text) =>
          text === undefined ? response.writeHead(404).end() : response.writeHead(200, { "content-type": "text/plain" }).end(text),
        (error: unknown) => {
          log(`kubelet ${request.url ?? ""}: ${String(error)}`);
          response.writeHead(500).end();
        },
      );
    });
    await once(this.server.listen(0, "127.0.0.1"), "listening");
    const { port } = this.server.address() as AddressInfo;
    const here = { addresses: [{ type: "InternalIP", address: "127.0.0.1" }], daemonEndpoints: { kubeletEndpoint: { Port: port } } };
    for (const { metadata } of await this.cluster.list<KubeObject>(collection.nodes)) {
      await this.cluster.patch(`${collection.nodes}/${metadata.name}/status`, { status: here });
      this.node ??= metadata.name;
    }
  }

  stop(): void {
    this.server?.close();
    this.server?.closeAllConnections();
  }

  /** Keeps what a pod has said, once its end is reported: kwok, whose the node is, leaves those alone that have ended. */
  async keep({ metadata }: Pod, said: string): Promise<void> {
    if (this.node === undefined) return;
    await writeFile(this.fileOf(metadata.uid ?? ""), said.slice(-LONGEST), { mode: 0o600 });
    const path = namespaced("v1", metadata.namespace ?? "", "pods", metadata.name);
    await this.cluster.patch(path, { spec: { schedulingGates: [] } });
    const target = { apiVersion: "v1", kind: "Node", name: this.node };
    await this.cluster.create(`${path}/binding`, { apiVersion: "v1", kind: "Binding", metadata: { name: metadata.name }, target });
  }

  /** @param uid of a pod that is gone */
  async forget(uid: string): Promise<void> {
    await rm(this.fileOf(uid), { force: true });
  }

  /** Of pods that went while no simulator ran. */
  private async sweep(): Promise<void> {
    const there = new Set(this.pods.items.map(({ metadata }) => this.fileOf(metadata.uid ?? "")));
    const kept = (await readdir(this.folder)).map((name) => join(this.folder, name));
    await Promise.all(kept.filter((file) => !there.has(file)).map((file) => rm(file, { force: true })));
  }

  private async answer({ pathname, searchParams }: URL): Promise<string | undefined> {
    const [, namespace, name] = /^\/containerLogs\/([^/]+)\/([^/]+)\/[^/]+$/.exec(pathname) ?? [];
    const uid = this.pods.find(`${namespace}/${name}`)?.metadata.uid;
    if (uid === undefined) return undefined;
    const said = await readFile(this.fileOf(uid), "utf8").catch(() => "");
    const lines = searchParams.get("tailLines");
    return lines === null ? said : lastLines(said, Number(lines));
  }

  private fileOf(uid: string): string {
    return join(this.folder, `${uid.replace(/[^\w-]/g, "")}.log`);
  }
}

const lastLines = (text: string, count: number): string =>
  count === 0
    ? ""
    : text
        .split(/(?<=\n)/)
        .slice(-count)
        .join("");
