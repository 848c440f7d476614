/** What the configuration wants otherwise than the cluster is, and whether KubeKey can make it so in place. */
import { lt, valid } from "semver";
import { LUBAN } from "../../kubesphere/luban";
import type { KubekeySettings } from "../../settings/clusterSettings";
import type { LiveCluster, LiveNode } from "./live";

export interface Changes {
  /** Hosts that only become workers: KubeKey adds these. */
  readonly added: readonly string[];
  /** Nodes that run an older Kubernetes: KubeKey upgrades them. */
  readonly upgraded: readonly string[];
  /** All else, one line each: what differs, and what to do. */
  readonly refused: readonly string[];
}

export function changesOf({ hosts, roles, kubernetesVersion }: KubekeySettings, { nodes, etcd }: LiveCluster): Changes {
  const [controlPlane, workers] = [new Set(roles["control-plane"]), new Set(roles.worker)];
  const wanted = hosts.filter(({ name }) => controlPlane.has(name) || workers.has(name));
  const live = new Map(nodes.map((node) => [node.name, node]));
  const fresh = wanted.filter(({ name }) => !live.has(name)).map(({ name }) => name);
  const changed = wanted.flatMap(({ name, internalAddress }) => {
    const node = live.get(name);
    return node === undefined ? [] : nodeChanges(node, internalAddress, controlPlane.has(name), workers.has(name), kubernetesVersion);
  });
  // Where the API server names etcd's members, they have a line of their own.
  const isMember = (name: string) => etcd === undefined && roles.etcd.includes(name);
  const gone = nodes.filter(({ name }) => !wanted.some((host) => host.name === name));
  return {
    added: fresh.filter((name) => !controlPlane.has(name) && !roles.etcd.includes(name)),
    upgraded: nodes.filter((node) => isOlder(node, kubernetesVersion)).map(({ name }) => name),
    refused: [
      ...gone.map(({ name }) => `node ${name} is in the cluster and no host of the configuration: ${REMOVE(name)}`),
      ...fresh
        .filter((name) => controlPlane.has(name) || isMember(name))
        .map((name) => `host ${name} is new, and no mere worker: let it be one, or make another cluster in another stack`),
      ...changed,
      ...etcdChanges(hosts, roles.etcd, etcd),
    ],
  };
}

/** KubeKey reaches the machine by what the configuration says of it. */
const REMOVE = (name: string) =>
  `write it back; \`${LUBAN} cluster delete --node ${name}\` takes a worker out, and then it goes from there, too`;

export const isOlder = ({ version }: LiveNode, wanted: string): boolean => valid(version) !== null && lt(version, wanted);

const PUT_BACK = "put the setting back, or make another cluster in another stack";

function nodeChanges(node: LiveNode, address: string, isControlPlane: boolean, isWorker: boolean, version: string): string[] {
  const { name, runtime } = node;
  const role = (is: boolean, of: string) => (is ? of : `no ${of}`);
  return [
    ...(node.isControlPlane === isControlPlane
      ? []
      : [`node ${name} is ${role(node.isControlPlane, "control-plane")}, wanted ${role(isControlPlane, "control-plane")}: ${PUT_BACK}`]),
    ...(node.isWorker === isWorker
      ? []
      : [`node ${name} is ${role(node.isWorker, "worker")}, wanted ${role(isWorker, "worker")}: put the setting back`]),
    ...(node.addresses.length === 0 || node.addresses.includes(address)
      ? []
      : [`node ${name} is at ${node.addresses.join(", ")}, wanted ${address}: ${PUT_BACK}`]),
    ...(node.version === version || isOlder(node, version)
      ? []
      : [`node ${name} runs ${node.version}, wanted ${version}, and KubeKey only goes up: put kubernetesVersion back`]),
    ...(runtime === "" || runtime.startsWith("containerd://") ? [] : [`node ${name} runs ${runtime}, wanted containerd: ${PUT_BACK}`]),
  ];
}

function etcdChanges(hosts: KubekeySettings["hosts"], names: readonly string[], live: readonly string[] | undefined): string[] {
  if (live === undefined) return [];
  const wanted = hosts.filter(({ name }) => names.includes(name)).map(({ internalAddress }) => internalAddress);
  const isSame = wanted.length === live.length && wanted.every((address) => live.includes(address));
  return isSame ? [] : [`etcd is at ${live.join(", ")}, wanted ${wanted.join(", ")}: ${PUT_BACK}`];
}
