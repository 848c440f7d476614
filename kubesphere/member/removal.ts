/**
 * The commands that remove KubeSphere from a cluster that is a member no more, in the order in which they work: docs/members.md has them, and
 * `luban doctor --former-member` prints and does the same. Pure.
 *
 * - ks-core goes without its hooks. Its post-delete hook deletes KubeSphere's Workspaces, and 4.1.2 has them own the namespaces of their
 *   projects: Kubernetes deletes those with them, with all that is in them. The hook spares only namespaces of extensions and of the system.
 * - Finalizers and owners come off namespaces once ks-agent is gone, which would write them again, and before the Workspaces go.
 * - Some of KubeSphere's objects have finalizers, too; nobody takes them off then, and a CRD goes only when its last object has gone.
 */
import { KS_AGENT, KS_CORE_RELEASE, memberAnnotation, SYSTEM_NAMESPACE } from "../api";
import { isNamespaceFinalizer } from "../cluster/systemNamespaces";

/** Of an agent; its hooks are the extension's own. */
export const uninstallAgent = (release: string, namespace: string): string => `helm uninstall ${release} --namespace ${namespace}`;

/** Without hooks, see above; and till the last Pod has ended, since it would go on writing. */
export const KS_CORE_ARGS = ["--no-hooks", "--cascade", "foreground"] as const;
export const UNINSTALL_KS_CORE = `helm uninstall ${KS_CORE_RELEASE} --namespace ${SYSTEM_NAMESPACE} ${KS_CORE_ARGS.join(" ")} --wait`;

/** Where Helm has lost the release. */
export const DELETE_KS_AGENT = `kubectl --namespace ${SYSTEM_NAMESPACE} delete deployment ${KS_AGENT}`;

export interface Owner {
  readonly apiVersion: string;
  readonly kind: string;
}

/** What stays on a namespace: the finalizers and the owners of others. */
export interface Kept {
  readonly finalizers: readonly string[];
  readonly owners: readonly Owner[];
}

/** Whether an owner of a namespace is a workspace of KubeSphere's, as 4.1.2 writes it. */
export const isWorkspace = ({ apiVersion, kind }: Owner): boolean => kind === "Workspace" && /^tenant\.kubesphere\.io\//.test(apiVersion);

/** What a namespace keeps: KubeSphere's finalizers and workspaces come off. */
export const keptOn = ({
  finalizers = [],
  ownerReferences = [],
}: {
  readonly finalizers?: readonly string[] | undefined;
  readonly ownerReferences?: readonly Owner[] | undefined;
}): Kept => ({
  finalizers: finalizers.filter((it) => !isNamespaceFinalizer(it)),
  owners: ownerReferences.filter((it) => !isWorkspace(it)),
});

/** @param names of namespaces that keep the same */
export const freeNamespaces = (names: readonly string[], { finalizers, owners }: Kept): string => {
  const metadata = {
    finalizers: finalizers.length === 0 ? null : finalizers,
    ownerReferences: owners.length === 0 ? null : owners,
  };
  return `kubectl patch namespace ${names.join(" ")} --type merge --patch '${JSON.stringify({ metadata })}'`;
};

const NO_FINALIZERS = `--type merge --patch '{"metadata":{"finalizers":null}}'`;

/** Of all objects of these kinds, which have no namespace. @param crds names of CRDs */
export const freeObjects = (crds: readonly string[]): string =>
  `kubectl get ${crds.join(",")} --output name | xargs kubectl patch ${NO_FINALIZERS}`;

/** @param crd its name */
export const freeObjectsIn = (namespace: string, crd: string, names: readonly string[]): string =>
  `kubectl --namespace ${namespace} patch ${crd} ${names.join(" ")} ${NO_FINALIZERS}`;

/** @param crds names of CRDs @param isAll whether the cluster has no other CRD in KubeSphere's groups */
export const deleteKinds = (crds: readonly string[], isAll: boolean): string =>
  isAll ? `kubectl delete $(kubectl get crds --output name | grep '\\.kubesphere\\.io$')` : `kubectl delete crd ${crds.join(" ")}`;

/** @param types such as `clusterrole` @param names every type has each of them */
export const deleteAll = (types: readonly string[], names: readonly string[]): string =>
  `kubectl delete ${types.join(",")} ${names.join(" ")}`;

/** After it another host may take the cluster. */
export const DISOWN = `kubectl annotate namespace ${SYSTEM_NAMESPACE} ${memberAnnotation.name}- ${memberAnnotation.host}-`;
