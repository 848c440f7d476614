/** What an upgrade of ks-core from one line of its charts to a later one moves: what nobody sees in the diff of a Helm release. */
import { GONE_IN_42, type GoneEntry } from "../extension/mountPoints";
import { LUBAN } from "../luban";
import { CHART_LINES, isBefore, type ChartLine, type KubeSphereLine } from "./chartLines";
import { VALUE_MOVES } from "./valueMoves";

/** An extension of the stack, with its menu entries that 4.2 would not show. */
export interface UpgradedExtension {
  readonly name: string;
  readonly gone: readonly Pick<GoneEntry, "place" | "by">[];
}

export interface KsCoreUpgrade {
  readonly from: ChartLine;
  readonly to: ChartLine;
  readonly extensions: readonly UpgradedExtension[];
}

/** @returns a line for each thing that moves, in the order of the releases; none within a line, and none on the way back */
export function upgradeNotes({ from, to, extensions }: KsCoreUpgrade): string[] {
  const steps = CHART_LINES.filter((line) => isBefore(from, line) && !isBefore(to, line));
  return steps.flatMap((line, index) => {
    const before = CHART_LINES[CHART_LINES.indexOf(line) - 1] ?? from;
    const step = `ks-core goes from KubeSphere ${index === 0 ? from.kubesphere : before.kubesphere} to ${line.kubesphere}`;
    const source = line.isOpen ? "" : " (known from documents)";
    return [valueNote(line.kubesphere), ...notesOf(line.kubesphere, extensions)].map((it) => `${step}${source}: ${it}`);
  });
}

/** @returns what a KubeSphere of that line does not show of the extensions' menus */
export const menuNotes = (line: ChartLine, extensions: readonly UpgradedExtension[]): string[] =>
  line.kubesphere === "4.2" && extensions.some(({ gone }) => gone.length > 0)
    ? [`KubeSphere 4.2 (known from documents): ${menuNote(extensions)}`]
    : [];

function valueNote(since: KubeSphereLine): string {
  const moves = VALUE_MOVES.filter((it) => it.since === since);
  const renamed = moves.flatMap(({ from, to }) => (from !== undefined && to !== undefined ? [`${from} is ${to}`] : []));
  const dropped = moves.flatMap(({ from, to }) => (from !== undefined && to === undefined ? [from] : []));
  return [
    `of the chart's values, ${renamed.join(", ")}`,
    ...(dropped.length === 0 ? [] : [`${dropped.join(" and ")} ${dropped.length === 1 ? "is" : "are"} read no more`]),
    "what this program writes itself it writes under the new name",
  ].join("; ");
}

function notesOf(line: KubeSphereLine, extensions: readonly UpgradedExtension[]): string[] {
  switch (line) {
    case "4.1.2":
      return [];
    case "4.1.3":
      return [
        "a webhook is new, protector.kubesphere.io: while ks-core runs, nobody deletes kubesphere-system, kubesphere-controls-system, default or kube-*",
        "its finalizer kubesphere.io/cascading-deletion is on namespaces of a workspace alone. Others that were there before keep " +
          `finalizers.kubesphere.io/namespaces, which nobody takes off any more: \`${LUBAN} doctor --fix\` does`,
        "Repositories need updateStrategy.timeout, which this program writes, and have no spec.image; those of others are to be looked at",
      ];
    case "4.2":
      return [menuNote(extensions), "it wants a licence, which is bound to the output clusterId: without one, the console asks for it"];
  }
}

function menuNote(extensions: readonly UpgradedExtension[]): string {
  const places = Object.keys(GONE_IN_42).join(" and ");
  const affected = extensions.flatMap(({ name, gone }) => gone.map(({ place, by }) => `${name} (${by}: ${place} → ${GONE_IN_42[place]})`));
  const gone = `the console's menus ${places} are gone`;
  return affected.length === 0
    ? `${gone}; no extension of this stack is known to have an entry there`
    : `${gone}, and with them the menu entries of ${affected.join(", ")}`;
}
