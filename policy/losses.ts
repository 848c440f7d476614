/** What takes away more than the change says. */
import { KS_CORE_RELEASE } from "../kubesphere/api";
import { RELEASE } from "./releases";
import { at, type Change, type Rule } from "./rule";

/** The engine's words for an end, alone or as part of a replacement. */
const ENDS = ["delete", "replace", "create-replacement", "delete-replaced"];

export const lostFoundation: Rule = {
  name: "lost-namespace-or-ks-core",
  why: "With a namespace goes everything in it; with ks-core go all of KubeSphere's kinds and so every extension, user and workspace.",
  mend: "Keep it in the stack under its name. Where the loss is meant, someone who may merge past this check decides.",
  change: (change) => (ENDS.includes(change.op) && isFoundation(change) ? [{ property: "", given: change.op }] : []),
};

const isFoundation = ({ type, inputs }: Change) =>
  type === "kubernetes:core/v1:Namespace" || (type === RELEASE && at(inputs, "name") === KS_CORE_RELEASE);
