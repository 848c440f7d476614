/** The Cluster objects of a host. Pure. */
import { aloneAnnotation, configHashAnnotation, HOST_CLUSTER, isOfStack, KS_CORE_MANAGER, label, SYSTEM_NAMESPACE } from "../api";
import { valueAt, type Values } from "../chart/helmValues";

/** A Cluster object in the cluster. */
export interface StoredCluster {
  readonly metadata: {
    readonly name: string;
    readonly labels?: Readonly<Record<string, string>>;
    readonly annotations?: Readonly<Record<string, string>>;
    readonly managedFields?: readonly { readonly manager?: string }[];
  };
  readonly spec?: { readonly connection?: { readonly kubeconfig?: string } };
  readonly status?: {
    /** Of its namespace kube-system. */
    readonly uid?: string;
    readonly nodeCount?: number;
    readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
  };
}

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
