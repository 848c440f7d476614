/** The agents of extensions on clusters, as the status of InstallPlans has them. Pure. */
import type { StoredPlan } from "../extension/rollout";

/** The extensions that have an agent on a cluster. */
export const agentsOn = (cluster: string, plans: readonly StoredPlan[]): string[] =>
  plans.flatMap(({ metadata, status }) => (cluster in (status?.clusterSchedulingStatuses ?? {}) ? [metadata.name] : []));
