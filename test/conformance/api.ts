/** The sandbox's API server, asked directly: no kubectl is needed. */
import { readFileSync } from "fs";
import { request, type RequestOptions } from "https";
import { load } from "js-yaml";
import type { JsonObject } from "./vectors";

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly "certificate-authority-data": string } }[];
  readonly users: readonly { readonly user: { readonly "client-certificate-data": string; readonly "client-key-data": string } }[];
}

export interface Answer {
  readonly status: number;
  readonly object: JsonObject;
}

/** A kind as the server's aggregated discovery tells it (`apidiscovery.k8s.io/v2`). */
interface Discovered {
  readonly resource: string;
  readonly responseKind: { readonly kind: string };
  readonly scope: "Cluster" | "Namespaced";
  readonly singularResource?: string;
  readonly shortNames?: readonly string[];
}

interface Served extends Discovered {
  readonly group: string;
  readonly version: string;
}

const DISCOVERY = "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/** `configmap`, `ConfigMap`, `cm`, `configmaps`, `widgets.rec.example.com`: whatever kubectl takes for a kind's name. */
function isCalled({ resource, responseKind, singularResource, shortNames = [], group }: Served, name: string): boolean {
  const names = [resource, responseKind.kind, singularResource ?? "", ...shortNames].map((one) => one.toLowerCase());
  return names.some((one) => [one, `${one}.${group}`].includes(name.toLowerCase()));
}

export class Api {
  private readonly server: string;
  private readonly access: RequestOptions;
  private kinds: readonly Served[] = [];

  constructor(kubeconfig: string) {
    const { clusters, users } = load(readFileSync(kubeconfig, "utf8")) as Kubeconfig;
    const [{ cluster }, { user }] = [clusters[0], users[0]] as [Kubeconfig["clusters"][number], Kubeconfig["users"][number]];
    const decoded = (base64: string) => Buffer.from(base64, "base64");
    this.server = cluster.server;
    this.access = {
      ca: decoded(cluster["certificate-authority-data"]),
      cert: decoded(user["client-certificate-data"]),
      key: decoded(user["client-key-data"]),
    };
  }

  /** Any answer is an answer; its status is for the caller to judge. */
  ask(method: string, path: string, body?: JsonObject, contentType = "application/json", accept = "application/json"): Promise<Answer> {
    const payload = body && JSON.stringify(body);
    // Node.js frames the body of a DELETE only by a length that it is told.
    const length = payload === undefined ? {} : { "content-length": Buffer.byteLength(payload) };
    return new Promise((done, fail) => {
      const asked = request(new URL(path, this.server), {
        ...this.access,
        method,
        headers: { accept, "content-type": contentType, ...length },
      });
      asked.once("error", fail);
      asked.once("response", (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.once("end", () => {
          try {
            done({ status: response.statusCode ?? 0, object: JSON.parse(text) as JsonObject });
          } catch {
            fail(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
          }
        });
      });
      asked.end(payload);
    });
  }

  /** @throws unless the server did it, or answered one of `accepted` */
  async do(method: string, path: string, body?: JsonObject, contentType?: string, accepted: readonly number[] = []): Promise<JsonObject> {
    const { status, object } = await this.ask(method, path, body, contentType);
    if (status < 300 || accepted.includes(status)) return object;
    throw new Error(`${method} ${path}: ${status} ${String(object["message"])}`);
  }

  /** `configmap`, `team` → the path of that namespace's ConfigMaps; `undefined` for a kind that the server does not have. */
  async findCollection(kind: string, namespace = "default"): Promise<string | undefined> {
    let found = this.kinds.find((served) => isCalled(served, kind));
    if (!found) {
      // A CRD may have come since.
      this.kinds = await this.discover();
      found = this.kinds.find((served) => isCalled(served, kind));
    }
    if (!found) return undefined;
    const root = found.group ? `/apis/${found.group}/${found.version}` : `/api/${found.version}`;
    return found.scope === "Namespaced" ? `${root}/namespaces/${namespace}/${found.resource}` : `${root}/${found.resource}`;
  }

  /** {@link findCollection} @throws for a kind that the server does not have */
  async collection(kind: string, namespace?: string): Promise<string> {
    const found = await this.findCollection(kind, namespace);
    if (found === undefined) throw new Error(`the API server has no kind "${kind}"`);
    return found;
  }

  /** Every kind in its preferred version, those of Kubernetes' core first. */
  private async discover(): Promise<Served[]> {
    const lists = await Promise.all(["/api", "/apis"].map((path) => this.ask("GET", path, undefined, undefined, DISCOVERY)));
    const groups = lists.flatMap(({ object }) => object["items"] as unknown as readonly Group[]);
    return groups.flatMap(({ metadata, versions: [preferred] }) =>
      (preferred?.resources ?? []).map((resource) => ({ ...resource, group: metadata?.name ?? "", version: preferred?.version ?? "" })),
    );
  }
}

interface Group {
  readonly metadata?: { readonly name?: string };
  readonly versions: readonly { readonly version: string; readonly resources?: readonly Discovered[] }[];
}
