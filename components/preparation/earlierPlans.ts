/** The InstallPlans in the cluster that a run is about to declare. */
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import { earlierPlan, type EarlierPlan } from "../../kubesphere/extension/lostReleases";
import type { ClusterContents } from "../cluster/clusterContents";

/** By extension; only those that have a plan in the cluster. */
export type EarlierPlans = ReadonlyMap<string, EarlierPlan>;

/** @param names of the extensions that the stack installs */
export async function earlierPlans(
  cluster: Pick<ClusterAccess, "metadata">,
  { plans: stored, namespaces }: Pick<ClusterContents, "plans" | "namespaces">,
  names: readonly string[],
): Promise<EarlierPlans> {
  const plans = stored.filter(({ metadata }) => names.includes(metadata.name));
  if (plans.length === 0) return new Map();
  const selector = encodeURIComponent(`owner=helm,name in (${plans.map(({ metadata }) => metadata.name).join(",")})`);
  const records = await cluster.metadata(`/api/v1/secrets?labelSelector=${selector}`);
  const surroundings = {
    releases: new Set(records.map(({ namespace = "", labels = {} }) => `${namespace}/${labels["name"]}`)),
    namespaces: new Set(namespaces.map(({ name }) => name)),
  };
  return new Map(plans.map((plan) => [plan.metadata.name, earlierPlan(plan, surroundings)]));
}
