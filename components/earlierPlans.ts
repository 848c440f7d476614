/** What a run finds in the cluster of the InstallPlans that it is about to declare. */
import { CORE_API } from "../kubesphere/api";
import type { ClusterAccess } from "../kubesphere/clusterCheck";
import { earlierPlan, type EarlierPlan } from "../kubesphere/lostReleases";
import type { StoredPlan } from "../kubesphere/rollout";

/** By extension; one that the cluster has no plan of is not among them. */
export type EarlierPlans = ReadonlyMap<string, EarlierPlan>;

/** @param names of the extensions that the stack installs */
export async function earlierPlans(cluster: Pick<ClusterAccess, "read" | "metadata">, names: readonly string[]): Promise<EarlierPlans> {
  if (names.length === 0) return new Map();
  const list = await cluster.read<{ items: readonly StoredPlan[] }>(`/apis/${CORE_API}/installplans`);
  const plans = (list?.items ?? []).filter(({ metadata }) => names.includes(metadata.name));
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
