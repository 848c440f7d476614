/** The objects in the cluster of the kinds that a run declares. */
import { CORE_API } from "../../kubesphere/api";
import type { ClusterAccess, ObjectMetadata } from "../../kubesphere/cluster/clusterCheck";
import type { StoredPlan } from "../../kubesphere/extension/rollout";

/** Those of the whole cluster; before KubeSphere is installed, only namespaces. */
export interface ClusterContents {
  readonly hasKubeSphere: boolean;
  readonly namespaces: readonly ObjectMetadata[];
  readonly extensions: readonly ObjectMetadata[];
  readonly plans: readonly StoredPlan[];
}

export async function clusterContents(cluster: Pick<ClusterAccess, "read" | "metadata">): Promise<ClusterContents> {
  const [namespaces, plans] = await Promise.all([
    cluster.metadata("/api/v1/namespaces"),
    cluster.read<{ items: readonly StoredPlan[] }>(`/apis/${CORE_API}/installplans`),
  ]);
  const extensions = plans === undefined ? [] : await cluster.metadata(`/apis/${CORE_API}/extensions`);
  return { hasKubeSphere: plans !== undefined, namespaces, extensions, plans: plans?.items ?? [] };
}
