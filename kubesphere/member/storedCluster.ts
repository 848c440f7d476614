/** The Cluster objects of a host. Pure. */
import { aloneAnnotation, configHashAnnotation, HOST_CLUSTER, isOfStack, KS_CORE_MANAGER, label, SYSTEM_NAMESPACE } from "../api";
import { valueAt, type Values } from "../chart/helmValues";
import { configHash } from "../extension/installPlan";

/** A Cluster object in the cluster. */
export interface StoredCluster {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly creationTimestamp?: string;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { readonly manager?: string; readonly time?: string; readonly fieldsV1?: object }[];
  };
  readonly spec?: {
    readonly connection?: { readonly kubeconfig?: string };
    /** Values of ks-core, in base64; they may hold secrets. */
    readonly config?: string;
  };
  readonly status?: {
    /** Of its namespace kube-system. */
    readonly uid?: string;
    readonly nodeCount?: number;
    /** Such as `v4.1.3`: what ks-core on it said when the host looked. */
    readonly kubeSphereVersion?: string;
    readonly kubernetesVersion?: string;
    readonly conditions?: readonly ClusterCondition[];
  };
}

export interface ClusterCondition {
  readonly type: string;
  readonly status: string;
  readonly message?: string;
  /** RFC 3339: when the host looked; every look writes both. */
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime?: string;
}

/** What the host said of it when it looked at it last, which it does every 15 minutes. */
export const readiness = ({ status: { conditions = [] } = {} }: StoredCluster): ClusterCondition | undefined =>
  conditions.find(({ type }) => type === "Ready");

/** When that was, RFC 3339. */
export const lookedAt = (condition: ClusterCondition | undefined): string | undefined =>
  condition?.lastUpdateTime ?? condition?.lastTransitionTime;

/** The hash of the config that ks-core on it is to be installed with, which the host writes beside it once that is done. */
export const wantedConfigHash = ({ spec }: StoredCluster): string => configHash(Buffer.from(spec?.config ?? "", "base64").toString());

export const isHost = ({ metadata: { labels = {} } }: StoredCluster): boolean => label.hostCluster in labels;

/** Whether ks-core has been installed on it and it has answered: what a first Ready brings about is over. */
export const hasJoined = ({ status: { nodeCount, conditions = [] } = {} }: StoredCluster): boolean =>
  nodeCount !== undefined && conditions.some(({ type, status }) => type === "Ready" && status === "True");

/** Those that a platform's run takes out. @param names its members */
export const leavingClusters = (clusters: readonly StoredCluster[], names: readonly string[]): StoredCluster[] =>
  clusters.filter(
    (it) => isOfStack(it) && !(aloneAnnotation in (it.metadata.annotations ?? {})) && !names.includes(it.metadata.name) && !isHost(it),
  );

/** The name that the host has, or will have, among the Clusters. @param values of ks-core */
export function hostName(values: Values): string {
  const stated = valueAt(values, "multicluster.hostClusterName");
  return typeof stated === "string" && stated !== "" ? stated : HOST_CLUSTER;
}

/** What to look at when a member does not become ready: no status field has the failure of an installation of ks-core (read in its sources). */
export const MANAGER_LOG = `kubectl --namespace ${SYSTEM_NAMESPACE} logs deployment/${KS_CORE_MANAGER}`;

/**
 * What a member waits for, in a few words; undefined once ks-core is installed with this config and the member answers.
 * @param hash {@link import("../extension/installPlan").configHash} of its config
 */
export function joinWords(
  { metadata: { annotations = {} }, status: { conditions = [], nodeCount } = {} }: StoredCluster,
  hash: string,
): string | undefined {
  const ready = conditions.find(({ type }) => type === "Ready");
  if (ready?.status === "False") return `KubeSphere's manager does not reach it: ${ready.message ?? "it says no more"}`;
  if (annotations[configHashAnnotation] !== hash)
    return `KubeSphere installs ks-core on it; what keeps it from that stands in the manager's log alone: ${MANAGER_LOG}`;
  return ready?.status === "True" && nodeCount !== undefined ? undefined : "ks-core is installed, and does not answer yet";
}
