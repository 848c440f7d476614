/** A small chart for one construct, and what is to become of it. */
import type { Values } from "../../../kubesphere/chart/helmValues";
import type { Files } from "../charts";

export interface TableRow {
  /** The construct. */
  readonly what: string;
  /** Of the chart, and so of the extension and its release. */
  readonly name: string;
  readonly files: Files | (() => Promise<Files>);
  /** The package's. Default: the chart's own, {@link VERSION} */
  readonly version?: string;
  /** The UI's Service as `name:port`, with ` HTTPS` where it speaks TLS. Default: none */
  readonly ui?: string;
  /**
   * Rights in the extension's namespace besides those that every release takes, as `resource.group[/name][ verbs]`; without verbs:
   * what Helm takes to make, change and remove an object.
   */
  readonly rules?: readonly string[];
  /** Rights in the whole cluster, likewise. */
  readonly clusterRules?: readonly string[];
  /** How it is installed. Default: with its own values */
  readonly config?: Values;
}

export interface RefusedRow extends Pick<TableRow, "what" | "name" | "files" | "config"> {
  /** The whole error; `PATH` stands for the chart's path. */
  readonly refused: string;
}

export const VERSION = "1.0.0";
export const RBAC = "rbac.authorization.k8s.io";

/** @param more lines of Chart.yaml */
export const chartYaml = (name: string, ...more: readonly string[]): Files => ({
  "Chart.yaml": ["apiVersion: v2", `name: ${name}`, `version: ${VERSION}`, ...more, ""].join("\n"),
});

/** An object in a template. @param rest further fields, each a line of YAML in flow style */
export const made = (apiVersion: string, kind: string, name: string, ...rest: readonly string[]): string =>
  [`apiVersion: ${apiVersion}`, `kind: ${kind}`, `metadata: { name: ${name} }`, ...rest, ""].join("\n");

export const documents = (...objects: readonly string[]): string => objects.join("---\n");

export const RELEASE = "{{ .Release.Name }}";

/** @param ports in flow style */
export const serviceOf = (name: string, ports: string, more = ""): string =>
  made("v1", "Service", name, `spec: { selector: { app: ${RELEASE} }, ports: [${ports}]${more} }`);

/** The Service of most charts, which is their UI. */
export const SERVICE: Files = { "templates/service.yaml": serviceOf(RELEASE, "{ name: http, port: 80 }") };

/** An image that the sandbox's nodes only seem to run. */
const POD_SPEC = "containers: [{ name: main, image: registry.example/main:1.0.0 }]";
export const podTemplate = (restartPolicy = "Always"): string =>
  `template: { metadata: { labels: { app: ${RELEASE} } }, spec: { restartPolicy: ${restartPolicy}, ${POD_SPEC} } }`;
export const deploymentOf = (name: string): string =>
  made("apps/v1", "Deployment", name, `spec: { selector: { matchLabels: { app: ${RELEASE} } }, ${podTemplate()} }`);
