/** Follows InstallPlans to the end of their rollouts, and reports their progress. Imports no Pulumi: commands use it, too. */
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import { NO_JOB } from "../../kubesphere/extension/installPlan";
import { AgentRollouts, hasFailedAgent } from "../../kubesphere/extension/agentRollouts";
import { hasFailed, standingOf, type Failed, type StoredPlan } from "../../kubesphere/extension/rollout";
import { jobReason } from "./jobReason";
import { PlanWatch } from "./planWatch";

interface Limits {
  /** Longer than the ten minutes that KubeSphere's executor gives Helm, so that the executor's own error arrives first. */
  readonly wholeMs: number;
  /** A plan has failed when its status shows the same refusal for so long: KubeSphere retries, and in the end gives up without a message. */
  readonly refusedMs: number;
}
const LIMITS: Limits = { wholeMs: 15 * 60_000, refusedMs: 30_000 };

export interface Followed {
  readonly name: string;
  /** That of the applied plan: an earlier plan does not count. Undefined for any. */
  readonly uid: string | undefined;
  /** That of the applied plan: the result of an earlier spec does not count. Undefined for any. */
  readonly generation: number | undefined;
  /** The clusters that are to have an agent. Default: those that the plan names, or where it names none, those that have one. */
  readonly clusters?: readonly string[] | undefined;
  /** Whether the Pod's output may contain the config, which is a secret. */
  readonly isSecret: boolean;
  /** Called with the progress, in a few words. */
  readonly say: (words: string) => void;
}

export interface Failure {
  readonly reason: string;
  /**
   * Extensions that this run uninstalls, if the failure is that of an earlier run: the engine deletes nothing in a run that has failed,
   * and an old failure is no reason to keep them.
   */
  readonly leaving: readonly string[];
}

/** Waits for the end of the rollout of a plan's spec. @returns why it has failed; undefined once it is installed */
export type Follow = (followed: Followed) => Promise<Failure | undefined>;

/**
 * @param leaving the extensions that this run uninstalls
 * @param away clusters that do not answer, for whose agents nobody waits. Default: none
 */
export function followRollouts(
  cluster: Pick<ClusterAccess, "read" | "readText" | "watch">,
  leaving: readonly string[],
  away: readonly string[] = [],
): Follow {
  const watch = new PlanWatch(cluster);
  return async (followed) => {
    const end = await endOf(watch, followed, away);
    if (end === "installed") return undefined;
    const reasons = await Promise.all(end.failures.map((failed) => toldReason(cluster, failed, followed)));
    return { reason: reasons.join("\n"), leaving: end.isOld ? leaving : [] };
  };
}

async function toldReason(
  cluster: Pick<ClusterAccess, "read" | "readText">,
  { where, reason, job }: Failed,
  { isSecret }: Followed,
): Promise<string> {
  const begin = where === undefined ? "" : `${where}: `;
  if (job === undefined) return `${begin}${reason}`;
  const why = isSecret ? undefined : await jobReason(cluster, job);
  return `${begin}${why === undefined ? reason : `${reason.split(":")[0]}: ${why}`}\nThe log of its Job: kubectl --namespace ${job.namespace} logs job/${job.name}`;
}

type End = "installed" | { readonly failures: readonly Failed[]; readonly isOld: boolean };

function endOf(watch: PlanWatch, { name, uid, generation = 0, clusters, say }: Followed, away: readonly string[]): Promise<End> {
  const { wholeMs, refusedMs } = LIMITS;
  return new Promise((done) => {
    const begun = performance.now();
    const agents = new AgentRollouts(clusters, away);
    let said: string | undefined;
    let last: StoredPlan | undefined;
    let isOld = false;
    let refusal: { reason: string; timer: NodeJS.Timeout } | undefined;
    const tell = (words: string) => {
      if (words !== said) say((said = words));
    };
    const finish = (end: "installed" | readonly Failed[]) => {
      clearTimeout(whole);
      clearTimeout(refusal?.timer);
      leave();
      done(end === "installed" ? end : { failures: end, isOld });
    };
    const whole = setTimeout(() => finish([unfinished(last, agents, wholeMs)]), wholeMs);
    const look = (plan: StoredPlan | undefined) => {
      if (plan === undefined || (uid !== undefined && plan.metadata.uid !== uid) || (plan.metadata.generation ?? 0) < generation) return;
      // The first look is right after the plan was applied: a failure that it shows then is an old one.
      if (last === undefined) isOld = hasFailed(plan) || hasFailedAgent(plan);
      last = plan;
      const onHost = standingOf(plan);
      const standing = onHost.is === "installed" ? agents.look(plan) : onHost;
      if (standing.is !== "refused" || standing.reason !== refusal?.reason) {
        clearTimeout(refusal?.timer);
        refusal = undefined;
      }
      switch (standing.is) {
        case "installed":
          // A plan that was installed from the start needs no message.
          if (said !== undefined) tell(`Installed in ${Math.round((performance.now() - begun) / 1000)} s`);
          return finish("installed");
        case "failed":
          return finish(standing.failures);
        case "refused": {
          const { reason } = standing;
          tell(onHost.is === "installed" ? reason : `${plan.status?.state ?? "refused"}: ${reason}`);
          const stuck = { reason: `${reason}\n${NO_JOB}` };
          refusal ??= { reason, timer: setTimeout(() => finish([stuck]), refusedMs) };
          return;
        }
        case "going":
          tell(standing.words);
      }
    };
    const leave = watch.on(name, look);
  });
}

function unfinished(plan: StoredPlan | undefined, agents: AgentRollouts, wholeMs: number): Failed {
  const { state, jobName, targetNamespace, conditions = [] } = plan?.status ?? {};
  const failure = conditions.find(({ status }) => status === "False");
  const within = `within ${Math.round(wholeMs / 60_000)} minutes`;
  if (state === undefined) return { reason: `KubeSphere has not begun ${within}: does its ks-controller-manager run?` };
  const ofAgents = plan !== undefined && standingOf(plan).is === "installed" ? agents.look(plan) : undefined;
  if (ofAgents?.is === "going") return { reason: `its agents were not done ${within}: ${ofAgents.words}` };
  const job = jobName !== undefined && targetNamespace !== undefined ? { namespace: targetNamespace, name: jobName } : undefined;
  return {
    reason: `it was not installed ${within}, and is ${state}${failure === undefined ? "" : `: ${failure.message}`}`,
    ...(job && { job }),
  };
}
