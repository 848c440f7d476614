/** Who may act in the namespace of an extension: the members of the workspace that it belongs to. */
import { OTHER_WORKSPACE } from "../../kubesphere/extension/allowances";
import { label, SYSTEM_WORKSPACE } from "../../kubesphere/api";
import { at, type Rule } from "../rule";

export const otherWorkspace: Rule = {
  name: OTHER_WORKSPACE,
  why: "Members of that workspace may then run Pods as the extension's executor, which holds all of its rights, and read its secrets.",
  mend: `Leave \`${label.workspace}\` out of \`install.namespaceLabels\`: the namespace stays in ${SYSTEM_WORKSPACE}, the administrators' own.`,
  resource: ({ type, inputs }) => {
    const labels = at(inputs, "metadata", "labels");
    if (type !== "kubernetes:core/v1:Namespace" || at(labels, label.extensionRef) === undefined) return [];
    const given = at(labels, label.workspace);
    return given === undefined || given === SYSTEM_WORKSPACE ? [] : [{ property: `metadata.labels["${label.workspace}"]`, given }];
  },
};
