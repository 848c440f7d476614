/** The places of a plan's releases: the extension's on the host, and an agent's on each cluster. All go through the same states. */
import { forceDeleteAnnotation } from "../../../kubesphere/api";
import { releaseOfPart } from "../../../kubesphere/extension/installedParts";
import type { Cluster } from "./cluster.js";
import type { ExecutorAgent } from "./executorRuns.js";
import type { InstallPlan, InstallPlanStatus } from "./objects.js";
import { agentConfig } from "./placement.js";
import { statusPatch } from "./statusPatch.js";

export interface Place {
  /** What Helm calls it. */
  readonly release: string;
  /** Whose objects the release has. */
  readonly cluster: Cluster;
  /** Of an agent. */
  readonly agent?: ExecutorAgent;
  /** The plan as if this place were its only one: with the config and the status of it. */
  view(plan: InstallPlan): InstallPlan;
  /** What gives the place another status; undefined where nothing changes. */
  patch(view: InstallPlan, status: InstallPlanStatus): object | undefined;
}

export const hostPlace = (cluster: Cluster, extension: string): Place => ({
  release: extension,
  cluster,
  view: (plan) => plan,
  patch: statusPatch,
});

/** @param isLeaving it is to be uninstalled, whatever becomes of the plan */
export function agentPlace(cluster: Cluster, agent: ExecutorAgent, extension: string, isLeaving: boolean): Place {
  const name = agent.cluster;
  return {
    release: releaseOfPart("agent", extension),
    cluster,
    agent,
    view(plan) {
      const { metadata } = plan;
      // A forced deletion is the host's release only.
      const annotations = { ...metadata.annotations, [forceDeleteAnnotation]: "false" };
      const { targetNamespace = "", clusterSchedulingStatuses: statuses } = plan.status ?? {};
      // An agent is never switched on or off: what the plan says counts as done.
      const status = { targetNamespace, ...statuses?.[name], ...(plan.spec.enabled && { enabled: true }) };
      return {
        ...plan,
        metadata: { ...metadata, annotations, ...(isLeaving && { deletionTimestamp: metadata.deletionTimestamp ?? LEAVING }) },
        spec: { ...plan.spec, config: agentConfig(plan, name) },
        status,
      };
    },
    patch(view, status) {
      const patch = statusPatch({ ...view, status: own(view.status) }, own(status)) as { metadata: object; status: object } | undefined;
      return patch && { metadata: patch.metadata, status: { clusterSchedulingStatuses: { [name]: patch.status } } };
    },
  };
}

/** Only that it is there counts. */
const LEAVING = "1970-01-01T00:00:00Z";

function own(status: InstallPlanStatus = {}): InstallPlanStatus {
  const stored = { ...status };
  delete stored.enabled;
  return stored;
}
