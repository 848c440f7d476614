/** `luban cluster delete`: the machines are no cluster any more. */
import { LUBAN } from "../../kubesphere/luban";
import { Failure, type Outcome } from "../shared/command";
import { exportState, succeeded } from "../shared/pulumi";
import { callsOf } from "./calls";
import { DECLINED, failed, refuseOther, type Agreed, type Tools } from "./create";
import type { LiveCluster } from "./live";
import { checkKeys, type Opened } from "./stack";

interface State {
  readonly deployment?: { readonly resources?: readonly { readonly urn: string; readonly type: string; readonly custom?: boolean }[] };
}

/** @throws Failure, with nothing changed */
export async function remove(opened: Opened, agreed: Agreed, tools: Tools): Promise<Outcome> {
  const { stack, name, kubekey, kubeconfig } = opened;
  const { deployment } = await exportState<State>(stack);
  const left = (deployment?.resources ?? []).filter(({ type, custom }) => custom === true && !type.startsWith("pulumi:"));
  if (left.length > 0)
    throw new Failure(
      `stack ${name} still has ${left.length} resource${left.length === 1 ? "" : "s"} on the cluster: run \`pulumi destroy --stack ${name}\` first`,
    );
  tools.now("asking the cluster");
  const live = kubeconfig === undefined ? undefined : await tools.ask(kubeconfig).catch(unanswered);
  if (live !== undefined) refuseOthers(opened, live);
  await checkKeys(kubekey, tools.checkout);
  const kk = await tools.findKk(kubekey.kubernetesVersion, false);
  if (kubeconfig !== undefined) refuseOther(kk, kubeconfig, name);
  tools.now("");
  const hosts = kubekey.hosts.map((host) => `${host.name} (${host.address})`).join(", ");
  const warning = live === undefined ? "No cluster answers that could be asked whether they are its own. " : "";
  if (!(await agreed(`KubeKey takes Kubernetes and all its data off ${hosts}. ${warning}Do this?`))) return DECLINED;
  tools.now("kk delete cluster");
  const calls = callsOf(kk, tools.checkout);
  const { code } = await tools.runKk(kk, { ...calls.deleteCluster(kubekey), kubeconfig: calls.kubeconfig });
  if (code !== 0)
    return failed("kk delete cluster", code, "the stack keeps its kubeconfig: mend what it names, and run the same command again");
  if (kubeconfig !== undefined) succeeded("pulumi config rm", await stack.run(["config", "rm", "--path", "kubesphere:cluster.kubeconfig"]));
  return {
    text: `The cluster of stack ${name} is gone, and its kubeconfig with it. \`${LUBAN} cluster create --stack ${name}\` makes it anew.`,
    json: { done: "deleted", hosts: kubekey.hosts.map((host) => host.name) },
  };
}

/** A cluster that is broken must be deletable; the question says that it was not asked. */
const unanswered = (error: unknown): undefined => {
  if (!(error instanceof Failure)) throw error;
  return undefined;
};

/** KubeKey resets whatever machines the file names, and a machine may have been written there since that is another cluster's. */
function refuseOthers({ kubekey: { hosts, roles }, name }: Opened, { nodes, server }: LiveCluster): void {
  const wanted = hosts.filter((host) => roles["control-plane"].includes(host.name) || roles.worker.includes(host.name));
  const strange = wanted.filter((host) => !nodes.some((node) => node.name === host.name)).map((host) => host.name);
  const missed = nodes.filter((node) => !wanted.some((host) => host.name === node.name)).map((node) => node.name);
  const lines = [
    ...strange.map((it) => `  host ${it} is no node of the cluster at ${server}: take it out of the configuration`),
    ...missed.map(
      (it) => `  node ${it} of the cluster at ${server} is no host of the configuration: write it there, or take it out of the cluster`,
    ),
  ];
  if (lines.length > 0)
    throw new Failure(`the hosts of stack ${name} are not the cluster's, and KubeKey would reset the wrong machines:\n${lines.join("\n")}`);
}
