/** Why an executor's Job has failed, from the last lines of its Pod. KubeSphere itself reports only that it failed. */
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import { lastWords, LOG_LINES } from "../../kubesphere/extension/lastWords";
import type { Job } from "../../kubesphere/extension/rollout";

interface Pod {
  readonly metadata: { readonly name: string; readonly creationTimestamp?: string };
  readonly status?: {
    readonly message?: string;
    readonly containerStatuses?: readonly {
      readonly state?: { readonly waiting?: { readonly reason?: string; readonly message?: string } };
    }[];
  };
}
interface Event {
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
}
type Asked = Pick<ClusterAccess, "read" | "readText">;

/** @returns undefined if no Pod tells more */
export async function jobReason(cluster: Asked, job: Job): Promise<string | undefined> {
  const [pod] = await itemsOf<Pod>(cluster, job, `pods?labelSelector=${encodeURIComponent(`job-name=${job.name}`)}`, latestPod);
  const said = pod === undefined ? await eventsOf(cluster, job, job.name) : await reasonOf(cluster, job, pod);
  return said === undefined ? undefined : lastWords(said);
}

async function reasonOf(cluster: Asked, job: Job, { metadata: { name }, status = {} }: Pod): Promise<string | undefined> {
  // Its image cannot be pulled, or it was evicted: then it has printed nothing.
  const [waiting] = (status.containerStatuses ?? []).flatMap(({ state }) => state?.waiting ?? []);
  if (waiting?.message) return `${waiting.reason ?? "waiting"}: ${waiting.message}`;
  const log = await cluster.readText(`/api/v1/namespaces/${job.namespace}/pods/${name}/log?tailLines=${LOG_LINES}`).catch(() => "");
  return log.trim() || status.message?.trim() || (await eventsOf(cluster, job, name));
}

async function eventsOf(cluster: Asked, job: Job, name: string): Promise<string | undefined> {
  const events = await itemsOf<Event>(cluster, job, `events?fieldSelector=involvedObject.name=${name}`, latestEvent);
  const warning = events.find(({ type }) => type === "Warning");
  return warning && `${warning.reason ?? "warning"}: ${warning.message ?? ""}`;
}

/** The latest first. Pods that cannot be read, or are gone, are left out. */
async function itemsOf<T>(cluster: Asked, { namespace }: Job, path: string, latest: (item: T) => string): Promise<T[]> {
  const list = await cluster.read<{ items: T[] }>(`/api/v1/namespaces/${namespace}/${path}`).catch(() => undefined);
  return [...(list?.items ?? [])].sort((a, b) => (latest(a) < latest(b) ? 1 : -1));
}
const latestPod = ({ metadata }: Pod) => metadata.creationTimestamp ?? "";
const latestEvent = ({ lastTimestamp }: Event) => lastTimestamp ?? "";
