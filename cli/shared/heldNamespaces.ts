/** Namespaces with a finalizer of KubeSphere that nothing removes any more: their deletion never ends. */
import { lt, valid } from "semver";
import { KS_CORE_MANAGER, KS_CORE_RELEASE, label, SYSTEM_NAMESPACE } from "../../kubesphere/api";
import { fieldAt } from "../../kubesphere/chart/renderedObject";
import { isNamespaceFinalizer, namespaceFinalizer } from "../../kubesphere/cluster/systemNamespaces";
import type { Cluster, StoredObject } from "./cluster";
import { releaseOf } from "./helmReleases";

/** KubeSphere's controller manager, which removes its own finalizers: whether it runs, and in which version. */
export type Keeper = keyof typeof namespaceFinalizer | "none";

const MANAGER = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: KS_CORE_MANAGER, namespace: SYSTEM_NAMESPACE } };

/** @throws Failure if that cannot be read */
export async function keeperOf(cluster: Pick<Cluster, "read" | "list">): Promise<Keeper> {
  const manager = await cluster.read(MANAGER);
  if (manager === undefined || fieldAt(manager, "spec", "replicas") === 0) return "none";
  const { appVersion = "" } = (await releaseOf(cluster, SYSTEM_NAMESPACE, KS_CORE_RELEASE)) ?? {};
  return valid(appVersion) !== null && lt(appVersion, "4.1.3") ? "4.1.2" : "4.1.3";
}

/** @returns the finalizers of KubeSphere that nothing will remove */
export function orphanedFinalizers({ metadata: { finalizers = [], labels = {} } }: StoredObject, keeper: Keeper): readonly string[] {
  const held = finalizers.filter(isNamespaceFinalizer);
  if (keeper === "none") return held;
  const others = held.filter((it) => it !== namespaceFinalizer[keeper]);
  // 4.1.3 removes the older finalizer when it adds its own, which it does only for namespaces of a workspace.
  const isAwaited = keeper === "4.1.3" && labels[label.workspace] !== undefined && others.length === held.length;
  return isAwaited ? [] : others;
}

/** The reason, in a few words. */
export const whyOrphaned = (keeper: Keeper): string =>
  keeper === "none"
    ? "KubeSphere's controller manager, which alone takes it off, is gone"
    : `another release of KubeSphere set it, and ${keeper} does not take it off`;

/** The command that removes them; finalizers of others stay. */
export const letGoCommand = ({ metadata: { name, finalizers = [] } }: StoredObject, orphaned: readonly string[]): string => {
  const left = finalizers.filter((it) => !orphaned.includes(it));
  return `kubectl patch namespace ${name} --type merge --patch '${JSON.stringify({ metadata: { finalizers: left } })}'`;
};
