/** Values of the ks-core chart that a line has renamed, dropped or brought: Helm takes any value, and passes over those that no template reads. */
import { valueAt, type Values } from "../chart/helmValues";
import type { Problem } from "../errors";
import { CHART_LINES, isBefore, type ChartLine, type KubeSphereLine } from "./chartLines";

export interface ValueMove {
  /** The line that made it. */
  readonly since: KubeSphereLine;
  /** Its dotted path before; undefined: it came with the line. */
  readonly from: string | undefined;
  /** Its dotted path from then on; undefined: nothing takes its place. */
  readonly to: string | undefined;
}

const PULL_SECRETS = ["apiserver", "console", "controller", "ksExtensionRepository"].map((part) => `${part}.image.pullSecrets`);

/** Those of 4.1.3 from its sources beside 4.1.2's; the one of 4.2 from documents (see `chartLines.ts`), in which no other is named. */
export const VALUE_MOVES: readonly ValueMove[] = [
  { since: "4.1.3", from: "role", to: "multicluster.role" },
  { since: "4.1.3", from: "hostClusterName", to: "multicluster.hostClusterName" },
  ...PULL_SECRETS.map((from): ValueMove => ({ since: "4.1.3", from, to: "global.imagePullSecrets" })),
  { since: "4.1.3", from: "hook.resources", to: undefined },
  { since: "4.1.3", from: "ksCRDs.kubectl.resources", to: undefined },
  { since: "4.1.3", from: undefined, to: "helmExecutor.affinity" },
  { since: "4.1.3", from: undefined, to: "upgrade" },
  { since: "4.2", from: "ksExtensionRepository", to: "kseExtensionRepository" },
];

/** Where a stack gives them. */
export const KS_CORE_VALUES = "kubesphere:ksCore.values";

/** @param version of the chart, where it is known */
export const calledKsCore = (version: string | undefined): string => (version === undefined ? "ks-core" : `ks-core ${version}`);

/** These are in the charts of both lines. */
const COMMON: readonly string[] = ["global.imagePullSecrets"];

/** A value that decides nothing with the chart that it is given to. */
export interface Misplaced extends Problem {
  /** Whether the chart takes the same under another name: then somebody counts on it, and would get the default. */
  readonly isRenamed: boolean;
}

/**
 * @param path of the values, for messages
 * @param chart how the chart is called in messages, such as `ks-core 1.1.5`
 * @returns a problem for each value that a chart of the line passes over, and one of another line takes; empty ones say nothing
 */
export function misplacedValues(values: Values, line: ChartLine, path: string, chart: string): Misplaced[] {
  return VALUE_MOVES.flatMap(({ since, from, to }): Misplaced[] => {
    const isMade = !isBefore(line, lineNamed(since));
    const [wrong, right] = isMade ? [from, to] : [to, from];
    if (wrong === undefined || COMMON.includes(wrong)) return [];
    const given = valueAt(values, wrong);
    if (saysNothing(given)) return [];
    const what = `${chart} (KubeSphere ${line.kubesphere})`;
    const when = isMade ? `took it until KubeSphere ${since}` : `takes it from KubeSphere ${since} on`;
    const problem = { path: `${path}.${wrong}`, given: shown(given) };
    if (right === undefined)
      return [{ ...problem, allowed: `nothing here: ${what} does not read it; ks-core ${when}`, mend: "Leave it out", isRenamed: false }];
    return [
      {
        ...problem,
        allowed: `nothing here: ${what} does not read it; what it takes instead is ${right}`,
        mend: `Write it as ${right}`,
        isRenamed: true,
      },
    ];
  });
}

/** What the charts' own values.yaml say where nobody has decided anything. */
const saysNothing = (given: unknown): boolean =>
  given === undefined || given === null || given === "" || (typeof given === "object" && Object.keys(given).length === 0);

/** A map or a list may hold what is nobody's business. */
const shown = (given: unknown): unknown => (typeof given === "object" ? "[not shown]" : given);

const lineNamed = (kubesphere: KubeSphereLine): ChartLine => {
  const line = CHART_LINES.find((it) => it.kubesphere === kubesphere);
  if (line === undefined) throw new Error(`no line ${kubesphere}`);
  return line;
};
