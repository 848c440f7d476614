/** An adoption, told to people. Of the settings it never tells the values. */
import { LUBAN } from "../../kubesphere/luban";
import type { Setting } from "./configuration";
import type { Remaining } from "./remaining";
import type { Found, Survey } from "./survey";
import { oneLine } from "../shared/text/terminal";

const lines = (title: string, items: readonly string[]) =>
  items.length === 0 ? [] : [`${title}:`, ...items.map((item) => `  ${oneLine(item)}`), ""];

const named = ({ object, resource }: Found) => `${object} as ${resource}`;

const set = (settings: readonly Setting[]) => settings.map(({ path, isSecret, why }) => `${path}${isSecret ? " (a secret)" : ""}: ${why}`);

/** More is more than anybody reads. */
const MOST = 20;

const taken = (strangers: readonly string[]) =>
  lines("made by others in namespaces to be adopted: `pulumi destroy` takes it along with its namespace", [
    ...strangers.slice(0, MOST),
    ...(strangers.length > MOST ? [`and ${strangers.length - MOST} more`] : []),
  ]);

/** Before anything is done. @param known what the stack has already, and what is to be marked as such */
export const plan = ({ found, missing, strangers }: Survey, settings: readonly Setting[], known: readonly string[]): string =>
  [
    ...lines("in the cluster, to be adopted", found.map(named)),
    ...lines("of the stack already, to be marked as such in the cluster", known),
    ...taken(strangers),
    ...lines("not in the cluster: the next `pulumi up` makes", missing.map(named)),
    ...lines("to be written into the stack's configuration", set(settings)),
  ].join("\n");

export interface Outcome {
  /** As {@link plan} has it. */
  readonly known: readonly string[];
  /** Why, of each object that the cluster would not have marked. */
  readonly refused: readonly string[];
  readonly left: readonly Remaining[];
}

export function adopted({ found, strangers }: Survey, settings: readonly Setting[], { known, refused, left }: Outcome): string {
  const [harmless, others] = [left.filter((it) => it.harmless !== undefined), left.filter((it) => it.harmless === undefined)];
  const text = [
    ...(found.length === 0 ? ["nothing in the cluster is to be adopted", ""] : lines("adopted", found.map(named))),
    ...(found.length === 0 ? [] : [...taken(strangers), ...lines("written into the stack's configuration", set(settings))]),
    ...lines("of the stack already", known),
    ...lines("not marked as the stack's: a run names it as somebody else's until it has changed it", refused),
    ...lines(
      "harmless in the next `pulumi up`",
      harmless.map(({ operation, resource, harmless: why }) => `${operation} ${resource}: ${why ?? ""}`),
    ),
    ...lines(
      `what the next \`pulumi up\` changes (${LUBAN} preview shows it)`,
      others.map(
        ({ operation, resource, properties }) => `${operation} ${resource}${properties.length > 0 ? `: ${properties.join(", ")}` : ""}`,
      ),
    ),
  ];
  return text.join("\n").trimEnd();
}
