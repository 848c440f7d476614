/** A thin REST client for the API server of a kubeconfig; generic objects in, generic objects out. */
import { Agent, request as httpsRequest, type RequestOptions } from "node:https";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { KubeConfig } from "@kubernetes/client-node";
import { ApiError, ifFound } from "./apiError.js";
import { assertApiPath } from "./apiPath.js";
import type { KubeObject } from "./objects.js";

/** KubeSphere's own: by it the API server calls the manager of the fields that are written. */
const USER_AGENT = "controller-manager/v4.1";

export class Cluster {
  private constructor(
    readonly server: string,
    /** PEM. */
    readonly caCertificate: string,
    private readonly options: RequestOptions,
    /** PEM: whom it is asked as, where that is a certificate. */
    readonly clientCertificate: string | undefined,
  ) {}

  /** @param kubeconfig a file */
  static connect(kubeconfig: string): Promise<Cluster> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    return Cluster.of(config, kubeconfig);
  }

  /** @param kubeconfig the text of one, which names no files */
  static connectBy(kubeconfig: string): Promise<Cluster> {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    return Cluster.of(config, "the kubeconfig");
  }

  private static async of(config: KubeConfig, source: string): Promise<Cluster> {
    const cluster = config.getCurrentCluster();
    if (!cluster) throw new Error(`${source}: no current context with a cluster`);
    const options: RequestOptions = {};
    await config.applyToHTTPSOptions(options);
    const { ca, cert, key, headers } = options;
    const agent = new Agent({ keepAlive: true, ca, cert, key } as object);
    return new Cluster(cluster.server, String(ca), { agent, ...(headers && { headers }) }, cert === undefined ? undefined : String(cert));
  }

  get<T extends KubeObject>(path: string): Promise<T> {
    return this.send<T>("GET", path);
  }

  async list<T extends KubeObject>(path: string, labelSelector = ""): Promise<T[]> {
    return (await this.send<{ items: T[] }>("GET", `${path}?labelSelector=${encodeURIComponent(labelSelector)}`)).items;
  }

  create<T extends object>(path: string, body: object): Promise<T> {
    return this.send<T>("POST", path, body);
  }

  /** Leaves an object alone that is there already. @returns whether it was not. */
  async createIfMissing(path: string, body: object): Promise<boolean> {
    try {
      await this.create(path, body);
      return true;
    } catch (error) {
      if (error instanceof ApiError && error.code === 409) return false;
      throw error;
    }
  }

  /** Fails with 409 when the object has changed since it was read. */
  replace<T extends KubeObject>(path: string, body: T): Promise<T> {
    return this.send<T>("PUT", path, body);
  }

  /** JSON merge patch; a `metadata.resourceVersion` in it makes it fail with 409 when the object has changed since. */
  patch<T extends KubeObject>(path: string, body: object): Promise<T> {
    return this.send<T>("PATCH", path, body, "application/merge-patch+json");
  }

  /** Dependents go too, in the background; an object that is gone already is fine. */
  async delete(path: string): Promise<void> {
    await ifFound(this.send("DELETE", path, { propagationPolicy: "Background" }));
  }

  /** @param signal ends the request, for watches. */
  async stream(path: string, signal: AbortSignal): Promise<IncomingMessage> {
    return this.open("GET", path, undefined, "application/json", signal);
  }

  private async send<T>(method: string, path: string, body?: object, contentType = "application/json"): Promise<T> {
    return JSON.parse(await text(await this.open(method, path, body, contentType))) as T;
  }

  private async open(method: string, path: string, body: object | undefined, contentType: string, signal?: AbortSignal) {
    assertApiPath(path);
    const response = await new Promise<IncomingMessage>((resolve, reject) => {
      const content = body && Buffer.from(JSON.stringify(body));
      const headers = {
        ...this.options.headers,
        accept: "application/json",
        "user-agent": USER_AGENT,
        // With its length: Node would not frame the body of a DELETE.
        ...(content && { "content-type": contentType, "content-length": content.length }),
      };
      const sent = httpsRequest(new URL(path, this.server), { ...this.options, method, headers, ...(signal && { signal }) }, resolve);
      sent.on("error", reject).end(content);
    });
    const code = response.statusCode ?? 0;
    if (code >= 200 && code < 300) return response;
    const answer = await text(response);
    throw new ApiError(code, messageOf(answer) ?? `${method} ${path}: HTTP ${code} ${answer.slice(0, 200)}`);
  }
}

function messageOf(answer: string): string | undefined {
  try {
    return (JSON.parse(answer) as { message?: string }).message;
  } catch {
    return undefined;
  }
}
