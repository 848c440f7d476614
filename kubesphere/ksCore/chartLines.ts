/**
 * The lines of the ks-core chart, by the chart's own version: what the charts of one line take alike.
 *
 * 4.1.2 and 4.1.3 are read from KubeSphere's sources, and measured on the real charts. The chart of 4.2 is closed: what is said of it here is known
 * from documents alone (the vendor's installation and upgrade pages, its guide for extension authors, threads of people who run it).
 */
import * as semver from "semver";
import type { ChartSource } from "../chart/chartSource";

/** The release of KubeSphere that a line begins with. */
export type KubeSphereLine = "4.1.2" | "4.1.3" | "4.2";

export interface ChartLine {
  readonly kubesphere: KubeSphereLine;
  /** The first of its charts. */
  readonly firstChart: string;
  /** The value that the vendor's extension museum is switched by. */
  readonly museum: "ksExtensionRepository" | "kseExtensionRepository";
  /** What is said of it has been read in its sources; else in documents alone. */
  readonly isOpen: boolean;
}

const LINE_412: ChartLine = { kubesphere: "4.1.2", firstChart: "1.1.2", museum: "ksExtensionRepository", isOpen: true };
const LINE_413: ChartLine = { kubesphere: "4.1.3", firstChart: "1.1.4", museum: "ksExtensionRepository", isOpen: true };
const LINE_42: ChartLine = { kubesphere: "4.2", firstChart: "1.2.0", museum: "kseExtensionRepository", isOpen: false };

/** Oldest first. */
export const CHART_LINES: readonly ChartLine[] = [LINE_412, LINE_413, LINE_42];

/** What each chart installs, as its own `appVersion` says; of those of 4.2 as people report it. */
const KUBESPHERE_OF_CHART: Readonly<Record<string, string>> = {
  ...{ "1.1.2": "4.1.2", "1.1.3": "4.1.2" },
  ...{ "1.1.4": "4.1.3", "1.1.5": "4.1.3" },
  ...{ "1.2.1": "4.2.0", "1.2.3": "4.2.0", "1.2.4": "4.2.1" },
};

/**
 * @param version of a ks-core chart, such as 1.1.3; dated ones (1.2.3-20251118) belong to the version that they are of
 * @returns the line; an older chart than all counts as the first one's, a newer as the last one's; undefined for what is no version
 */
export const lineOfChart = (version: string | undefined): ChartLine | undefined =>
  lastWithin(version, ({ firstChart }) => `${firstChart}-0`);

/** @param version of KubeSphere, such as v4.1.3 @returns as {@link lineOfChart} does */
export const lineOfKubeSphere = (version: string | undefined): ChartLine | undefined =>
  lastWithin(version, ({ kubesphere }) => `${kubesphere === "4.2" ? "4.2.0" : kubesphere}-0`);

function lastWithin(version: string | undefined, first: (line: ChartLine) => string): ChartLine | undefined {
  const valid = semver.valid(version ?? null);
  return valid === null ? undefined : (CHART_LINES.findLast((line) => semver.gte(valid, first(line))) ?? LINE_412);
}

/** @returns KubeSphere's version; undefined for a chart that nobody has told of */
export function kubesphereOfChart(version: string | undefined): string | undefined {
  const valid = semver.parse(version ?? null);
  return valid === null ? undefined : KUBESPHERE_OF_CHART[`${valid.major}.${valid.minor}.${valid.patch}`];
}

export const isBefore = (line: ChartLine, other: ChartLine): boolean => CHART_LINES.indexOf(line) < CHART_LINES.indexOf(other);

/** As `helm package` names an archive: the chart's name, then its version. */
const NAMED = /\/ks-core-(v?\d+\.\d+\.\d+[^/]*)\.tgz$/;

/** @returns the chart's version: its own, else the one beside its name, else that of its archive's name; undefined where none says it */
export function versionOfChart({ chart, version, stated }: Pick<ChartSource, "chart" | "version" | "stated">): string | undefined {
  const named = NAMED.exec(`/${chart.replace(/[?#].*$/, "")}`)?.[1];
  return [stated?.version, version, named].find((it) => it !== undefined && semver.valid(it) !== null);
}
