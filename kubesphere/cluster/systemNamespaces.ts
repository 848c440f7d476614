/** The finalizers of KubeSphere's controller manager on namespaces, and the labels with which it removes them. */
import { label, SYSTEM_WORKSPACE } from "../api";

/**
 * The finalizers, by the release that sets them: 4.1.2 on every namespace of a cluster, 4.1.3 on those with a workspace's label. Each release
 * takes its own off when the namespace is deleted, while the manager runs; once it is uninstalled nobody does.
 */
export const namespaceFinalizer = {
  "4.1.2": "finalizers.kubesphere.io/namespaces",
  "4.1.3": "kubesphere.io/cascading-deletion",
} as const;

export const isNamespaceFinalizer = (finalizer: string): boolean => Object.values<string>(namespaceFinalizer).includes(finalizer);

/** By which, from 4.1.3 on, ks-core's webhook `protector.kubesphere.io` knows the namespaces that nobody may delete while it runs. */
export const PROTECTED = { "kubesphere.io/protected-resource": "true" } as const;

/**
 * As ks-core labels the namespaces of the cluster's own. Without a workspace's label, a namespace from the time of 4.1.2 keeps that release's
 * finalizer after an upgrade, and can never be deleted. With `managed`, ks-core's post-delete hook takes off what is left.
 */
export const systemLabels = { [label.managed]: "true", [label.workspace]: SYSTEM_WORKSPACE } as const;
