/** Loads an extension's package from where its ExtensionVersion says: a ConfigMap's binary data, or a URL through Helm. */
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { extract } from "tar-stream";
import { text } from "node:stream/consumers";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import type { Permission } from "./executorObjects.js";
import type { Helm } from "./helm.js";
import { namespaced } from "./names.js";
import type { ConfigMap, ExtensionVersion } from "./objects.js";
import { readYaml } from "./yaml.js";

export interface LoadedChart {
  /** Of the package's `Chart.yaml`. */
  version: string;
  permissions: Permission[];
  /** Base64; undefined for a chart that the executor downloads itself. */
  archive?: string;
  /** How the chart is named on Helm's command line. */
  reference: string[];
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
    const reference = urlReference(chartURL);
    return { ...(await readPackage(await download(helm, reference))), reference };
  }
  throw new Error(`ExtensionVersion "${metadata.name}" has neither chartDataRef nor chartURL`);
}

/** KubeSphere writes an OCI chart's version as a tag; Helm takes it as an option. */
function urlReference(url: string): string[] {
  const [, chart, tag] = /^(oci:\/\/.+):([^/:]+)$/.exec(url) ?? [];
  return chart !== undefined && tag !== undefined ? [chart, "--version", tag] : [url];
}

async function download(helm: Helm, reference: string[]): Promise<Buffer> {
  const folder = await mkdtemp(join(helm.stateDir, "chart-"));
  try {
    const { code, output } = await helm.run(["pull", ...reference, "--destination", folder], folder).ended;
    const [file] = (await readdir(folder)).filter((name) => name.endsWith(".tgz"));
    if (code !== 0 || file === undefined) throw new Error(output.trim());
    return await readFile(join(folder, file));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function readPackage(archive: Buffer): Promise<Pick<LoadedChart, "version" | "permissions">> {
  const wanted = new Map<string, string>();
  const reader = extract();
  reader.end(gunzipSync(archive));
  for await (const entry of reader) {
    // `<chart>/Chart.yaml`, not a subchart's.
    const [, file] = /^[^/]+\/(Chart\.yaml|permissions\.yaml)$/.exec(entry.header.name) ?? [];
    if (file !== undefined) wanted.set(file, await text(entry));
    else entry.resume();
  }
  const chart = readYaml(wanted.get("Chart.yaml") ?? "")[0] as { version?: unknown } | undefined;
  if (typeof chart?.version !== "string") throw new Error("the chart's archive holds no Chart.yaml with a version");
  const permissions = (readYaml(wanted.get("permissions.yaml") ?? "") as Partial<Permission>[]).flatMap(({ kind, rules }) =>
    kind === "Role" || kind === "ClusterRole" ? [{ kind, rules: rules ?? [] }] : [],
  );
  return { version: chart.version, permissions };
}
