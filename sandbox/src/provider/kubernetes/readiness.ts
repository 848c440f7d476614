/** What it takes that an object counts as made, by its kind and its annotations. */
import type { KubeObject } from "./client.js";
import { hasCondition, parseWaitFor, WAIT_FOR, type Test } from "./waitFor.js";

/** What an object must become before the operation is done. */
export interface Readiness {
  readonly isReady: Test;
  /** Why it never will be. @default it always may */
  readonly failure?: (object: KubeObject) => string[] | undefined;
  /** What is missing when the time is over. */
  readonly missing: (object: KubeObject) => string[];
}

interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason?: string;
  readonly message?: string;
}

interface Workload {
  replicas?: number;
  updatedReplicas?: number;
  availableReplicas?: number;
  observedGeneration?: number;
  conditions?: Condition[];
}

export const TIMED_OUT = "timed out waiting for the condition";

const status = (object: KubeObject): Workload => (object["status"] ?? {}) as Workload;

const condition = (object: KubeObject, type: string): Condition | undefined => status(object).conditions?.find((one) => one.type === type);

const inWords = ({ reason, message }: Condition): string => `[${reason ?? ""}] ${message ?? ""}`;

const failedToInitialize = (object: KubeObject): string => `Resource '${object.metadata.name}' was created but failed to initialize`;

function isRolledOut(object: KubeObject): boolean {
  const { replicas = 0, updatedReplicas = 0, availableReplicas = 0, observedGeneration = 0 } = status(object);
  const wanted = (object["spec"] as { replicas?: number }).replicas ?? 1;
  const progressed = condition(object, "Progressing");
  return (
    observedGeneration >= (object.metadata.generation ?? 0) &&
    updatedReplicas === wanted &&
    replicas === wanted &&
    availableReplicas === wanted &&
    (progressed === undefined || progressed.reason === "NewReplicaSetAvailable")
  );
}

/** During a rollout the Pods of the one before keep the Deployment available: then it is the new ones that are missing. */
function missingPods(object: KubeObject): string {
  if (condition(object, "Available")?.status !== "True") return "Minimum number of live Pods was not attained";
  const isFirst = object.metadata.annotations?.["deployment.kubernetes.io/revision"] === "1";
  return isFirst || condition(object, "Progressing")?.reason !== "NewReplicaSetAvailable"
    ? "Minimum number of Pods to consider the application live was not attained"
    : "Attempted to roll forward to new ReplicaSet, but minimum number of Pods did not become live";
}

const deploymentProblems = (object: KubeObject): string[] => [
  ...(status(object).conditions ?? [])
    .filter(({ type, status }) => (type === "Available" || type === "Progressing") && status === "False")
    .map(inWords),
  missingPods(object),
];

const DEPLOYMENT: Readiness = {
  isReady: isRolledOut,
  missing: (object) => [`'${object.metadata.name}' timed out waiting to be Ready`, ...deploymentProblems(object)],
};

function jobFailure(object: KubeObject): string[] | undefined {
  const failed = status(object).conditions?.find(
    ({ type, status }) => (type === "Failed" || type === "FailureTarget") && status === "True",
  );
  return failed && [failedToInitialize(object), inWords(failed)];
}

const JOB: Readiness = {
  isReady: (object) => hasCondition(object, "Complete", "True"),
  failure: jobFailure,
  missing: (object) => [`'${object.metadata.name}' timed out waiting to be Ready`],
};

const conditionOf = (isReady: Test): Readiness => ({ isReady, missing: () => [TIMED_OUT] });

const isSkipped = (object: KubeObject): boolean => object.metadata.annotations?.["pulumi.com/skipAwait"] === "true";

const kindOf = ({ apiVersion, kind }: KubeObject): string => `${apiVersion}/${kind}`;

/** `undefined` when there is nothing to wait for. @throws when the annotation `pulumi.com/waitFor` cannot be read */
export function readinessOf(object: KubeObject): Readiness | undefined {
  if (isSkipped(object)) return undefined;
  const waitFor = object.metadata.annotations?.[WAIT_FOR];
  if (waitFor !== undefined) return conditionOf(parseWaitFor(waitFor));
  return { "apps/v1/Deployment": DEPLOYMENT, "batch/v1/Job": JOB }[kindOf(object)];
}

/** What a refresh finds wrong with an object that is there; `pulumi.com/waitFor` is for creates and updates alone. */
export function brokenAtRefresh(object: KubeObject): string[] | undefined {
  if (isSkipped(object)) return undefined;
  switch (kindOf(object)) {
    case "apps/v1/Deployment":
      return isRolledOut(object) ? undefined : [failedToInitialize(object), ...deploymentProblems(object)];
    case "batch/v1/Job":
      return hasCondition(object, "Complete", "True") ? undefined : (jobFailure(object) ?? [failedToInitialize(object)]);
    default:
      return undefined;
  }
}

/** Kinds whose deletion `pulumi.com/skipAwait` does not wait for either; for all others it is about becoming ready only. */
const UNAWAITED_DELETION = [
  "v1/Namespace",
  "v1/Pod",
  "v1/ReplicationController",
  "apps/v1/DaemonSet",
  "apps/v1/Deployment",
  "apps/v1/StatefulSet",
  "batch/v1/Job",
];

export const isDeletionAwaited = (object: KubeObject): boolean => !isSkipped(object) || !UNAWAITED_DELETION.includes(kindOf(object));

const DEFAULT_TIMEOUT_SECONDS = 600;

/** The resource's custom timeout, else its annotation, else ten minutes; in milliseconds. */
export function timeoutOf(object: KubeObject, customSeconds: number): number {
  const annotated = object.metadata.annotations?.["pulumi.com/timeoutSeconds"] ?? "";
  const seconds = customSeconds || (/^[+-]?\d+$/.test(annotated) ? Number(annotated) : DEFAULT_TIMEOUT_SECONDS);
  return Math.max(seconds, 0) * 1000;
}
