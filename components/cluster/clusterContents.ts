/** The objects in the cluster of the kinds that a run declares. */
import { CLUSTER_API, CORE_API } from "../../kubesphere/api";
import type { ClusterAccess, ObjectMetadata } from "../../kubesphere/cluster/clusterCheck";
import type { StoredPlan } from "../../kubesphere/extension/rollout";
import type { StoredCluster } from "../../kubesphere/member/storedCluster";

/** Those of the whole cluster; before KubeSphere is installed, only namespaces. */
export interface ClusterContents {
  readonly hasKubeSphere: boolean;
  readonly namespaces: readonly ObjectMetadata[];
  readonly extensions: readonly ObjectMetadata[];
  readonly plans: readonly StoredPlan[];
  /** The host and its members; none if nobody asked for them. */
  readonly clusters: readonly StoredCluster[];
}

/** The Cluster objects of a host; none before KubeSphere is installed. */
export const storedClusters = async (cluster: Pick<ClusterAccess, "read">): Promise<readonly StoredCluster[]> =>
  (await cluster.read<{ readonly items: readonly StoredCluster[] | null }>(`/apis/${CLUSTER_API}/clusters`))?.items ?? [];

/** The InstallPlans of a host; undefined before KubeSphere is installed. */
export const storedPlans = async (cluster: Pick<ClusterAccess, "read">): Promise<readonly StoredPlan[] | undefined> =>
  (await cluster.read<{ readonly items: readonly StoredPlan[] }>(`/apis/${CORE_API}/installplans`))?.items;

/** @param withClusters whether its Cluster objects are of interest. Default: no */
export async function clusterContents(cluster: Pick<ClusterAccess, "read" | "metadata">, withClusters = false): Promise<ClusterContents> {
  const [namespaces, plans, clusters] = await Promise.all([
    cluster.metadata("/api/v1/namespaces"),
    storedPlans(cluster),
    withClusters ? storedClusters(cluster) : [],
  ]);
  const extensions = plans === undefined ? [] : await cluster.metadata(`/apis/${CORE_API}/extensions`);
  return { hasKubeSphere: plans !== undefined, namespaces, extensions, plans: plans ?? [], clusters };
}
