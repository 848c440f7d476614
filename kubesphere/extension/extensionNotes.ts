/** Notes for the user who declares an extension, before it is installed: decisions of the program, and far-reaching rights. */
import { LUBAN } from "../luban";
import type { Draft, Told } from "./draft";
import { isWide, type PolicyRule } from "./policyRules";

/** @returns sentences without full stops; empty if there are no notes */
export const notesOf = (draft: Draft, told: Told): string[] => [...uiNotes(draft, told), ...widthNotes(draft.rights(told).clusterRules)];

function uiNotes({ wrapped }: Draft, { ui, undecided }: Told): string[] {
  if (wrapped === undefined) return [];
  const choose =
    `to choose: \`${wrapped.base}: {extSvcName: …, extSvcPort: …}\` in the extension's install.config, ` +
    "or `service: {name: …, port: …}` in an extension.yaml beside the chart's Chart.yaml (`service: false`: none)";
  if (ui === undefined) return undecided.length === 0 ? [] : [`it gets no UI, as it could be ${undecided.join(" or ")}; ${choose}`];
  const { service, because, isByIngress, others } = ui;
  // The chart's author has decided.
  if (isByIngress || others.length === 0) return [];
  return [`its UI is ${service.name}:${service.port}, since ${because}; it could be ${others.join(" or ")}; ${choose}`];
}

const SHOWN = 3;

/** Only rights in the whole cluster: everything in its namespace belongs to the extension. */
function widthNotes(clusterRules: readonly PolicyRule[]): string[] {
  // An author may have stated the same twice.
  const wide = [...new Set(clusterRules.filter(isWide).map(inWords))];
  if (wide.length === 0) return [];
  const more = wide.length > SHOWN ? ` and ${wide.length - SHOWN} more` : "";
  return [
    `its executor gets wide rights in the whole cluster: ${wide.slice(0, SHOWN).join("; ")}${more}. ` +
      `\`${LUBAN} extension inspect SOURCE\` says what for`,
  ];
}

const inWords = ({ verbs, apiGroups = [], resources = [], nonResourceURLs = [] }: PolicyRule): string => {
  const what = [...nonResourceURLs, ...resources.flatMap((it) => apiGroups.map((group) => (group === "" ? it : `${it}.${group}`)))];
  return `${listed(verbs)} ${listed(what)}`;
};

const listed = (words: readonly string[]) =>
  words.length > SHOWN ? `${words.slice(0, SHOWN).join(", ")} and ${words.length - SHOWN} more` : words.join(", ");
