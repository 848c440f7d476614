import http from "node:http";
import https from "node:https";
import { connection } from "../../../../kubesphere/cluster/kubeconfig";
import { ApiError, NoSuchKind, Unreachable, type Cause } from "./errors.js";
import type { Access } from "./kubeconfig.js";

export interface KubeObject {
  apiVersion: string;
  kind: string;
  metadata: {
    name: string;
    namespace?: string;
    uid?: string;
    resourceVersion?: string;
    generation?: number;
    finalizers?: string[];
    annotations?: Record<string, string>;
    managedFields?: ManagedFields[];
  };
  [field: string]: unknown;
}

export interface ManagedFields {
  manager: string;
  operation: string;
  subresource?: string;
  apiVersion?: string;
  fieldsType?: string;
  fieldsV1?: Record<string, unknown>;
  time?: string;
}

export interface WatchEvent {
  readonly type: "ADDED" | "MODIFIED" | "DELETED" | "BOOKMARK" | "ERROR";
  readonly object: KubeObject;
}

interface Kind {
  readonly kind: string;
  readonly name: string;
  readonly namespaced: boolean;
}

interface Request {
  readonly query?: Record<string, string>;
  readonly body?: unknown;
  readonly contentType?: string;
  /** @default plain JSON */
  readonly accept?: string;
  readonly signal?: AbortSignal;
}

/** How long an answer may take, watches apart; the official provider's client gives up after the same time. */
const ANSWER_TIMEOUT_MS = 32_000;

/** The Kubernetes API for any kind, by lazy discovery: one request a group and version. */
export class Client {
  private readonly agent: http.Agent;
  private readonly login: Readonly<Record<string, string>>;
  private readonly groups = new Map<string, Promise<Kind[]>>();

  constructor(private readonly access: Access) {
    const { headers, ...tls } = connection(access);
    this.login = headers;
    this.agent = access.server.startsWith("https:") ? new https.Agent({ keepAlive: true, ...tls }) : new http.Agent({ keepAlive: true });
  }

  get defaultNamespace(): string {
    return this.access.namespace;
  }

  /** The objects' collection, and whether they live in namespaces. @throws {NoSuchKind} @throws {Unreachable} */
  async kind(apiVersion: string, kind: string): Promise<{ namespaced: boolean; path(namespace: string | undefined): string }> {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const find = async () => (await this.resources(apiVersion, root)).find((entry) => entry.kind === kind && !entry.name.includes("/"));
    const known = this.groups.has(apiVersion);
    let found = await find();
    if (!found && known) {
      // A CRD may have come since.
      this.groups.delete(apiVersion);
      found = await find();
    }
    if (!found) throw new NoSuchKind(apiVersion, kind);
    const { name, namespaced } = found;
    return { namespaced, path: (namespace) => (namespaced && namespace ? `${root}/namespaces/${namespace}/${name}` : `${root}/${name}`) };
  }

  private resources(apiVersion: string, root: string): Promise<Kind[]> {
    const cached = this.groups.get(apiVersion);
    if (cached) return cached;
    const fresh = this.request<{ resources: Kind[] }>("GET", root).then(
      (list) => list.resources,
      (error: unknown) => {
        this.groups.delete(apiVersion);
        if (error instanceof ApiError && error.code === 404) return [];
        throw error;
      },
    );
    this.groups.set(apiVersion, fresh);
    return fresh;
  }

  /** @throws {ApiError} @throws {Unreachable} */
  async request<T = KubeObject>(method: string, path: string, request: Request = {}): Promise<T> {
    const response = await this.send(method, path, request);
    const chunks: Buffer[] = [];
    for await (const chunk of response) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    if ((response.statusCode ?? 500) < 300) return JSON.parse(text) as T;
    throw apiError(response.statusCode ?? 500, text);
  }

  /** Every change of what `query` selects, in the server's order, until the server or `signal` ends it. */
  async *watch(path: string, query: Record<string, string>, signal: AbortSignal): AsyncGenerator<WatchEvent> {
    const response = await this.send("GET", path, { query: { ...query, watch: "true", allowWatchBookmarks: "true" }, signal });
    if (response.statusCode !== 200) throw apiError(response.statusCode ?? 500, "");
    try {
      let rest = "";
      for await (const chunk of response.setEncoding("utf8")) {
        const lines = (rest + String(chunk)).split("\n");
        rest = lines.pop() ?? "";
        for (const line of lines) yield JSON.parse(line) as WatchEvent;
      }
    } finally {
      response.destroy();
    }
  }

  private send(method: string, path: string, request: Request): Promise<http.IncomingMessage> {
    const { query, body, contentType = "application/json", accept = "application/json", signal } = request;
    const url = new URL(this.access.server + path);
    for (const [name, value] of Object.entries(query ?? {})) url.searchParams.set(name, value);
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const headers = {
      accept,
      ...(payload !== undefined && { "content-type": contentType, "content-length": Buffer.byteLength(payload) }),
      ...this.login,
    };
    return new Promise((resolve, reject) => {
      const options = { method, headers, agent: this.agent, signal, timeout: signal ? 0 : ANSWER_TIMEOUT_MS };
      const sent = (url.protocol === "https:" ? https : http).request(url, options, resolve);
      sent.on("timeout", () => sent.destroy(new Error(`no answer within ${ANSWER_TIMEOUT_MS / 1000} s`)));
      sent.on("error", (error: NodeJS.ErrnoException) => {
        // The server may close an idle connection just as it is used again; it has not seen the request then.
        if (sent.reusedSocket && error.code === "ECONNRESET") resolve(this.send(method, path, request));
        else reject(signal?.aborted ? error : new Unreachable(this.access.server, error.message));
      });
      sent.end(payload);
    });
  }
}

function apiError(code: number, text: string): ApiError {
  try {
    const status = JSON.parse(text) as { reason?: string; message?: string; details?: { kind?: string; causes?: Cause[] } };
    return new ApiError(code, status.reason ?? "", status.message ?? text, status.details?.kind, status.details?.causes);
  } catch {
    return new ApiError(code, "", text || `HTTP ${code}`, undefined);
  }
}
