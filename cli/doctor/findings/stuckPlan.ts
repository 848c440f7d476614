/** InstallPlans that failed, or that do not come to an end; with the reason from the executor's Job, its pods and their events. */
import { LUBAN } from "../../../kubesphere/luban";
import { extensionVersionName, forceDeleteAnnotation } from "../../../kubesphere/api";
import { AFTER_SILENCE, configHash, planFailure } from "../../../kubesphere/extension/installPlan";
import { nameOf } from "../../shared/cluster";
import { check, type Finding } from "../finding";
import type { Execution, Facts, Plan } from "../facts/facts";
import { chartProblem } from "./chartMissing";
import { evidence, isUnder, stateOf, timeoutOf, waitsFor } from "./execution";

type Known = Pick<Facts, "plans" | "versions" | "executions" | "now" | "stack"> & Partial<Facts>;

export const stuckPlan = check(
  "stuckPlan",
  "InstallPlans come to their end",
  ["plans", "versions", "executions", "now", "stack"],
  (facts) => facts.plans.flatMap((plan) => ofPlan(plan, facts) ?? []),
);

/** Beyond what Helm was given, in which the Job ends and the controller takes note. */
const SLACK_MS = 2 * 60_000;
/** Nothing lasts so long without a Job. */
const WITHOUT_JOB_MS = 60_000;
/** For the controller to take note of a Job's end. */
const NOTICE_MS = 10_000;

function ofPlan(plan: Plan, facts: Known): Finding | undefined {
  const { status = {}, spec, metadata } = plan;
  const version = facts.versions.find((it) => it.metadata.name === extensionVersionName(spec.extension.name, spec.extension.version));
  if (metadata.deletionTimestamp !== undefined && version === undefined) return neverDeleted(plan);
  if (status.state === undefined || version === undefined) return undefined;
  const wanted = configHash(spec.config ?? "");
  // That check names it, and KubeSphere goes on by itself once the chart is there.
  if (status.configHash !== wanted && facts.configMaps && chartProblem(version, facts.configMaps) !== undefined) return undefined;
  const execution = facts.executions.get(metadata.name) ?? { pods: [], workloads: [], warnings: [] };
  const failure = planFailure(status, wanted);
  if (failure !== undefined) return failed(plan, failure, execution, facts);
  return isUnder(status.state) ? unfinished(plan, execution, facts) : undefined;
}

const neverDeleted = (plan: Plan): Finding => {
  const { name, version } = plan.spec.extension;
  return {
    object: nameOf(plan),
    why: `it is being deleted since ${plan.metadata.deletionTimestamp}, and ExtensionVersion ${extensionVersionName(name, version)} is gone, without which KubeSphere does not uninstall it`,
    means: `the deletion never ends, and ${name} stays installed`,
    mend: [`publish ${name} ${version} again: ${LUBAN} extension publish SOURCE`],
  };
};

function failed(plan: Plan, failure: string, execution: Execution, { stack }: Known): Finding {
  const { status = {}, metadata } = plan;
  const [reason = "", ...rest] = failure.split("\n");
  const isRemoval = status.state === "UninstallFailed";
  // KubeSphere has tried ten times, and may have fallen silent: the same again is no news to it.
  const isSilent = status.state === "Preparing";
  return {
    object: nameOf(plan),
    why: [reason.startsWith(status.state ?? "") ? reason : `${status.state}: ${reason}`, ...evidence(execution)].join("; "),
    means: isRemoval
      ? "what it installed is still there, and KubeSphere does not try again"
      : status.state === "InstallFailed"
        ? "the extension is not installed, and KubeSphere tries again only when its config or version changes"
        : isSilent && status.version === undefined
          ? "the extension is not installed, and KubeSphere may try no more"
          : "what was installed before is still there, in whole or in part",
    mend: [
      ...rest,
      isRemoval
        ? `kubectl annotate installplan ${metadata.name} ${forceDeleteAnnotation}=true`
        : isSilent
          ? `${AFTER_SILENCE}${stack.option}`
          : `mend the chart or its config, then: pulumi up${stack.option}`,
    ],
  };
}

function unfinished(plan: Plan, execution: Execution, { now, stack }: Known): Finding | undefined {
  const { status = {}, spec, metadata } = plan;
  const since = Date.parse(status.stateHistory?.at(-1)?.lastTransitionTime ?? metadata.creationTimestamp ?? "");
  const took = now - since;
  const found = (why: string, means: string, mend: readonly string[]): Finding => ({
    object: nameOf(plan),
    why: [`${status.state} since ${new Date(since).toISOString()}`, why, ...evidence(execution)].filter(Boolean).join("; "),
    means,
    mend,
  });
  const isWaiting = "its extension is neither installed nor refused: whoever waits for it, waits in vain";
  const touch = { do: "touch", object: plan } as const;
  const again = `${LUBAN} doctor --fix${stack.option}`;
  const job = stateOf(execution.job);
  const ended = execution.job === undefined ? 0 : now - job.since;
  if (job.is === "ended" && ended > NOTICE_MS) {
    const other = metadata.name !== spec.extension.name;
    const cause = other
      ? `KubeSphere wakes a plan by its extension's name, ${spec.extension.name}, and this one has another`
      : "KubeSphere has not taken note";
    const mend = other ? [again, `then give the plan the name of its extension: its deletion would hang, too`] : [again];
    return { ...found(`its Job has ended, and ${cause}`, isWaiting, mend), action: touch };
  }
  if (job.is === "running") {
    const begins = waitsFor(execution.pods);
    const held = begins ?? waitsFor(execution.workloads);
    if (held !== undefined)
      return found(held.why, "Helm waits for that, and gives up at its time-out", [
        `kubectl --namespace ${status.targetNamespace} describe pod ${held.pod}`,
        ...(begins && /image/i.test(begins.why)
          ? ["the executor's image is kubesphere/kubectl: kubesphere:ksCore.imageRegistry names your mirror"]
          : []),
      ]);
    if (took > timeoutOf(execution.job) + SLACK_MS)
      return found("its Job runs beyond the time that Helm was given", isWaiting, [
        `kubectl --namespace ${status.targetNamespace} logs job/${status.jobName}`,
      ]);
    return undefined;
  }
  if (job.is === "none" && execution.unread === undefined && took > WITHOUT_JOB_MS)
    return {
      ...found(status.jobName === undefined ? "there is no Job yet" : `its Job ${status.jobName} is gone`, isWaiting, [
        again,
        "if it stays so: kubectl --namespace kubesphere-system logs deployment/ks-controller-manager",
      ]),
      action: touch,
    };
  return undefined;
}
