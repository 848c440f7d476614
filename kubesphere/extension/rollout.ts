/** The state of an InstallPlan's rollout, from the fields that KubeSphere writes into the plan. Pure. */
import type { PlanScheduling } from "./clusterScheduling";
import { configHash, type InstallPlanStatus } from "./installPlan";

/** An InstallPlan in the cluster. */
export interface StoredPlan {
  readonly metadata: {
    readonly name: string;
    readonly uid?: string;
    /** Counted up by the API server whenever the spec changes. */
    readonly generation?: number;
    readonly deletionTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { readonly manager?: string; readonly time?: string; readonly fieldsV1?: object }[];
  };
  readonly spec: {
    readonly extension: { readonly name: string; readonly version: string };
    readonly enabled: boolean;
    readonly config?: string;
    readonly clusterScheduling?: PlanScheduling;
  };
  readonly status?: InstallPlanStatus;
}

export type Standing =
  /** A few words for people who wait. */
  | { readonly is: "going"; readonly words: string }
  | { readonly is: "installed" }
  /** There was a Job, and it failed: KubeSphere does not repeat an installation, but repeats an upgrade again and again. */
  | { readonly is: "failed"; readonly failures: readonly Failed[] }
  /** There was no Job, in any state; KubeSphere may try again, or may have given up without a message. */
  | { readonly is: "refused"; readonly reason: string };

export interface Failed {
  /** Such as `agent on east`; undefined on the host. */
  readonly where?: string;
  readonly reason: string;
  readonly job?: Job;
}

export interface Job {
  readonly namespace: string;
  readonly name: string;
}

/** The state of the rollout of the plan's current spec on the host, and not of an earlier one that is still in its status. */
export function standingOf(plan: StoredPlan): Standing {
  const { spec, status = {} } = plan;
  const { state, jobName, targetNamespace } = status;
  const failure = failureIn(plan);
  if (status.configHash !== configHash(spec.config ?? ""))
    return isOfSpec(plan, failure)
      ? { is: "refused", reason: `${failure.reason}: ${failure.message}` }
      : { is: "going", words: state ?? "waiting for KubeSphere" };
  if (state === "InstallFailed" || state === "UpgradeFailed") {
    const job = jobName === undefined || targetNamespace === undefined ? undefined : { namespace: targetNamespace, name: jobName };
    const reason = failure === undefined ? state : `${failure.reason}: ${failure.message}`;
    return { is: "failed", failures: [{ reason, ...(job && { job }) }] };
  }
  const isDone = state === "Installed" && status.version === spec.extension.version && (status.enabled ?? false) === spec.enabled;
  if (isDone) return { is: "installed" };
  return {
    is: "going",
    words: `${state ?? "waiting for KubeSphere"}${jobName === undefined || state === "Installed" ? "" : `, Job ${jobName}`}`,
  };
}

/** Whether the rollout of its current spec has failed, even if KubeSphere is repeating it. */
export const hasFailed = (plan: StoredPlan): boolean => isOfSpec(plan, failureIn(plan));

type Condition = NonNullable<InstallPlanStatus["conditions"]>[number];

const failureIn = ({ status: { conditions = [] } = {} }: StoredPlan): Condition | undefined =>
  conditions.find(({ status }) => status === "False");

const isOfSpec = (plan: StoredPlan, failure: Condition | undefined): failure is Condition =>
  failure !== undefined && (failure.lastTransitionTime ?? "") >= appliedAt(plan);

/** When its spec was last written, RFC 3339; "" if no manager recorded it. KubeSphere itself writes other fields. */
export const appliedAt = ({ metadata: { managedFields = [] } }: StoredPlan): string =>
  managedFields.filter(({ fieldsV1 = {} }) => "f:spec" in fieldsV1).reduce((latest, { time = "" }) => (time > latest ? time : latest), "");
