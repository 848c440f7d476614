/** What an InstallPlan needs next: the decisions of KubeSphere's controller, apart from doing anything. */
import { finalizer, forceDeleteAnnotation } from "../../../kubesphere/api";
import type { InstallPlan, Job, Pod } from "./objects.js";

/** What has become of the Job that the plan's status names. */
export type Outcome = { is: "running" } | { is: "succeeded" } | { is: "failed"; message: string };

export interface Observed {
  configHash: string;
  /** Chart version of the newest revision of the extension's Helm release; undefined without a release. */
  releaseVersion: string | undefined;
  /** Undefined without a Job. */
  job: Outcome | undefined;
}

/** Steps that are nothing but a change of the plan's status. */
export type StatusStep = "setTargetNamespace" | "prepare" | "succeed" | "fail" | "correctVersion" | "failUninstall" | "finishUninstall";

export type Step =
  | StatusStep
  | "addFinalizer"
  | "execute"
  | "switch"
  | "cancel"
  | "uninstall"
  | "forceUninstall"
  | "removeFinalizer"
  | "wait";

export function nextStep(plan: InstallPlan, observed: Observed): Step {
  if (plan.metadata.deletionTimestamp !== undefined) return nextOfDeletion(plan, observed);
  if (!hasFinalizer(plan)) return "addFinalizer";
  const status = plan.status ?? {};
  if (status.targetNamespace === undefined) return "setTargetNamespace";
  switch (status.state ?? "Uninstalled") {
    case "Preparing":
      return "execute";
    case "Installing":
    case "Upgrading":
      return nextOfJob(plan, observed);
    case "Installed":
    case "InstallFailed":
    case "UpgradeFailed":
      return nextOfRest(plan, observed);
    case "Uninstalling":
    case "UninstallFailed":
    case "Uninstalled":
      return "prepare";
  }
}

function nextOfJob({ status }: InstallPlan, { job, releaseVersion }: Observed): Step {
  if (job?.is === "succeeded") return "succeed";
  if (job?.is === "failed" || job === undefined) return "fail";
  // While an upgrade runs, KubeSphere reports the release that is still there.
  return status?.state === "Upgrading" && releaseVersion !== undefined && releaseVersion !== status.version ? "correctVersion" : "wait";
}

/**
 * A failure that never got as far as a Job is tried again; else only another version or config is work. A failed upgrade
 * to another version therefore goes on for ever: `status.version` has fallen back.
 */
function nextOfRest({ spec, status = {} }: InstallPlan, { configHash }: Observed): Step {
  if (status.state === "InstallFailed" && status.jobName === undefined) return "prepare";
  if (spec.extension.version !== status.version || configHash !== status.configHash) return "prepare";
  return status.state === "Installed" && spec.enabled !== (status.enabled ?? false) ? "switch" : "wait";
}

function nextOfDeletion(plan: InstallPlan, { job, releaseVersion }: Observed): Step {
  if (!hasFinalizer(plan)) return "wait";
  const state = plan.status?.state;
  if (state === "Uninstalled") return "removeFinalizer";
  if (job?.is === "running" && state !== "Uninstalling") return "cancel";
  if (releaseVersion === undefined) return "finishUninstall";
  if (plan.metadata.annotations?.[forceDeleteAnnotation] === "true") return "forceUninstall";
  if (state === "Uninstalling") return job === undefined || job.is === "failed" ? "failUninstall" : "wait";
  return state === "UninstallFailed" ? "wait" : "uninstall";
}

const hasFinalizer = ({ metadata }: InstallPlan) => metadata.finalizers?.includes(finalizer.installPlan) ?? false;

/**
 * Success shows in the pod first, and that is when the recorded controller reports it; failure is the Job's to say,
 * in the words that end up in the plan's condition.
 */
export function outcomeOf(job: Job, pods: readonly Pod[]): Outcome {
  const condition = (type: string) => job.status?.conditions?.find((it) => it.type === type && it.status === "True");
  const failure = condition("Failed");
  if (failure) return { is: "failed", message: failure.message ?? "Job failed" };
  if (condition("Complete") || pods.some(({ status }) => status?.phase === "Succeeded")) return { is: "succeeded" };
  return { is: "running" };
}
