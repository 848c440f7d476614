/** The Cluster objects of a host. Pure. */
import { aloneAnnotation, HOST_CLUSTER, isOfStack, label } from "../api";
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
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
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
