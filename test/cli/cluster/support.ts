/** A cluster of three machines, as its tests configure and see it. */
import { checked } from "../../../cli/cluster/stack";
import type { LiveCluster, LiveNode } from "../../../cli/cluster/live";

export const HOSTS = [
  { name: "node1", address: "192.168.0.1", internalAddress: "10.0.0.1", user: "ubuntu", password: "Qcloud@123" },
  { name: "node2", address: "192.168.0.2", internalAddress: "10.0.0.2", privateKeyPath: "keys/node2" },
  { name: "node3", address: "192.168.0.3", internalAddress: "10.0.0.3", privateKeyPath: "keys/node3", port: 2222, arch: "arm64" },
];
export const ROLES = { etcd: ["node1"], "control-plane": ["node1"], worker: ["node[2:3]"] };
export const KUBEKEY = { hosts: HOSTS, roles: ROLES };

/** As the stack's file has secrets. */
const SECURE = { secure: "v1:abc" };
export const STATED = {
  keys: ["kubesphere:cluster"],
  config: {
    "kubesphere:cluster": { kubekey: { hosts: [{ password: SECURE }, {}, {}], registry: { auths: { r: { password: SECURE } } } } },
  },
};

export const settings = (change: object = {}) => checked({ cluster: { kubekey: { ...KUBEKEY, ...change } } }, STATED, "dev").kubekey;

const node = (index: number, is: Partial<LiveNode>): LiveNode => ({
  name: `node${index}`,
  isControlPlane: false,
  isWorker: true,
  version: "v1.25.4",
  runtime: "containerd://1.7.13",
  addresses: [`10.0.0.${index}`],
  isReady: true,
  ...is,
});

export const LIVE: LiveCluster = {
  server: "https://192.168.0.1:6443",
  nodes: [node(1, { isControlPlane: true, isWorker: false }), node(2, {}), node(3, {})],
  etcd: ["10.0.0.1"],
};
/** @param changes by node's name; null: it is not there */
export const live = (changes: Readonly<Record<string, Partial<LiveNode> | null>>): LiveCluster => ({
  ...LIVE,
  nodes: LIVE.nodes.flatMap((it) => (changes[it.name] === null ? [] : [{ ...it, ...changes[it.name] }])),
});

/** As KubeKey leaves it: the server is the first control-plane host's internal address. */
export const KUBECONFIG = `apiVersion: v1
kind: Config
clusters:
  - name: cluster.local
    cluster: { certificate-authority-data: Y2E=, server: "https://10.0.0.1:6443" }
contexts:
  - name: kubernetes-admin@cluster.local
    context: { cluster: cluster.local, user: kubernetes-admin }
current-context: kubernetes-admin@cluster.local
users:
  - name: kubernetes-admin
    user: { client-certificate-data: Y2VydA==, client-key-data: cHJpdmF0ZQ== }
`;
