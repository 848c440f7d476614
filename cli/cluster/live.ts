/** What the cluster itself says it is made of: a record of ours could go stale. */
import { connect, type StoredObject } from "../shared/cluster";

export interface LiveNode {
  readonly name: string;
  readonly isControlPlane: boolean;
  readonly isWorker: boolean;
  /** The kubelet's, e.g. `v1.25.4`. */
  readonly version: string;
  /** e.g. `containerd://1.7.13` */
  readonly runtime: string;
  /** Internal addresses. */
  readonly addresses: readonly string[];
  readonly isReady: boolean;
}

export interface LiveCluster {
  /** URL of the API server. */
  readonly server: string;
  readonly nodes: readonly LiveNode[];
  /** Addresses of etcd's members; undefined where the API server does not say. */
  readonly etcd: readonly string[] | undefined;
}

interface NodeStatus {
  readonly addresses?: readonly { readonly type: string; readonly address: string }[];
  readonly conditions?: readonly { readonly type: string; readonly status: string }[];
  readonly nodeInfo?: { readonly kubeletVersion?: string; readonly containerRuntimeVersion?: string };
}

/** @param kubeconfig path or contents @throws Failure when the cluster does not answer */
export async function askCluster(kubeconfig: string): Promise<LiveCluster> {
  const cluster = await connect({ kubeconfig, context: undefined });
  const [nodes, apiServers] = await Promise.all([
    cluster.list({ apiVersion: "v1", kind: "Node" }),
    cluster.list({ apiVersion: "v1", kind: "Pod", namespace: "kube-system", labelSelector: "component=kube-apiserver" }),
  ]);
  const [etcd] = apiServers.flatMap(etcdServers);
  return { server: cluster.server, nodes: nodes.map(node), etcd };
}

/** KubeKey labels both. */
function node({ metadata, status }: StoredObject): LiveNode {
  const { addresses = [], conditions = [], nodeInfo = {} } = (status ?? {}) as NodeStatus;
  const has = (role: string) => metadata.labels?.[`node-role.kubernetes.io/${role}`] !== undefined;
  return {
    name: metadata.name,
    isControlPlane: has("control-plane") || has("master"),
    isWorker: has("worker"),
    version: nodeInfo.kubeletVersion ?? "",
    runtime: nodeInfo.containerRuntimeVersion ?? "",
    addresses: addresses.filter(({ type }) => type === "InternalIP").map(({ address }) => address),
    isReady: conditions.some(({ type, status: is }) => type === "Ready" && is === "True"),
  };
}

/** etcd is no Pod of KubeKey's clusters; the API server's command line names its members. */
function etcdServers({ spec }: StoredObject): string[][] {
  const { containers = [] } = (spec ?? {}) as { containers?: readonly { command?: readonly string[]; args?: readonly string[] }[] };
  const words = containers.flatMap(({ command = [], args = [] }) => [...command, ...args]);
  const servers = words.flatMap((word) => (word.startsWith("--etcd-servers=") ? [word.slice("--etcd-servers=".length)] : []));
  return servers.map((urls) => urls.split(",").map((url) => new URL(url).hostname));
}
