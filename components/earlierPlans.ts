/** What a run finds in the cluster of the InstallPlans that it is about to declare. */
import { CORE_API } from "../kubesphere/api";
import type { ClusterAccess } from "../kubesphere/clusterCheck";
import { earlierPlan, type EarlierPlan } from "../kubesphere/lostReleases";
import type { StoredPlan } from "../kubesphere/rollout";

/** By extension; one that the cluster has no plan of is not among them. */
export type EarlierPlans = ReadonlyMap<string, EarlierPlan>;

/** All of the cluster's; none before there is a KubeSphere. */
export const storedPlans = async (cluster: Pick<ClusterAccess, "read">): Promise<readonly StoredPlan[]> =>
  (await cluster.read<{ items: readonly StoredPlan[] }>(`/apis/${CORE_API}/installplans`))?.items ?? [];

/** @param stored see {@link storedPlans} @param names of the extensions that the stack installs */
export async function earlierPlans(
  cluster: Pick<ClusterAccess, "metadata">,
  stored: readonly StoredPlan[],
  names: readonly string[],
): Promise<EarlierPlans> {
  const plans = stored.filter(({ metadata }) => names.includes(metadata.name));
  if (plans.length === 0) return new Map();
  const selector = encodeURIComponent(`owner=helm,name in (${plans.map(({ metadata }) => metadata.name).join(",")})`);
  const [records, namespaces] = await Promise.all([
    cluster.metadata(`/api/v1/secrets?labelSelector=${selector}`),
    cluster.metadata("/api/v1/namespaces"),
  ]);
  const surroundings = {
    releases: new Set(records.map(({ namespace = "", labels = {} }) => `${namespace}/${labels["name"]}`)),
    namespaces: new Set(namespaces.map(({ name }) => name)),
  };
  return new Map(plans.map((plan) => [plan.metadata.name, earlierPlan(plan, surroundings)]));
}
