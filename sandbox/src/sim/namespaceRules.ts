/** What KubeSphere's controller writes on a namespace: of each release, as it was measured. Pure. */
import { label } from "../../../kubesphere/api";
import { namespaceFinalizer } from "../../../kubesphere/cluster/systemNamespaces.js";
import type { KubeSphereRelease } from "./manager.js";
import type { KubeObject, Metadata } from "./objects.js";

export const TENANT_API = "tenant.kubesphere.io/v1beta1";

type Owners = NonNullable<Metadata["ownerReferences"]>;
/** What is to be different. */
export type Change = Pick<Metadata, "finalizers" | "ownerReferences">;

const isWorkspaces = ({ kind }: Owners[number]) => kind === "Workspace";

/**
 * - 4.1.2 holds every namespace of the cluster, and a workspace owns those that carry its label.
 * - 4.1.3 holds those with a workspace's label only. It takes the older release's finalizer and owner off these alone: a namespace without
 *   the label keeps the finalizer, which nobody takes off any more.
 * @param workspace the one that the namespace's label names, if it is there
 * @returns undefined where nothing is to be written
 */
export function namespaceChange(
  { metadata }: KubeObject,
  release: KubeSphereRelease,
  workspace: KubeObject | undefined,
): Change | undefined {
  const { finalizers = [], ownerReferences = [], labels = {}, deletionTimestamp } = metadata;
  const own = namespaceFinalizer[release === "4.1.2" ? "4.1.2" : "4.1.3"];
  const isHeld = finalizers.includes(own);
  if (deletionTimestamp !== undefined) return isHeld ? { finalizers: finalizers.filter((it) => it !== own) } : undefined;
  const isOfWorkspace = labels[label.workspace] !== undefined;
  if (release !== "4.1.2" && isOfWorkspace)
    return isHeld
      ? undefined
      : { finalizers: [...finalizers.filter((it) => it !== namespaceFinalizer["4.1.2"]), own], ownerReferences: [] };
  const owners = isOfWorkspace ? ownedBy(ownerReferences, workspace) : ownerReferences.filter((it) => !isWorkspaces(it));
  const change = {
    ...(release === "4.1.2" && !isHeld && { finalizers: [...finalizers, own] }),
    ...(JSON.stringify(owners) !== JSON.stringify(ownerReferences) && { ownerReferences: owners }),
  };
  return Object.keys(change).length === 0 ? undefined : change;
}

function ownedBy(owners: Owners, workspace: KubeObject | undefined): Owners {
  const { name, uid } = workspace?.metadata ?? {};
  if (name === undefined || uid === undefined || owners.some((it) => it.uid === uid)) return owners;
  return [...owners.filter((it) => !isWorkspaces(it)), { apiVersion: TENANT_API, kind: "Workspace", name, uid, controller: true }];
}
