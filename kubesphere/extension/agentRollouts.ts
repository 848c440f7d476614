/**
 * The state of a plan's agents, from the fields that KubeSphere writes into the plan: none of it shows in the plan's own state, which is
 * `Installed` before the first agent begins, and stays so while agents fail. Measured with a member on KubeSphere 4.1.2 and 4.1.3.
 */
import { agentHash } from "./agentConfig";
import { isNoCluster, type PlanScheduling } from "./clusterScheduling";
import type { AgentStatus } from "./installPlan";
import { appliedAt, type Failed, type Standing, type StoredPlan } from "./rollout";

/**
 * The clusters that a plan is to have agents on; undefined if it chooses them by labels, and so only KubeSphere knows them. A plan that says
 * nothing of clusters keeps the agents that it has.
 */
export function placedOn({ placement }: PlanScheduling): readonly string[] | undefined {
  if (placement === undefined) return undefined;
  const { clusters = [] } = placement;
  return clusters.length > 0 ? clusters : isNoCluster(placement) ? [] : undefined;
}

/** Looks at one plan again and again. It remembers failures: KubeSphere repeats an upgrade every few seconds, and not all of them at once. */
export class AgentRollouts {
  private readonly failed = new Map<string, Failed>();

  /**
   * @param clusters that are to have an agent. Default: {@link placedOn}, or where these are unknown, those that have one
   * @param away clusters that do not answer: nothing of an agent begins or ends there, so nobody waits for it. Default: none
   */
  constructor(
    private readonly clusters?: readonly string[],
    private readonly away: readonly string[] = [],
  ) {}

  /** @param plan whose own rollout has ended well @returns `installed` once each agent is, and all others are gone */
  look(plan: StoredPlan): Standing {
    const { clusterScheduling } = plan.spec;
    // Without it KubeSphere looks at no agent.
    if (clusterScheduling?.placement === undefined) return { is: "installed" };
    const all = plan.status?.clusterSchedulingStatuses ?? {};
    const statuses = Object.fromEntries(Object.entries(all).filter(([cluster]) => !this.away.includes(cluster)));
    const wanted = this.clusters ?? placedOn(clusterScheduling);
    const leaving = wanted === undefined ? [] : Object.keys(statuses).filter((cluster) => !wanted.includes(cluster));
    const here = wanted?.filter((cluster) => !this.away.includes(cluster)) ?? Object.keys(statuses);
    const standings = [...here.map((cluster) => this.lookAt(plan, cluster)), ...leaving.map((it) => leavingAgent(it, statuses[it]))];
    const going = standings.flatMap((it) => (it.is === "going" ? it.words : []));
    const failures = standings.flatMap((it) => (it.is === "failed" ? it.failures : []));
    if (going.length > 0) return { is: "going", words: listed([...going, ...failures.map(told)]) };
    const refused = standings.flatMap((it) => (it.is === "refused" ? it.reason : []));
    if (refused.length > 0) return { is: "refused", reason: [...refused, ...failures.map(told)].join("\n") };
    return failures.length > 0 ? { is: "failed", failures } : { is: "installed" };
  }

  private lookAt(plan: StoredPlan, cluster: string): Standing {
    const standing = ofAgent(plan, cluster);
    if (standing.is === "failed") for (const failure of standing.failures) this.failed.set(cluster, failure);
    if (standing.is === "installed") this.failed.delete(cluster);
    const before = this.failed.get(cluster);
    return before === undefined ? standing : { is: "failed", failures: [before] };
  }
}

/** Whether an agent's rollout of the current spec has failed, even if KubeSphere is repeating it. */
export const hasFailedAgent = (plan: StoredPlan): boolean =>
  Object.values(plan.status?.clusterSchedulingStatuses ?? {}).some(
    (status) => failureOf(status) !== undefined && isOfSpec(plan, failureOf(status)),
  );

/** Why the rollout of a plan's current spec has failed on a cluster, even if KubeSphere is repeating it; undefined if it has not. */
export function agentFailure(plan: StoredPlan, cluster: string): Condition | undefined {
  const status = plan.status?.clusterSchedulingStatuses?.[cluster];
  const failure = status && failureOf(status);
  return isOfSpec(plan, failure) ? failure : undefined;
}

function ofAgent(plan: StoredPlan, cluster: string): Standing {
  const { spec, status: { targetNamespace, clusterSchedulingStatuses: statuses = {} } = {} } = plan;
  const status = statuses[cluster];
  const agent = `agent on ${cluster}`;
  // KubeSphere passes over a cluster that is not there or not ready, in silence.
  if (status === undefined) return { is: "going", words: `${agent}: waiting for KubeSphere; is the cluster there, and Ready?` };
  const { state = "", jobName } = status;
  const failure = failureOf(status);
  const reason = failure === undefined ? state : `${failure.reason}: ${failure.message}`;
  const hash = agentHash(spec, cluster);
  if (hash !== undefined && status.configHash !== hash)
    return isOfSpec(plan, failure) ? { is: "refused", reason: `${agent}: ${reason}` } : goingAgent(cluster, status);
  if (/^(?:Install|Upgrade)Failed$/.test(state) && (hash !== undefined || isOfSpec(plan, failure))) {
    // The Job of an agent is on the host, in the extension's namespace there.
    const job = jobName === undefined || targetNamespace === undefined ? undefined : { namespace: targetNamespace, name: jobName };
    return { is: "failed", failures: [{ where: agent, reason, ...(job && { job }) }] };
  }
  return state === "Installed" && status.version === spec.extension.version ? { is: "installed" } : goingAgent(cluster, status);
}

const goingAgent = (cluster: string, { state = "", jobName }: AgentStatus): Standing => ({
  is: "going",
  words: `agent on ${cluster}: ${state === "Installed" ? "to be upgraded" : state || "waiting for KubeSphere"}${jobName === undefined || state === "Installed" ? "" : `, Job ${jobName}`}`,
});

/** While its cluster is away, KubeSphere tries again and again, and says nothing; it lets go once the Cluster object is gone. */
const leavingAgent = (cluster: string, status: AgentStatus | undefined): Standing => ({
  is: "going",
  words: `agent on ${cluster}: leaving${status?.state === "UninstallFailed" ? `, ${failureOf(status)?.message ?? "UninstallFailed"}` : ""}`,
});

type Condition = NonNullable<AgentStatus["conditions"]>[number];

const failureOf = ({ conditions = [] }: AgentStatus): Condition | undefined => conditions.find(({ status }) => status === "False");

const isOfSpec = (plan: StoredPlan, failure: Condition | undefined): boolean =>
  failure !== undefined && (failure.lastTransitionTime ?? "") >= appliedAt(plan);

const told = ({ where, reason }: Failed) => (where === undefined ? reason : `${where}: ${reason}`);

/** As many as a line has room for. */
const SHOWN = 3;

const listed = (words: readonly string[]) =>
  `${words.slice(0, SHOWN).join("; ")}${words.length > SHOWN ? `; and ${words.length - SHOWN} more` : ""}`;
