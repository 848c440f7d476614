/** InstallPlans' executors, and the packages that ExtensionVersions name. */
import { SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { lastWords, LOG_LINES } from "../../../kubesphere/extension/lastWords";
import type { Cluster, StoredObject } from "../../shared/cluster";
import { Failure } from "../../shared/command";
import { inParallel } from "../../../kubesphere/parallel";
import { whyUnread } from "../../shared/unread";
import type { ConfigMapKeys, Execution, ExtensionVersion, Plan } from "./facts";

/** Of the plans that are not settled. */
export async function executions(cluster: Cluster, plans: readonly Plan[]): Promise<ReadonlyMap<string, Execution>> {
  const open = plans.filter(({ status, metadata }) => status?.state !== "Installed" || metadata.deletionTimestamp !== undefined);
  return new Map(await inParallel(open, async (plan) => [plan.metadata.name, await executionOf(cluster, plan)] as const));
}

const NOTHING: Execution = { pods: [], workloads: [], warnings: [] };

async function executionOf(cluster: Cluster, { status = {} }: Plan): Promise<Execution> {
  const { jobName: name, targetNamespace: namespace } = status;
  if (name === undefined || namespace === undefined) return NOTHING;
  try {
    const [job, pods, events] = await Promise.all([
      cluster.read({ apiVersion: "batch/v1", kind: "Job", metadata: { name, namespace } }),
      cluster.list({ apiVersion: "v1", kind: "Pod", namespace }),
      cluster.list({ apiVersion: "v1", kind: "Event", namespace, fieldSelector: "type=Warning" }),
    ]);
    const isExecutors = ({ metadata: { labels = {} } }: StoredObject) => labels["job-name"] === name;
    const own = pods.filter(isExecutors);
    const log = await logOf(cluster, own);
    return {
      ...(job && { job }),
      pods: own,
      ...(log !== undefined && { log }),
      workloads: pods.filter((pod) => !isExecutors(pod)),
      warnings: (events as readonly Event[]).toSorted((a, b) => timeOf(a).localeCompare(timeOf(b))).map(told),
    };
  } catch (error) {
    // What the plan itself says is worth telling all the same.
    if (error instanceof Failure) return { ...NOTHING, unread: whyUnread(error) };
    throw error;
  }
}

/** What has not begun, or may not be read, has said nothing. */
async function logOf(cluster: Pick<Cluster, "log">, pods: readonly StoredObject[]): Promise<string | undefined> {
  const last = pods.toSorted((a, b) => bornAt(a).localeCompare(bornAt(b))).at(-1);
  const log = last && (await cluster.log(last, LOG_LINES).catch(() => ""));
  return log ? lastWords(log) : undefined;
}

const bornAt = ({ metadata }: StoredObject) => metadata.creationTimestamp ?? "";

interface Event extends StoredObject {
  readonly involvedObject?: { readonly kind?: string; readonly name?: string };
  readonly reason?: string;
  readonly message?: string;
  /** RFC 3339; of events made in the newer way it is `eventTime`. */
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}

const timeOf = ({ lastTimestamp, eventTime, metadata }: Event) => lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "";

const told = ({ involvedObject = {}, reason = "", message = "" }: Event) =>
  `${involvedObject.kind} ${involvedObject.name}: ${reason}: ${message.trim()}`;

/** Those of KubeSphere's namespace come in one answer. */
export async function configMaps(cluster: Cluster, versions: readonly ExtensionVersion[]): Promise<readonly ConfigMapKeys[]> {
  const elsewhere = versions.flatMap(({ spec: { chartDataRef: from } }) => (from && from.namespace !== SYSTEM_NAMESPACE ? [from] : []));
  const [own, others] = await Promise.all([
    cluster.list({ apiVersion: "v1", kind: "ConfigMap", namespace: SYSTEM_NAMESPACE }),
    inParallel(elsewhere, ({ name, namespace }) => cluster.read({ apiVersion: "v1", kind: "ConfigMap", metadata: { name, namespace } })),
  ]);
  return [...own, ...others.filter((it) => it !== undefined)].map(({ metadata: { name, namespace = "" }, ...rest }) => ({
    name,
    namespace,
    keys: Object.keys((rest["binaryData"] ?? {}) as object),
  }));
}
