/** What the configuration names (charts, extensions): read once, then rendered, before any of it is declared. */
import * as semver from "semver";
import { packExtensions, readExtensions, type DeclaredExtension, type ReadExtension } from "./extensionSources";
import { mistake } from "./mistake";
import type { Settings } from "./settings";
import { resolveChart, type ChartSource } from "../kubesphere/chartSource";
import { ConfigurationError, describeProblem, type Problem } from "../kubesphere/errors";
import type { Rendering } from "../kubesphere/rendering";

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

/** @throws {@link mistake} naming every source that cannot be read or is not what it should be, a line each. */
export async function readSources({ ingressNginx, ksCore, harbor, extensions, extensionRepositories }: Settings): Promise<ReadSources> {
  const problems: Problem[] = [];
  const collect = <T>(work: Promise<T>): Promise<T | undefined> =>
    work.catch((error: unknown) => {
      if (!(error instanceof ConfigurationError)) throw error;
      problems.push(error);
      return undefined;
    });
  const [controller, core, registry, declared] = await Promise.all([
    ingressNginx.install ? collect(resolveChart("kubesphere:ingressNginx.chart", ingressNginx)) : undefined,
    collect(resolveChart("kubesphere:ksCore.chart", ksCore)),
    harbor && collect(resolveChart("kubesphere:harbor.chart", harbor)),
    readExtensions(extensions),
  ]);
  problems.push(...declared.problems);

  const kubesphereVersion = semver.clean(ksCore.kubesphereVersion ?? core?.appVersion ?? "") ?? undefined;
  if (kubesphereVersion === undefined && extensionRepositories.length > 0) problems.push(UNKNOWN_KUBESPHERE);
  refuse(problems);
  // Where there is none, there is a problem.
  return { ingressNginx: controller, ksCore: core as ChartSource, harbor: registry, kubesphereVersion, extensions: declared.extensions };
}

/** @throws {@link mistake} naming every extension that Helm does not render, or that cannot be installed, a line each. */
export async function packSources(sources: ReadSources, rendering: Rendering): Promise<Sources> {
  const { extensions, problems } = await packExtensions(sources.extensions, rendering);
  refuse(problems);
  return { ...sources, extensions };
}

function refuse(problems: readonly Problem[]): void {
  if (problems.length > 0) throw mistake(problems.map(describeProblem).join("\n"));
}

/** Both, for who has a renderer at hand. */
export const loadSources = async (settings: Settings, rendering: Rendering): Promise<Sources> =>
  packSources(await readSources(settings), rendering);

const UNKNOWN_KUBESPHERE: Problem = {
  path: "kubesphere:ksCore.kubesphereVersion",
  given: undefined,
  allowed: "KubeSphere's version, as the chart brings it: the form of its repositories depends on it",
  mend: "Write it, such as 4.1.3.",
};
