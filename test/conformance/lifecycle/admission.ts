/** What KubeSphere's webhooks make of an object, as recorded: sent to the API server, and read again. */
import type { Api } from "../api";
import type { JsonObject } from "../vectors";
import { parsersWords } from "./accepted";
import { list, path } from "./platform";
import { vectors } from "./recording";

interface ClientCase {
  readonly name: string;
  readonly on: "create" | "update";
  readonly namespace: string;
  readonly input: Sent;
  readonly previous?: Sent;
  readonly existing?: Sent;
  readonly result: { readonly labels?: JsonObject; readonly configurationYaml?: string; readonly message?: string; readonly code?: number };
}
interface Sent {
  readonly labels: JsonObject;
  readonly type: string;
  readonly stringData: JsonObject;
}

export const clientCases = vectors("oauth-client.json") as readonly ClientCase[];

const secret = (name: string, { labels, type, stringData }: Sent) => ({ metadata: { name, labels }, type, stringData }) as JsonObject;

/** Both sides, the YAML parser's own words left out. */
export async function client(api: Api, { on, namespace, input, previous, existing, result }: ClientCase) {
  const [all, one] = [path.secret(namespace), path.secret(namespace, "goldoc")];
  if (previous) await api.do("POST", all, secret("goldoc", previous));
  if (existing) await api.do("POST", all, secret("goldoc-other", existing));
  const sent = secret("goldoc", input);
  const { status, object } =
    on === "create" ? await api.ask("POST", all, sent) : await api.ask("PATCH", one, sent, "application/merge-patch+json");
  for (const name of ["goldoc", "goldoc-other"]) await api.ask("DELETE", path.secret(namespace, name));
  const given = { status, message: parsersWords(object["message"] as string | undefined) };
  const wanted = { status: result.code ?? status, message: parsersWords(result.message) };
  if (status >= 300) return [given, wanted];
  const text = Buffer.from((object["data"] as Record<string, string>)["configuration.yaml"] ?? "", "base64").toString();
  const stored = {
    labels: (object["metadata"] as JsonObject)["labels"] ?? {},
    text: result.configurationYaml?.includes("<random:32>") ? masked(text) : text,
  };
  return [
    { ...given, ...stored },
    { ...wanted, labels: result.labels, text: result.configurationYaml },
  ];
}

const masked = (text: string) => text.replace(/^secret: [0-9A-Za-z]{32}$/m, "secret: <random:32>");

interface BundleCase {
  readonly name: string;
  readonly request: JsonObject;
  /** The name of another bundle with the same link. */
  readonly existing?: string;
  readonly admission: { readonly status: number; readonly stored?: JsonObject; readonly message?: string };
}

export const { cases: bundleCases } = vectors("jsbundle.json") as { cases: readonly BundleCase[] };

export async function bundle(api: Api, { request, existing, admission }: BundleCase) {
  if (existing) await api.do("POST", path.bundle(), { ...request, metadata: { name: existing } });
  const { status, object } = await api.ask("POST", path.bundle(), request);
  for (const { metadata } of await list(api, path.bundle())) await api.do("DELETE", path.bundle((metadata as { name: string }).name));
  const { message, spec, status: bundleStatus } = object;
  const given = status < 300 ? { status, stored: { spec, status: bundleStatus } } : { status, message };
  return [given, { status: admission.status, ...(admission.stored ? { stored: admission.stored } : { message: admission.message }) }];
}

interface ConfigCase {
  readonly config: string;
  readonly storedConfig: string;
  readonly configPresentInSpec: boolean;
}

export const configCases = vectors("config-hash.json") as readonly ConfigCase[];

/** The plan is of no extension, and so nothing else happens to it. */
export async function config(api: Api, { config: sent, storedConfig, configPresentInSpec }: ConfigCase) {
  const spec = { extension: { name: "none", version: "0.0.0" }, enabled: true, config: sent };
  const object = await api.do("POST", path.plan(), {
    apiVersion: "kubesphere.io/v1alpha1",
    kind: "InstallPlan",
    metadata: { name: "none" },
    spec,
  });
  await api.do("DELETE", path.plan("none"));
  const { config: stored } = object["spec"] as { config?: string };
  return [
    { stored, status: object["status"] },
    { stored: configPresentInSpec ? storedConfig : undefined, status: {} },
  ];
}
