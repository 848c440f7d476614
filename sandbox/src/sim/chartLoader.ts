/** Loads an extension's package from where its ExtensionVersion says: a ConfigMap's binary data, or a URL through Helm. */
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import type { Files, Permission } from "./executorObjects.js";
import type { ExecutorChart } from "./executorRuns.js";
import type { Helm } from "./helm.js";
import { CA_FILE, HelmRepository, pullChart, trustOf, type Trust } from "./helmRepository.js";
import { collection, namespaced } from "./names.js";
import type { ConfigMap, ExtensionVersion, Repository } from "./objects.js";
import { packageFiles } from "./packageFiles.js";
import { readYaml } from "../../../kubesphere/yaml/goYaml.js";

export interface LoadedChart {
  /** Of the package's `Chart.yaml`. */
  version: string;
  permissions: Permission[];
  /** What the executor installs. */
  chart: ExecutorChart;
  /** How the chart is named on the command line that the Job shows. */
  reference: string[];
  /** What the Job's ConfigMap shows of it. */
  files: Files;
}

/** @throws Error when the chart is not there or is none; its message goes into the plan's condition. */
export async function loadChart(
  cluster: Cluster,
  helm: Helm,
  extension: string,
  { metadata, spec }: ExtensionVersion,
): Promise<LoadedChart> {
  const { chartDataRef: from, chartURL } = spec;
  if (from) {
    const configMap = await ifFound(cluster.get<ConfigMap>(namespaced("v1", from.namespace, "configmaps", from.name)));
    if (!configMap) throw new Error(`ConfigMap "${from.name}" not found`);
    const archive = configMap.binaryData?.[from.key];
    if (archive === undefined) throw new Error(`ConfigMap "${from.name}" has no binary data under the key "${from.key}"`);
    const read = await readPackage(Buffer.from(archive, "base64"), `ConfigMap "${from.name}", ${from.key}`);
    const file = `${extension}.tgz`;
    return { ...read, chart: { archive }, reference: [file], files: { binaryData: { [file]: archive } } };
  }
  if (chartURL !== undefined) {
    const repository = spec.repository && (await ifFound(cluster.get<Repository>(`${collection.repositories}/${spec.repository}`)));
    const reference = urlReference(chartURL);
    if (!repository)
      return { ...(await readPackage(await pullChart(helm, reference), chartURL)), chart: { reference }, reference, files: {} };
    const archive = await new HelmRepository(helm, repository).pullFrom(reference);
    // The executor gets what it needs to trust the server, but no credentials: a chart behind a password is loaded, and then not installed.
    const trust = trustOf(repository);
    return { ...(await readPackage(archive, chartURL)), chart: { reference, ...trust }, ...shown(reference, trust) };
  }
  throw new Error(`ExtensionVersion "${metadata.name}" has neither chartDataRef nor chartURL`);
}

/**
 * KubeSphere writes an OCI chart's version as a tag; Helm takes it as an option.
 * @throws Error for anything but a URL: an index may say what it likes, and Helm would take it for an option, or for a file of this machine
 */
function urlReference(url: string): string[] {
  if (!/^(?:https?|oci):\/\//.test(url) || !URL.canParse(url))
    throw new Error(`chartURL ${JSON.stringify(url)} is not allowed; allowed: a URL that begins with http://, https:// or oci://`);
  const [, chart, tag] = /^(oci:\/\/.+):([^/:]+)$/.exec(url) ?? [];
  return chart !== undefined && tag !== undefined ? [chart, "--version", tag] : [url];
}

function shown(reference: string[], { caCertificates, insecure }: Trust): Pick<LoadedChart, "reference" | "files"> {
  const args = [...(caCertificates === undefined ? [] : ["--ca-file", CA_FILE]), ...(insecure ? ["--insecure-skip-tls-verify"] : [])];
  return { reference: [...reference, ...args], files: caCertificates === undefined ? {} : { data: { [CA_FILE]: caCertificates } } };
}

async function readPackage(archive: Buffer, shown: string): Promise<Pick<LoadedChart, "version" | "permissions">> {
  const files = await packageFiles(archive, shown);
  const chart = readYaml(files.get("Chart.yaml")?.toString() ?? "")[0] as { version?: unknown } | undefined;
  if (typeof chart?.version !== "string") throw new Error("the chart's archive holds no Chart.yaml with a version");
  const permissions = (readYaml(files.get("permissions.yaml")?.toString() ?? "") as Partial<Permission>[]).flatMap(({ kind, rules }) =>
    kind === "Role" || kind === "ClusterRole" ? [{ kind, rules: rules ?? [] }] : [],
  );
  return { version: chart.version, permissions };
}
