/** Where a Helm chart comes from, checked before Helm is asked: a URL, `oci://…`, a repository, a .tgz file or a folder. */
import { stat } from "fs/promises";
import { readChart } from "./chart";
import type { StatedChart } from "./archiveStart";
import { accessOf, type ChartAccess } from "./chartAccess";
import { digestOf } from "./fileTree";
import { ConfigurationError } from "../errors";
import { askForChart } from "./remoteChart";

/** A Helm chart, by its place, and how its server is asked. @typeParam Text of a login: a text, or what will be one */
export interface ChartReference<Text = string> extends ChartAccess<Text> {
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
/**
 * @param path the configuration key that names the chart, for errors.
 * @throws ConfigurationError when the chart is not there, is no chart, or is another version than the one wanted.
 */
export async function resolveChart(path: string, reference: ChartReference): Promise<ChartSource> {
  const { chart, repository, version } = reference;
  const access = accessOf(reference);
  if (/^https?:\/\//.test(chart)) {
    if (version !== undefined || repository !== undefined)
      throw new ConfigurationError({
        path: path.replace(/chart$/, version === undefined ? "repository" : "version"),
        given: version ?? repository,
        allowed: "nothing beside a chart's own URL",
        mend: "The URL says it already: leave this out, or name the chart by its name.",
      });
    const stated = await askForChart({ chart, ...access }, { path, mend: waysOut(path) });
    return { chart, ...access, ...(stated && { stated }) };
  }
  if (chart.startsWith("oci://") || repository !== undefined) {
    if (version === undefined)
      throw new ConfigurationError({
        path,
        given: chart,
        allowed: "a chart with its version beside it",
        mend: "set `version`; an unpinned chart is an upgrade that nobody asked for",
      });
    const stated = await askForChart({ chart, repository, version, ...access }, { path, mend: waysOut(path) });
    return { chart, repository, version, ...access, ...(stated && { stated }) };
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
