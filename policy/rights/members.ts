/** An extension with rights that lead to all others, on members: its executor is made there too, and whoever changes the chart owns each of them. */
import { PRIVILEGED_ON_MEMBERS } from "../../kubesphere/extension/allowances";
import { label } from "../../kubesphere/api";
import { at, type Rule } from "../rule";
import { dangerRules } from "./dangers";

export const privilegedOnMembers: Rule = {
  name: PRIVILEGED_ON_MEMBERS,
  why: "KubeSphere gives the extension's executor the same rights on each of these clusters, so whoever can change its chart on the host owns them too.",
  mend: "Take the clusters out of the placement, or write into permissions.yaml the verbs and resources that are needed.",
  resource: (resource, stack) => {
    const extension = at(resource.inputs, "metadata", "labels", label.extensionRef);
    const on = typeof extension === "string" ? (stack.placements?.get(extension) ?? []) : [];
    if (!stack.production || on.length === 0) return [];
    const rights = dangerRules.filter((rule) => (rule.resource?.(resource, stack) ?? []).length > 0).map(({ name }) => name);
    return rights.length === 0 ? [] : [{ property: "rules", given: { rights, on } }];
  },
};
