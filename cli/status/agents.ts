/** The agents of a multi-cluster extension: those that KubeSphere speaks of, and those that are wanted and it does not speak of yet. */
import { agentHash } from "../../kubesphere/extension/agentConfig";
import { agentFailure, placedOn as planPlacedOn } from "../../kubesphere/extension/agentRollouts";
import { placedOn } from "../../kubesphere/member/placement";
import type { HostCluster } from "../shared/members";
import type { Plan } from "./objects";
import { statesOf } from "./states";
import type { AgentStatus } from "./status";
import type { WantedInstall } from "./wanted";

/** @param clusters of the host, whose labels selectors read */
export function agentsOf(
  plan: Plan | undefined,
  install: Pick<WantedInstall, "clusters" | "clusterSelector"> | undefined,
  clusters: readonly HostCluster[],
): readonly AgentStatus[] {
  const wanted = install === undefined ? [] : placedOn({ placement: install }, labelled(clusters));
  const names = [...new Set([...wanted, ...Object.keys(plan?.status?.clusterSchedulingStatuses ?? {})])];
  return names.map((cluster) => (plan === undefined ? { cluster, state: "", states: [] } : agentOf(plan, cluster, clusters)));
}

const labelled = (clusters: readonly HostCluster[]) => clusters.map(({ metadata: { name, labels = {} } }) => ({ name, labels }));

function agentOf(plan: Plan, cluster: string, clusters: readonly HostCluster[]): AgentStatus {
  const { targetNamespace, clusterSchedulingStatuses: statuses = {} } = plan.status ?? {};
  const { state = "", version, configHash, stateHistory, jobName } = statuses[cluster] ?? {};
  const wanted = agentHash(plan.spec, cluster);
  const failure = agentFailure(plan, cluster);
  return {
    cluster,
    state,
    ...(version !== undefined && { version }),
    ...(configHash !== undefined && { configHash }),
    ...(configHash !== undefined && wanted !== undefined && { configMatches: configHash === wanted }),
    ...(failure && { reason: `${failure.reason}: ${failure.message}` }),
    ...(failure && jobName !== undefined && targetNamespace !== undefined && { job: `${targetNamespace}/${jobName}` }),
    ...(isLeaving(plan, cluster, clusters) && { isLeaving: true }),
    states: statesOf(stateHistory),
  };
}

/** A label that is taken off a Cluster changes nothing by itself: KubeSphere looks at the plan next time that it changes. */
function isLeaving({ spec: { clusterScheduling } }: Plan, cluster: string, clusters: readonly HostCluster[]): boolean {
  const { placement } = clusterScheduling ?? {};
  if (placement === undefined || clusters.length === 0) return false;
  const named = planPlacedOn({ placement });
  return !(named ?? placedOn({ placement }, labelled(clusters))).includes(cluster);
}
