/**
 * The hooks of ks-core whose work is done here. A pod's label is not enough: it must belong to the hook's own Job in KubeSphere's
 * namespace, and Helm's record of ks-core must say that this hook is due. An extension's executor has rights in its own namespace only;
 * who may write Jobs and Secrets in KubeSphere's is its administrator.
 */
import { SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import { TASK_LABEL, namespaced, type Task } from "./names.js";
import type { Job, Pod } from "./objects.js";
import { controllerOf } from "./owner.js";
import { releaseStatus } from "./releases.js";

/** The release of KubeSphere itself, by the name that the program and its docs give it. */
const RELEASE = "ks-core";

type HookTask = Exclude<Task, "helm">;

/** The Jobs of the chart `sandbox/charts/ks-core`, and Helm's status of the release while it waits for each. */
const HOOKS: Readonly<Record<HookTask, { job: string; during: string }>> = {
  "remove-crds": { job: "ks-core-post-delete-crd", during: "uninstalling" },
  "apply-crds": { job: "ks-core-ks-crds-pre-upgrade", during: "pending-upgrade" },
};

const isHook = (task: string): task is HookTask => Object.hasOwn(HOOKS, task);

/** @returns which hook's work a pod is there for, if it is one of ks-core's. */
export async function dueHook(cluster: Cluster, { metadata }: Pod): Promise<HookTask | undefined> {
  const task = metadata.labels?.[TASK_LABEL] ?? "";
  if (metadata.namespace !== SYSTEM_NAMESPACE || !isHook(task)) return undefined;
  const { job: name, during } = HOOKS[task];
  const owner = controllerOf(metadata, "Job");
  if (owner?.name !== name) return undefined;
  const job = await ifFound(cluster.get<Job>(namespaced("batch/v1", SYSTEM_NAMESPACE, "jobs", name)));
  if (job?.metadata.uid !== owner.uid) return undefined;
  return (await releaseStatus(cluster, SYSTEM_NAMESPACE, RELEASE)) === during ? task : undefined;
}
