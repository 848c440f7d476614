/** What a stack's configuration names of charts and extensions. A chart that nobody can have leaves the others to be listed. */
import { loadExtensions, type DeclaredExtension } from "../../settings/extensionSources";
import { injectedValues } from "../../components/preparation/injectedValues";
import type { Settings } from "../../settings/settings";
import { ksCoreFacts, type Sources } from "../../settings/sources";
import { readChart } from "../../kubesphere/chart/chart";
import { accessOf } from "../../kubesphere/chart/chartAccess";
import type { ChartReference } from "../../kubesphere/chart/chartSource";
import { controllerOf } from "../../kubesphere/ingress/controllers";
import { toldIngress } from "../../kubesphere/ingress/toldIngress";
import { describeProblem } from "../../kubesphere/errors";
import type { Rendering } from "../../kubesphere/extension/rendering";
import { checkedSettings, placed } from "../status/wanted";

export interface NamedChart {
  /** The release's name. */
  readonly release: string;
  /** The configuration key that says where it comes from. */
  readonly key: string;
  readonly reference: ChartReference;
}

export interface StackSources {
  readonly settings: Settings;
  readonly sources: Sources;
  readonly charts: readonly NamedChart[];
  /** Extensions that cannot be read, one line each. */
  readonly unread: readonly string[];
}

/**
 * @param config of the project, by key without namespace
 * @param checkout the folder that paths are relative to
 * @param rendering of what there is no cluster for
 * @throws Failure with a line for each problem of the configuration itself
 */
export async function sourcesOf(config: Readonly<Record<string, unknown>>, checkout: string, rendering: Rendering): Promise<StackSources> {
  const { cluster, ...checked } = checkedSettings(config);
  const settings: Settings = {
    ...checked,
    // Neither is in what is rendered, and no secret leaves this process.
    cluster: { ...cluster, identifier: cluster.identifier ?? "mirror" },
    hasSecretConfigs: false,
    hasSecretValues: { ingress: false, ksCore: false, memberClusters: false, harbor: false },
  };
  const { ingress, ksCore, harbor } = settings;
  const loaded = await loadExtensions(
    settings.extensions.map((extension) => placed(extension, checkout)),
    { ...rendering, injected: injectedValues(settings), ingress: toldIngress(ingress.installed?.controller, ingress.className) },
  );
  const isWhole = ({ path }: DeclaredExtension) => !loaded.problems.some((problem) => problem.path.startsWith(path));
  const sources: Sources = {
    ingress: ingress.installed && referenceOf(ingress.installed),
    ksCore: referenceOf(ksCore),
    harbor: harbor && referenceOf(harbor),
    // It only shapes the objects of repositories, in which no image is named.
    kubesphereVersion: ksCore.kubesphereVersion ?? "0.0.0",
    ksCoreLine: ksCoreFacts(ksCore, ksCore.kubesphereVersion).ksCoreLine,
    extensions: loaded.extensions.filter(isWhole),
  };
  return { settings, sources, charts: chartsOf(settings, sources), unread: loaded.problems.map(describeProblem) };
}

/** @param file the fetched chart of ks-core; undefined where it cannot be had @returns the sources, with what the chart says of itself */
export async function withKsCoreFacts({ settings, sources }: StackSources, file: string | undefined): Promise<Sources> {
  if (file === undefined) return sources;
  const { version, appVersion } = (await readChart(file)).metadata;
  const stated = { version, ...(appVersion !== undefined && { appVersion }) };
  const { kubesphereVersion, ksCoreLine } = ksCoreFacts({ ...sources.ksCore, stated }, settings.ksCore.kubesphereVersion);
  return { ...sources, kubesphereVersion: kubesphereVersion ?? sources.kubesphereVersion, ksCoreLine };
}

const referenceOf = ({ chart, repository, version, ...rest }: ChartReference): ChartReference => ({
  chart,
  repository,
  version,
  ...accessOf(rest),
});

const chartsOf = ({ ingress: { key, className, installed } }: Settings, { ingress, ksCore, harbor }: Sources): NamedChart[] => [
  ...(installed && ingress
    ? [{ release: controllerOf(installed.controller, className).release, key: `kubesphere:${key}`, reference: ingress }]
    : []),
  { release: "ks-core", key: "kubesphere:ksCore", reference: ksCore },
  ...(harbor ? [{ release: "harbor", key: "kubesphere:harbor", reference: harbor }] : []),
];
