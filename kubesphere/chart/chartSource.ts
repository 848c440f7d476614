/** Where a Helm chart comes from, checked before Helm is asked: a URL, `oci://…`, a repository, a .tgz file or a folder. */
import { stat } from "fs/promises";
import { readChart } from "./chart";
import { chartYamlAtStart, type StatedChart } from "./archiveStart";
import { digestOf } from "./fileTree";
import { ConfigurationError } from "../errors";
import { fetchWithin, RefusedRedirect } from "./fetchWithin";

/** A Helm chart, by its place. */
export interface ChartReference {
  /** The URL of a .tgz, `oci://…`, a .tgz file, a chart's folder, or a chart's name in `repository`. */
  readonly chart: string;
  /** The URL of the Helm repository in which `chart` is a name. */
  readonly repository?: string | undefined;
  /** The chart's version. A chart from a repository or from `oci://` needs it; a URL of a .tgz has it already. */
  readonly version?: string | undefined;
}

/** The chart of a Helm release; for a chart on disk also the digest of its content. */
export interface ChartSource extends ChartReference {
  /** `sha256:<hex>`. Helm's provider compares charts on disk by version only; this shows an edited one. */
  readonly digest?: string | undefined;
  /** The chart's appVersion; known for a chart on disk only. */
  readonly appVersion?: string;
  /** What the chart's own Chart.yaml says; absent if it cannot be read before Helm fetches the chart. */
  readonly stated?: StatedChart;
}

const WAYS_OUT = "name a mirror that serves the chart (https://… or oci://…), or a chart .tgz or folder on disk";

/** The vendor's public addresses of ks-core answer with web pages since July 2025. */
export const KS_CORE_TODAY = 'docs/example.md says under "What works today" where to get ks-core';
const waysOut = (path: string) => (path.endsWith("ksCore.chart") ? `${WAYS_OUT}; ${KS_CORE_TODAY}` : WAYS_OUT);
/** In bytes, packed: `helm package` writes Chart.yaml first. */
const CHART_YAML_WITHIN = 16 * 1024;

/** How long a server may take to send the first bytes of a chart, in milliseconds. */
const FETCH_TIMEOUT = 15_000;

/**
 * @param path the configuration key that names the chart, for errors.
 * @throws ConfigurationError when the chart is not there, is no chart, or is another version than the one wanted.
 */
export async function resolveChart(path: string, reference: ChartReference): Promise<ChartSource> {
  const { chart, repository, version } = reference;
  if (/^https?:\/\//.test(chart)) {
    if (version !== undefined || repository !== undefined)
      throw new ConfigurationError({
        path: path.replace(/chart$/, version === undefined ? "repository" : "version"),
        given: version ?? repository,
        allowed: "nothing beside a chart's own URL",
        mend: "The URL says it already: leave this out, or name the chart by its name.",
      });
    const start = await refuseWhatIsNoArchive(path, chart, waysOut(path), CHART_YAML_WITHIN);
    const stated = start && (await chartYamlAtStart(start));
    return { chart, ...(stated && { stated }) };
  }
  if (chart.startsWith("oci://") || repository !== undefined) {
    if (version === undefined)
      throw new ConfigurationError({
        path,
        given: chart,
        allowed: "a chart with its version beside it",
        mend: "set `version`; an unpinned chart is an upgrade that nobody asked for",
      });
    return { chart, repository, version };
  }
  return fromDisk(path, chart, version);
}

async function fromDisk(path: string, chart: string, version: string | undefined): Promise<ChartSource> {
  if (!(await stat(chart).catch(() => undefined)))
    throw new ConfigurationError({
      path,
      given: chart,
      allowed: "a chart .tgz or a chart folder that exists, relative to Pulumi.yaml",
      mend: WAYS_OUT,
    });
  const read = await readChart(chart);
  const { metadata } = read;
  if (version !== undefined && version !== metadata.version)
    throw new ConfigurationError({
      path: path.replace(/chart$/, "version"),
      given: version,
      allowed: `${metadata.version}, the version of the chart ${chart}`,
      mend: "leave `version` out: a chart on disk has its own",
    });
  const { version: own, appVersion } = metadata;
  const stated = { version: own, ...(appVersion !== undefined && { appVersion }) };
  return { chart, digest: await digestOf(read), ...(appVersion !== undefined && { appVersion }), stated };
}

/**
 * A vendor's address may answer with a web page; Helm would then report only a missing gzip header.
 * Reads only the first bytes. An address that cannot be reached from here is no error, since others fetch it:
 * Helm uses proxies that Node's fetch does not support, and KubeSphere has another network.
 * @param wanted how many of the archive's first bytes are read
 * @returns the first bytes; undefined if no server answers
 * @throws ConfigurationError if a server answers at the address with something else than an archive.
 */
export async function refuseWhatIsNoArchive(path: string, url: string, mend: string, wanted = 2): Promise<Buffer | undefined> {
  const response = await fetchWithin(url, { signal: AbortSignal.timeout(FETCH_TIMEOUT) }).catch((error: unknown) => {
    // Helm would follow it.
    if (error instanceof RefusedRedirect)
      throw new ConfigurationError({ path, given: url, allowed: `an address that leads to a chart; ${error.message}`, mend });
    return undefined;
  });
  if (response === undefined) return undefined;
  if (!response.ok) {
    await response.body?.cancel();
    throw new ConfigurationError({
      path,
      given: url,
      allowed: `a chart archive; the server answered ${response.status} ${response.statusText}`,
      mend,
    });
  }
  const start = await startOf(response, wanted);
  if (start[0] !== 0x1f || start[1] !== 0x8b) {
    const type = response.headers.get("content-type") ?? "something else";
    throw new ConfigurationError({ path, given: url, allowed: `a gzip archive (.tgz); the server answered with ${type}`, mend });
  }
  return start;
}

async function startOf(response: Response, wanted: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // Leaving the loop early cancels the download.
    for await (const chunk of response.body ?? []) {
      chunks.push(chunk as Uint8Array);
      length += (chunk as Uint8Array).length;
      if (length >= wanted || isNoGzip(chunks)) break;
    }
  } catch (error) {
    // Whether it is an archive the first two bytes say; what more there is to read is of use and no more.
    if (length < 2) throw error;
  }
  return Buffer.concat(chunks).subarray(0, wanted);
}

/** What is no archive may go on for ever. */
const isNoGzip = ([first]: readonly Uint8Array[]) => first?.[0] !== 0x1f;
