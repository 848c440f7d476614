/** What the configuration names (charts, extensions): read once, then rendered, before any of it is declared. */
import * as semver from "semver";
import { packExtensions, readExtensions, type DeclaredExtension, type ReadExtension } from "./extensionSources";
import { refuse } from "../components/shared/mistake";
import type { Settings } from "./settings";
import { resolveChart, type ChartSource } from "../kubesphere/chart/chartSource";
import { attempt, type Attempt, type Problem } from "../kubesphere/errors";
import type { Rendering } from "../kubesphere/extension/rendering";

interface SourcesOf<Extension> {
  /** Absent when a controller is already there. */
  readonly ingressNginx: ChartSource | undefined;
  readonly ksCore: ChartSource;
  /** Absent when the stack has none. */
  readonly harbor: ChartSource | undefined;
  /** Of the stack, e.g. `4.1.2`; undefined where neither chart nor configuration says it. */
  readonly kubesphereVersion: string | undefined;
  readonly extensions: readonly Extension[];
}
export type ReadSources = SourcesOf<ReadExtension>;
export type Sources = SourcesOf<DeclaredExtension>;

/**
 * @param root of {@link refuse}
 * @throws {@link mistake} naming every source that cannot be read or is not what it should be, one line each.
 */
export async function readSources(settings: Settings, root?: string): Promise<ReadSources> {
  const { ingressNginx, ksCore, harbor, extensions, extensionRepositories } = settings;
  const chart = (path: string, from: Parameters<typeof resolveChart>[1]) => attempt(resolveChart(path, from));
  const [controller, core, registry, declared] = await Promise.all([
    ingressNginx.install ? chart("kubesphere:ingressNginx.chart", ingressNginx) : NO_CHART,
    chart("kubesphere:ksCore.chart", ksCore),
    harbor ? chart("kubesphere:harbor.chart", harbor) : NO_CHART,
    readExtensions(extensions),
  ]);

  const kubesphereVersion = semver.clean(ksCore.kubesphereVersion ?? core.value?.appVersion ?? "") ?? undefined;
  const isNeeded = kubesphereVersion === undefined && extensionRepositories.length > 0;
  const found = [controller, core, registry, declared, { problems: isNeeded ? [UNKNOWN_KUBESPHERE] : [] }];
  refuse(
    found.flatMap(({ problems }) => problems),
    root,
  );
  // Where there is none, there is a problem.
  const ksCoreChart = core.value as ChartSource;
  return {
    ingressNginx: controller.value,
    ksCore: ksCoreChart,
    harbor: registry.value,
    kubesphereVersion,
    extensions: declared.extensions,
  };
}

/** @throws {@link mistake} naming every extension that Helm does not render, or that cannot be installed, one line each. */
export async function packSources(sources: ReadSources, rendering: Rendering, root?: string): Promise<Sources> {
  const { extensions, problems } = await packExtensions(sources.extensions, rendering);
  refuse(problems, root);
  return { ...sources, extensions };
}

/** Both, for who has a renderer at hand. */
export const loadSources = async (settings: Settings, rendering: Rendering): Promise<Sources> =>
  packSources(await readSources(settings), rendering);

const NO_CHART: Attempt<ChartSource> = { problems: [] };

const UNKNOWN_KUBESPHERE: Problem = {
  path: "kubesphere:ksCore.kubesphereVersion",
  given: undefined,
  allowed: "KubeSphere's version, as the chart brings it: the form of its repositories depends on it",
  mend: "Write it, such as 4.1.3.",
};
