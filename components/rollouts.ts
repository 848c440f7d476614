/** Follows InstallPlans to the end of their rollouts, in sight of the user. */
import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "../kubesphere/clusterCheck";
import { NO_JOB } from "../kubesphere/installPlan";
import { standingOf, type Job, type StoredPlan } from "../kubesphere/rollout";
import { jobReason } from "./jobReason";
import { PlanWatch } from "./planWatch";

export interface Limits {
  /** Above the ten minutes that KubeSphere's executor gives Helm, so that its own verdict is heard. */
  readonly wholeMs: number;
  /** How long the same refusal may stand before it counts: KubeSphere tries again and again, until it gives up without a word. */
  readonly refusedMs: number;
}
const LIMITS: Limits = { wholeMs: 15 * 60_000, refusedMs: 30_000 };

export interface Followed {
  readonly name: string;
  /** Of the plan that was applied: one that was there before it does not count. Undefined: any. */
  readonly uid: string | undefined;
  /** What its Pod said may hold the config, which is a secret. */
  readonly isSecret: boolean;
  /** Told what becomes of it, in a few words. */
  readonly say: (words: string) => void;
}

/** Waits for the end of the rollout that a plan's spec asks for. @returns why it has failed; undefined once it is installed */
export type Follow = (followed: Followed) => Promise<string | undefined>;

export function followRollouts(cluster: Pick<ClusterAccess, "read" | "readText" | "watch">, limits: Limits = LIMITS): Follow {
  const watch = new PlanWatch(cluster);
  return async (followed) => {
    const end = await endOf(watch, followed, limits);
    if (end === "installed") return undefined;
    const { reason, job } = end;
    if (job === undefined) return reason;
    const why = followed.isSecret ? undefined : await jobReason(cluster, job);
    return `${why === undefined ? reason : `${reason.split(":")[0]}: ${why}`}\nThe log of its Job: kubectl --namespace ${job.namespace} logs job/${job.name}`;
  };
}

interface Failed {
  readonly reason: string;
  readonly job?: Job | undefined;
}

function endOf(watch: PlanWatch, { name, uid, say }: Followed, { wholeMs, refusedMs }: Limits): Promise<"installed" | Failed> {
  return new Promise((done) => {
    const begun = performance.now();
    let said: string | undefined;
    let last: StoredPlan | undefined;
    let refusal: { reason: string; timer: NodeJS.Timeout } | undefined;
    const tell = (words: string) => {
      if (words !== said) say((said = words));
    };
    const finish = (end: "installed" | Failed) => {
      clearTimeout(whole);
      clearTimeout(refusal?.timer);
      leave();
      done(end);
    };
    const whole = setTimeout(() => finish(unfinished(last, wholeMs)), wholeMs);
    const look = (plan: StoredPlan | undefined) => {
      if (plan === undefined || (uid !== undefined && plan.metadata.uid !== uid)) return;
      last = plan;
      const standing = standingOf(plan);
      if (standing.is !== "refused" || standing.reason !== refusal?.reason) {
        clearTimeout(refusal?.timer);
        refusal = undefined;
      }
      switch (standing.is) {
        case "installed":
          // One that was so from the start is no news.
          if (said !== undefined) tell(`Installed in ${Math.round((performance.now() - begun) / 1000)} s`);
          return finish("installed");
        case "failed":
          return finish(standing);
        case "refused": {
          const { reason } = standing;
          tell(`${plan.status?.state ?? "refused"}: ${reason}`);
          const stuck = { reason: `${reason}\n${NO_JOB}` };
          refusal ??= { reason, timer: setTimeout(() => finish(stuck), refusedMs) };
          return;
        }
        case "going":
          tell(standing.words);
      }
    };
    const leave = watch.on(name, look);
  });
}

function unfinished(plan: StoredPlan | undefined, wholeMs: number): Failed {
  const { state, jobName, targetNamespace, conditions = [] } = plan?.status ?? {};
  const failure = conditions.find(({ status }) => status === "False");
  const within = `within ${Math.round(wholeMs / 60_000)} minutes`;
  if (state === undefined) return { reason: `KubeSphere has not begun ${within}: does its ks-controller-manager run?` };
  const job = jobName !== undefined && targetNamespace !== undefined ? { namespace: targetNamespace, name: jobName } : undefined;
  return { reason: `it was not installed ${within}, and is ${state}${failure === undefined ? "" : `: ${failure.message}`}`, job };
}

/** What is said of a resource while a run waits for it. */
export const sayOf =
  (resource: pulumi.Resource): Followed["say"] =>
  (words) =>
    void pulumi.log.info(words, resource);
