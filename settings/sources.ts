/** Reads the charts and extensions of the configuration once, then renders them, before any of them is declared. */
import * as semver from "semver";
import { packExtensions, readExtensions, type DeclaredExtension, type ReadExtension } from "./extensionSources";
import { refuse } from "../components/shared/mistake";
import type { Settings } from "./settings";
import { INGRESS_NGINX_NAMESPACE } from "../kubesphere/api";
import { controllerOf } from "../kubesphere/ingress/controllers";
import { takenNamespace } from "../kubesphere/extension/extensionInstall";
import { resolveChart, type ChartSource } from "../kubesphere/chart/chartSource";
import { kubesphereOfChart, lineOfChart, lineOfKubeSphere, versionOfChart, type ChartLine } from "../kubesphere/ksCore/chartLines";
import { calledKsCore, KS_CORE_VALUES, misplacedValues } from "../kubesphere/ksCore/valueMoves";
import { attempt, type Attempt, type Problem } from "../kubesphere/errors";
import type { Rendering } from "../kubesphere/extension/rendering";

interface SourcesOf<Extension> {
  /** The ingress controller's chart; absent if the cluster has a controller already. */
  readonly ingress: ChartSource | undefined;
  readonly ksCore: ChartSource;
  /** Absent if the stack has no Harbor. */
  readonly harbor: ChartSource | undefined;
  /** The stack's version of KubeSphere, e.g. `4.1.2`; undefined if neither chart nor configuration has it. */
  readonly kubesphereVersion: string | undefined;
  /** What its ks-core chart takes; undefined where neither chart nor configuration says which one it is. */
  readonly ksCoreLine: ChartLine | undefined;
  readonly extensions: readonly Extension[];
}
export type ReadSources = SourcesOf<ReadExtension>;
export type Sources = SourcesOf<DeclaredExtension>;

/**
 * @param root of {@link refuse}
 * @throws {@link mistake} with one line for each source that cannot be read or is not valid.
 */
export async function readSources(settings: Settings, root?: string): Promise<ReadSources> {
  const { ingress, ksCore, harbor, extensions, extensionRepositories } = settings;
  const chart = (path: string, from: Parameters<typeof resolveChart>[1]) => attempt(resolveChart(path, from));
  const [controller, core, registry, declared] = await Promise.all([
    ingress.installed ? chart(`kubesphere:${ingress.key}.chart`, ingress.installed) : NO_CHART,
    chart("kubesphere:ksCore.chart", ksCore),
    harbor ? chart("kubesphere:harbor.chart", harbor) : NO_CHART,
    readExtensions(extensions),
  ]);

  const { version, kubesphereVersion, ksCoreLine } = ksCoreFacts(core.value ?? ksCore, ksCore.kubesphereVersion);
  const isNeeded = kubesphereVersion === undefined && extensionRepositories.length > 0;
  const misplaced = ksCoreLine === undefined ? [] : misplacedValues(ksCore.values, ksCoreLine, KS_CORE_VALUES, calledKsCore(version));
  const further = [...misplaced.filter(({ isRenamed }) => isRenamed), ...(isNeeded ? [UNKNOWN_KUBESPHERE] : [])];
  const entry = ingress.installed && controllerOf(ingress.installed.controller).release;
  const found = [controller, core, registry, declared, { problems: beside(entry, declared.extensions) }, { problems: further }];
  refuse(
    found.flatMap(({ problems }) => problems),
    root,
  );
  // If it is missing, a problem was reported.
  const ksCoreChart = core.value as ChartSource;
  return {
    ingress: controller.value,
    ksCore: ksCoreChart,
    harbor: registry.value,
    kubesphereVersion,
    ksCoreLine,
    extensions: declared.extensions,
  };
}

/** @param kubesphereVersion as the configuration says it: it counts more than what the chart says */
export function ksCoreFacts(
  chart: ChartSource,
  kubesphereVersion: string | undefined,
): Pick<ReadSources, "kubesphereVersion" | "ksCoreLine"> & { readonly version: string | undefined } {
  const version = versionOfChart(chart);
  const stated = kubesphereVersion ?? chart.stated?.appVersion ?? chart.appVersion ?? kubesphereOfChart(version);
  return {
    version,
    kubesphereVersion: semver.clean(stated ?? "") ?? undefined,
    ksCoreLine: lineOfChart(version) ?? lineOfKubeSphere(stated),
  };
}

/** @throws {@link mistake} with one line for each extension that Helm cannot render, or that cannot be installed. */
export async function packSources(sources: ReadSources, rendering: Rendering, root?: string, memberKubeconfig?: number): Promise<Sources> {
  const { extensions, problems } = await packExtensions(sources.extensions, rendering, memberKubeconfig);
  refuse(problems, root);
  return { ...sources, extensions };
}

/** Does both, for callers that have a renderer already. */
export const loadSources = async (settings: Settings, rendering: Rendering): Promise<Sources> =>
  packSources(await readSources(settings), rendering);

/** Of ingress-nginx's namespace every stack says so, whatever its controller. */
const beside = (controller: string | undefined, extensions: readonly ReadExtension[]): Problem[] =>
  extensions.flatMap(({ path, packages: [first], install }) =>
    install !== undefined && install.namespace === controller && controller !== INGRESS_NGINX_NAMESPACE
      ? [takenNamespace(path, install.namespace, first?.package.name ?? "")]
      : [],
  );

const NO_CHART: Attempt<ChartSource> = { problems: [] };

const UNKNOWN_KUBESPHERE: Problem = {
  path: "kubesphere:ksCore.kubesphereVersion",
  given: undefined,
  allowed: "KubeSphere's version, as the chart brings it: the form of its repositories depends on it",
  mend: "Write it, such as 4.1.3.",
};
