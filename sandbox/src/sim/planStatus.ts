/** How an InstallPlan's status changes, as recorded from KubeSphere 4.1.2: each function gives the next status and changes none. */
import { targetNamespace } from "../../../kubesphere/api";
import type { Condition, ExtensionVersion, InstallPlan, InstallPlanStatus, State } from "./objects.js";
import type { Observed, StatusStep } from "./planStep.js";

export type Action = "install" | "upgrade";

/** KubeSphere keeps this many entries of a plan's history. */
export const HISTORY = 10;

/** Kubernetes' own format: RFC 3339 in whole seconds. */
export const timestamp = (time: Date) => time.toISOString().replace(/\.\d+Z$/, "Z");

const enter = (status: InstallPlanStatus, state: State, now: Date): InstallPlanStatus => ({
  ...status,
  state,
  stateHistory: [...(status.stateHistory ?? []), { state, lastTransitionTime: timestamp(now) }].slice(-HISTORY),
});

/** The newest condition stands first, and a type stands once. */
const conclude = (status: InstallPlanStatus, condition: Omit<Condition, "lastTransitionTime">, now: Date): InstallPlanStatus => ({
  ...status,
  conditions: [
    { ...condition, lastTransitionTime: timestamp(now) },
    ...(status.conditions ?? []).filter(({ type }) => type !== condition.type),
  ],
});

const prepared = (status: InstallPlanStatus, now: Date) => enter(status, "Preparing", now);

/** By the plan's states alone, as KubeSphere goes: of one that was installed once it upgrades the release, whether there is one or not. */
export const actionAfter = ({ stateHistory = [] }: InstallPlanStatus): Action => {
  const before = stateHistory.findLast(({ state }) => state !== "Preparing")?.state;
  return before === "Installed" || before === "UpgradeFailed" || before === "Upgrading" ? "upgrade" : "install";
};

/** Namespace and rights of a first install are there. @param what such as `extension demo` */
export const initialized = (status: InstallPlanStatus, what: string, now: Date) => {
  const message = `The ${what} has been successfully initialized.`;
  return conclude(status, { type: "Initialized", status: "True", reason: "Initialized", message }, now);
};

/** The executor's Job is there. */
export const started = (
  status: InstallPlanStatus,
  action: Action,
  { now, ...job }: { jobName: string; configHash: string; releaseName: string; version: string; now: Date },
) => enter({ ...status, ...job }, action === "install" ? "Installing" : "Upgrading", now);

/** @param version the chart version of the release, if there is one: a failed upgrade falls back to the old one. */
const succeeded = (status: InstallPlanStatus, action: Action, version: string | undefined, now: Date) => {
  const condition =
    action === "install"
      ? { type: "Installed", status: "True", reason: "InstallSuccessful", message: "Install complete" }
      : { type: "Upgraded", status: "True", reason: "UpgradeSuccessful", message: "Upgrade complete" };
  return withVersion(conclude(enter(status, "Installed", now), condition, now), version);
};

export const failed = (status: InstallPlanStatus, action: Action, message: string, now: Date) => {
  const [type, state] = action === "install" ? (["Installed", "InstallFailed"] as const) : (["Upgraded", "UpgradeFailed"] as const);
  return conclude(enter(status, state, now), { type, status: "False", reason: state, message }, now);
};

const withVersion = (status: InstallPlanStatus, version: string | undefined): InstallPlanStatus =>
  version === undefined ? status : { ...status, version };

export function switched(status: InstallPlanStatus, enabled: boolean): InstallPlanStatus {
  const next = { ...status, enabled };
  if (!enabled) delete (next as InstallPlanStatus).enabled;
  return next;
}

export const uninstalling = (status: InstallPlanStatus, jobName: string, now: Date) => enter({ ...status, jobName }, "Uninstalling", now);

const uninstallFailed = (status: InstallPlanStatus, message: string, now: Date) =>
  conclude(enter(status, "UninstallFailed", now), { type: "Uninstalled", status: "False", reason: "UninstallFailed", message }, now);

const uninstalled = (status: InstallPlanStatus, now: Date) => enter(status, "Uninstalled", now);

const messageOf = ({ job }: Observed) => (job?.is === "failed" ? job.message : "the executor's Job is gone");

/** The status after a step that is nothing but a change of the status. */
export function statusAfter(
  step: StatusStep,
  plan: InstallPlan,
  version: ExtensionVersion,
  observed: Observed,
  now: Date,
): InstallPlanStatus {
  const { spec, status = {} } = plan;
  const action = status.state === "Upgrading" ? "upgrade" : "install";
  switch (step) {
    case "setTargetNamespace":
      return { ...status, targetNamespace: version.spec.namespace ?? targetNamespace(spec.extension.name) };
    case "prepare":
      return prepared(status, now);
    case "succeed":
      return succeeded(status, action, observed.releaseVersion, now);
    case "fail":
      return failed(status, action, messageOf(observed), now);
    case "correctVersion":
      return withVersion(status, observed.releaseVersion);
    case "failUninstall":
      return uninstallFailed(status, messageOf(observed), now);
    case "finishUninstall":
      return uninstalled(status, now);
  }
}
