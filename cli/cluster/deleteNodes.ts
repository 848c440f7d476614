/** `luban cluster delete --node`: workers leave the cluster, while the configuration still says how KubeKey reaches their machines. */
import { LUBAN } from "../../kubesphere/luban";
import type { KubekeySettings } from "../../settings/clusterSettings";
import { Failure, type Outcome } from "../shared/command";
import { callsOf, typed } from "./calls";
import { DECLINED, failed, refuseOther, type Agreed, type Tools } from "./create";
import type { LiveCluster } from "./live";
import { liveText } from "./report";
import { checkKeys, type Opened } from "./stack";

/** @param names without doubles, one or more @throws Failure, with nothing changed, and where a node stays although KubeKey ends with 0 */
export async function removeNodes(
  { name, kubekey, kubeconfig }: Opened,
  names: readonly string[],
  agreed: Agreed,
  tools: Tools,
): Promise<Outcome> {
  if (kubeconfig === undefined) throw new Failure(`the cluster of stack ${name} is not made yet: ${LUBAN} cluster create --stack ${name}`);
  tools.now("asking the cluster");
  const before = await tools.ask(kubeconfig);
  refuseThese(names, kubekey, before);
  await checkKeys(kubekey, tools.checkout);
  const kk = await tools.findKk(kubekey.kubernetesVersion, false);
  refuseOther(kk, kubeconfig, name);
  tools.now("");
  const machines = kubekey.hosts.flatMap((host) => (names.includes(host.name) ? [`${host.name} (${host.address})`] : [])).join(", ");
  if (!(await agreed(`KubeKey moves all Pods away from ${machines}, and takes Kubernetes and all its data off. Do this?`))) return DECLINED;
  const calls = callsOf(kk, tools.checkout);
  for (const node of names) {
    const call = calls.deleteNode(kubekey, node);
    tools.now(typed(call));
    const { code } = await tools.runKk(kk, { ...call, kubeconfig: calls.kubeconfig });
    if (code !== 0) return failed(typed(call), code, "mend what it names, and run the same command again");
  }
  const live = await tools.ask(kubeconfig);
  const stayed = names.filter((node) => live.nodes.some((it) => it.name === node));
  if (stayed.length > 0) throw new Failure(`KubeKey ended, and ${stayed.join(", ")} is in the cluster still: its last lines say why`);
  const next = `Now take it out of the hosts and roles of kubesphere:cluster.kubekey: \`${LUBAN} cluster create\` would add it again.`;
  return { text: `${liveText(live)}\nGone: ${names.join(", ")}. ${next}`, json: { done: "changed", deleted: names, cluster: live } };
}

/** KubeKey 3 refuses all but workers by itself, KubeKey 4 does not. */
function refuseThese(names: readonly string[], { hosts, roles }: KubekeySettings, { nodes, server }: LiveCluster): void {
  const why = (name: string): string[] => {
    if (!hosts.some((host) => host.name === name))
      return [`${name} is no host of the configuration, which says how KubeKey reaches its machine: write it back there`];
    const held = [...(roles["control-plane"].includes(name) ? ["control-plane"] : []), ...(roles.etcd.includes(name) ? ["etcd"] : [])];
    if (held.length > 0)
      return [`${name} has the role ${held.join(" and ")}: only workers can leave; make another cluster in another stack`];
    return nodes.some((node) => node.name === name) ? [] : [`${name} is no node of the cluster at ${server}: it has left it already`];
  };
  const lines = names.flatMap(why);
  if (lines.length === 0 && roles.worker.every((name) => names.includes(name)))
    lines.push("the cluster would have no worker any more: name fewer, or delete the whole of it");
  if (lines.length > 0) throw new Failure(lines.join("\n"));
}
