/** Serves KubeSphere's admission webhooks, and registers them for as long as ks-core is there: its chart would. */
import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";
import { SYSTEM_NAMESPACE } from "../../../../kubesphere/api";
import type { Cluster } from "../cluster.js";
import type { Informer } from "../informer.js";
import { log } from "../log.js";
import { isLater, type Manager } from "../manager.js";
import type { Service } from "../objects.js";
import { Queue } from "../queue.js";
import type { Certificate } from "./certificate.js";
import { respond, type AdmissionRequest } from "./review.js";
import { registration, webhooks, type Webhook } from "./webhooks.js";

/** What the real webhooks are called by. */
const MANAGER = `${SYSTEM_NAMESPACE}/ks-controller-manager`;
const registrations = ({ kind }: Webhook) => `/apis/admissionregistration.k8s.io/v1/${kind.toLowerCase()}s`;

/** What is registered anew. */
const [ALL, LATER] = ["webhooks", "webhooks of later releases"];

export class Admission {
  private readonly all: readonly Webhook[];
  private readonly queue = new Queue("admission", (which) => this.register(which === LATER));
  private wasLater = false;
  private server: Server | undefined;
  private authority = "";
  private port = 0;
  private isDown = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly made: Promise<Certificate>,
    private readonly services: Informer<Service>,
    private readonly manager: Manager,
  ) {
    this.all = webhooks(cluster);
  }

  /** Resolves when the webhooks answer at the address that is registered: a former simulator's is nobody's. */
  async start(): Promise<void> {
    const { authority, certificate, key } = await this.made;
    this.authority = authority;
    // Only the API server of this cluster is answered: a review tells what others have, such as the names of OAuth clients.
    const onlyFrom = { ca: this.cluster.caCertificate, requestCert: true, rejectUnauthorized: true };
    this.server = createServer({ cert: certificate, key, ...onlyFrom });
    this.server.on("request", (request, response) => {
      this.answer(request.url ?? "", json(request)).then(
        (review) => response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(review)),
        (error: unknown) => {
          log(`admission ${request.url ?? ""}: ${String(error)}`);
          response.writeHead(500).end();
        },
      );
    });
    // The API server keeps its connection for the next call; one that ends meanwhile would be a refusal.
    this.server.keepAliveTimeout = 0;
    await once(this.server.listen(0, "127.0.0.1"), "listening");
    this.port = (this.server.address() as AddressInfo).port;
    await this.register();
    // What an upgrade leaves as it is, is registered as it was: until its new certificate is there, the real ones fail.
    this.manager.onChange(() => {
      this.followProcess();
      if (this.manager.isDead) return;
      if (this.wasLater === isLater(this.manager.running)) return;
      this.wasLater = !this.wasLater;
      this.queue.add(LATER);
    });
    this.services.onChange((service) => {
      if (`${service.metadata.namespace ?? ""}/${service.metadata.name}` === MANAGER) this.queue.add(ALL);
    });
  }

  stop(): void {
    this.queue.stop();
    this.server?.close();
    this.server?.closeAllConnections();
  }

  /** While the manager's process is gone its webhooks refuse connections; what is registered stays. */
  private followProcess(): void {
    if (!this.server || this.isDown === this.manager.isDead) return;
    this.isDown = this.manager.isDead;
    if (!this.isDown) this.server.listen(this.port, "127.0.0.1");
    else {
      this.server.close();
      this.server.closeAllConnections();
    }
  }

  private async answer(path: string, body: Promise<unknown>): Promise<object> {
    const { request } = (await body) as { request: AdmissionRequest };
    // The API server adds its time limit.
    const webhook = this.all.find((it) => it.path === path.replace(/\?.*$/, ""));
    if (!webhook) throw new Error("no such webhook");
    // The real one's registration goes with the release, before Helm is done with it.
    const response = this.isWanted(webhook) ? await respond(webhook.review, request) : { uid: request.uid, allowed: true };
    return { apiVersion: "admission.k8s.io/v1", kind: "AdmissionReview", response };
  }

  private isWanted({ isLater: isOfLater = false }: Webhook): boolean {
    return this.services.find(MANAGER) !== undefined && (!isOfLater || isLater(this.manager.running));
  }

  private async register(onlyLater = false): Promise<void> {
    const url = `https://127.0.0.1:${this.port}`;
    for (const webhook of this.all.filter(({ isLater: isOfLater = false }) => isOfLater || !onlyLater)) {
      const path = `${registrations(webhook)}/${webhook.configuration}`;
      const body = registration(webhook, url, this.authority);
      if (!this.isWanted(webhook)) await this.cluster.delete(path);
      else if (!(await this.cluster.createIfMissing(registrations(webhook), body))) await this.cluster.patch(path, body);
    }
  }
}
