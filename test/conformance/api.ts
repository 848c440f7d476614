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

/** Where the scenarios' kinds live; custom resources are written `plural.group`. */
const COLLECTIONS: Readonly<Record<string, string>> = {
  ConfigMap: "api/v1/*/configmaps",
  configmap: "api/v1/*/configmaps",
  secret: "api/v1/*/secrets",
  service: "api/v1/*/services",
  deployment: "apis/apps/v1/*/deployments",
  statefulset: "apis/apps/v1/*/statefulsets",
  job: "apis/batch/v1/*/jobs",
  namespace: "api/v1/namespaces",
  ns: "api/v1/namespaces",
  crd: "apis/apiextensions.k8s.io/v1/customresourcedefinitions",
  CustomResourceDefinition: "apis/apiextensions.k8s.io/v1/customresourcedefinitions",
};

/** `configmap`, `team` → the path of that namespace's ConfigMaps. @throws for a kind that no scenario has */
export function collection(kind: string, namespace?: string): string {
  const [plural = "", ...group] = kind.split(".");
  const known = COLLECTIONS[kind] ?? (group.length > 0 ? `apis/${group.join(".")}/v1/*/${plural}` : undefined);
  if (known === undefined) throw new Error(`no scenario has had the kind "${kind}" yet: add it to COLLECTIONS`);
  return `/${known.replace("/*", namespace ? `/namespaces/${namespace}` : "")}`;
}

export class Api {
  private readonly server: string;
  private readonly access: RequestOptions;

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
  ask(method: string, path: string, body?: JsonObject, contentType = "application/json"): Promise<Answer> {
    return new Promise((done, fail) => {
      const asked = request(new URL(path, this.server), { ...this.access, method, headers: { "content-type": contentType } });
      asked.once("error", fail);
      asked.once("response", (response) => {
        let text = "";
        response.on("data", (chunk: Buffer) => (text += chunk.toString()));
        response.once("end", () => done({ status: response.statusCode ?? 0, object: JSON.parse(text) as JsonObject }));
      });
      asked.end(body && JSON.stringify(body));
    });
  }

  /** @throws unless the server did it, or answered one of `accepted` */
  async do(method: string, path: string, body?: JsonObject, contentType?: string, accepted: readonly number[] = []): Promise<JsonObject> {
    const { status, object } = await this.ask(method, path, body, contentType);
    if (status < 300 || accepted.includes(status)) return object;
    throw new Error(`${method} ${path}: ${status} ${String(object["message"])}`);
  }
}
