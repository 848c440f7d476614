/** Labels of an extension's namespace: those that the program itself declares, and those that a stack may set. Pure. */
import { clusterIdentifierAnnotation, label } from "../api";
import { systemLabels } from "../cluster/systemNamespaces";

export type Labels = Readonly<Record<string, string>>;

/** @param given of the stack */
export const namespaceLabels = (extension: string, given: Labels = {}): Labels => ({
  [label.extensionRef]: extension,
  ...systemLabels,
  ...given,
});

/** The purpose of each label that must not change. */
const FIXED: Labels = {
  [label.extensionRef]: "KubeSphere finds by it what belongs to the extension",
  [label.managed]: "ks-core's uninstall takes KubeSphere's finalizer off the namespaces that have it",
  [label.workspace]: "KubeSphere lets go of a namespace that it held under 4.1.2 only where it has a workspace",
  [clusterIdentifierAnnotation]: "stacks tell by it whose cluster this is",
};

/** Why a changed label or annotation of a declared namespace can only be restored. */
export const whyFixed = (key: string): string => FIXED[key] ?? "the configuration has no place for it";

/** Of an extension's namespace. @param is undefined: it is gone */
export const isKeepable = (key: string, is: string | undefined): boolean =>
  is === undefined ? !(key in FIXED) : labelMistake(key, is) === undefined;

const NAME = "[A-Za-z0-9](?:[A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?";
const KEY = new RegExp(`^(?:(?=[^/]{1,253}/)[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?/)?${NAME}$`);
const VALUE = new RegExp(`^(?:${NAME})?$`);
const WORKSPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** @returns the allowed values, and how to mend it; undefined if an extension's namespace may have the label */
export function labelMistake(key: string, value: string): string | undefined {
  if (!KEY.test(key)) return "keys of labels, such as team or example.com/team. Correct it";
  if (key === label.workspace) return WORKSPACE.test(value) ? undefined : "the name of a workspace. Leave it out for KubeSphere's own";
  if (/^(?:kubesphere\.io|kubernetes\.io|k8s\.io)\//.test(key))
    return `a label of your own, ${label.workspace}, or one such as pod-security.kubernetes.io/enforce. Remove this one, which is KubeSphere's or Kubernetes' own`;
  return VALUE.test(value)
    ? undefined
    : "a label's value: at most 63 letters, digits and -_. that begin and end with a letter or digit. Correct it";
}
