/** Loads an extension's package from where its ExtensionVersion says: a ConfigMap's binary data, or a URL through Helm. */
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import type { Permission } from "./executorObjects.js";
import type { Helm } from "./helm.js";
import { HelmRepository, pullChart } from "./helmRepository.js";
import { collection, namespaced } from "./names.js";
import type { ConfigMap, ExtensionVersion, Repository } from "./objects.js";
import { packageFiles } from "./packageFiles.js";
import { readYaml } from "./yaml.js";

export interface LoadedChart {
  /** Of the package's `Chart.yaml`. */
  version: string;
  permissions: Permission[];
  /** Base64; undefined for a chart that the executor downloads itself. */
  archive?: string;
  /** How the chart is named on Helm's command line. */
  reference: string[];
  /** Further files that the command line names. */
  data?: Record<string, string>;
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
    return { ...(await readPackage(Buffer.from(archive, "base64"))), archive, reference: [`${extension}.tgz`] };
  }
  if (chartURL !== undefined) {
    const repository = spec.repository && (await ifFound(cluster.get<Repository>(`${collection.repositories}/${spec.repository}`)));
    const reference = urlReference(chartURL);
    if (!repository) return { ...(await readPackage(await pullChart(helm, reference))), reference };
    const archive = await HelmRepository.pullFrom(helm, repository, reference);
    return { ...(await readPackage(archive)), reference: [...reference, ...trust(repository)], ...trustedFiles(repository) };
  }
  throw new Error(`ExtensionVersion "${metadata.name}" has neither chartDataRef nor chartURL`);
}

/** KubeSphere writes an OCI chart's version as a tag; Helm takes it as an option. */
function urlReference(url: string): string[] {
  const [, chart, tag] = /^(oci:\/\/.+):([^/:]+)$/.exec(url) ?? [];
  return chart !== undefined && tag !== undefined ? [chart, "--version", tag] : [url];
}

const CA_FILE = "ca.crt";

/** The executor gets what it needs to trust the server, but no credentials: a chart behind a password is loaded, and then not installed. */
const trust = ({ spec }: Repository) => [
  ...(spec.caBundle ? ["--ca-file", CA_FILE] : []),
  ...(spec.insecure ? ["--insecure-skip-tls-verify"] : []),
];
const trustedFiles = ({ spec }: Repository) => spec.caBundle && { data: { [CA_FILE]: Buffer.from(spec.caBundle, "base64").toString() } };

async function readPackage(archive: Buffer): Promise<Pick<LoadedChart, "version" | "permissions">> {
  const files = await packageFiles(archive);
  const chart = readYaml(files.get("Chart.yaml")?.toString() ?? "")[0] as { version?: unknown } | undefined;
  if (typeof chart?.version !== "string") throw new Error("the chart's archive holds no Chart.yaml with a version");
  const permissions = (readYaml(files.get("permissions.yaml")?.toString() ?? "") as Partial<Permission>[]).flatMap(({ kind, rules }) =>
    kind === "Role" || kind === "ClusterRole" ? [{ kind, rules: rules ?? [] }] : [],
  );
  return { version: chart.version, permissions };
}
