/** Reads what the configuration names (charts, extensions) once, before any resource is declared. */
import * as semver from "semver";
import { loadExtensions, type DeclaredExtension } from "./extensionSources";
import { mistake } from "./mistake";
import type { Settings } from "./settings";
import { resolveChart, type ChartSource } from "../kubesphere/chartSource";
import { ConfigurationError, describeProblem, type Problem } from "../kubesphere/errors";

export interface Sources {
  /** Absent when a controller is already there. */
  readonly ingressNginx: ChartSource | undefined;
  readonly ksCore: ChartSource;
  /** Absent when the stack has none. */
  readonly harbor: ChartSource | undefined;
  /** Of the stack, e.g. `4.1.2`; undefined where neither chart nor configuration says it. */
  readonly kubesphereVersion: string | undefined;
  readonly extensions: readonly DeclaredExtension[];
}

/** @throws {@link mistake} naming every source that cannot be read or is not what it should be, a line each. */
export async function loadSources({ ingressNginx, ksCore, harbor, extensions, extensionRepositories }: Settings): Promise<Sources> {
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
    loadExtensions(extensions),
  ]);
  problems.push(...declared.problems);

  const kubesphereVersion = semver.clean(ksCore.kubesphereVersion ?? core?.appVersion ?? "") ?? undefined;
  if (kubesphereVersion === undefined && extensionRepositories.length > 0) problems.push(UNKNOWN_KUBESPHERE);
  if (core === undefined || problems.length > 0) throw mistake(problems.map(describeProblem).join("\n"));
  return { ingressNginx: controller, ksCore: core, harbor: registry, kubesphereVersion, extensions: declared.extensions };
}

const UNKNOWN_KUBESPHERE: Problem = {
  path: "kubesphere:ksCore.kubesphereVersion",
  given: undefined,
  allowed: "KubeSphere's version, as the chart brings it: the form of its repositories depends on it",
  mend: "Write it, such as 4.1.3.",
};
