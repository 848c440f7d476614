/** InstallPlans' executors, and the packages that ExtensionVersions name. */
import { SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { agentFailure } from "../../../kubesphere/extension/agentRollouts";
import { lastWords, LOG_LINES } from "../../../kubesphere/extension/lastWords";
import type { Cluster, StoredObject } from "../../shared/cluster";
import { Failure } from "../../shared/command";
import { inParallel } from "../../../kubesphere/parallel";
import { whyUnread } from "../../shared/unread";
import type { ConfigMapKeys, Execution, ExtensionVersion, Plan } from "./facts";

/** An agent among {@link executions}: no name has a slash. */
export const agentKey = (plan: Plan, cluster: string): string => `${plan.metadata.name}/${cluster}`;

/** Of the plans that are not settled, and of agents that failed. */
export async function executions(cluster: Cluster, plans: readonly Plan[]): Promise<ReadonlyMap<string, Execution>> {
  const open = plans.filter(({ status, metadata }) => status?.state !== "Installed" || metadata.deletionTimestamp !== undefined);
  const agents = plans.flatMap((plan) =>
    // The Job of an agent is on the host, in the extension's namespace there.
    failedAgents(plan).map(({ cluster: on, status: { jobName } }) => ({
      ...{ key: agentKey(plan, on), jobName, targetNamespace: plan.status?.targetNamespace },
    })),
  );
  const all = [...open.map(({ metadata, status = {} }) => ({ key: metadata.name, ...status })), ...agents];
  return new Map(await inParallel(all, async (it) => [it.key, await executionOf(cluster, it)] as const));
}

const NOTHING: Execution = { pods: [], workloads: [], warnings: [] };

/** The agents of a plan whose rollout has failed, be it that KubeSphere repeats it. */
export const failedAgents = (plan: Plan) =>
  Object.entries(plan.status?.clusterSchedulingStatuses ?? {}).flatMap(([cluster, status]) => {
    const failure = agentFailure(plan, cluster);
    const { state = "" } = status;
    return failure === undefined && !state.endsWith("Failed") ? [] : [{ cluster, status, state, failure }];
  });

interface Executor {
  readonly jobName?: string | undefined;
  readonly targetNamespace?: string | undefined;
}

async function executionOf(cluster: Cluster, { jobName: name, targetNamespace: namespace }: Executor): Promise<Execution> {
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
