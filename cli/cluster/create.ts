/** `luban cluster create`: the cluster as the configuration describes it: made, upgraded, made larger. */
import { getKubekey, KUBEKEY } from "../../kubesphere/cluster/kubekey";
import { LUBAN } from "../../kubesphere/luban";
import type { KubekeySettings } from "../../settings/clusterSettings";
import { Failure, type Outcome } from "../shared/command";
import { setConfig } from "../shared/pulumi";
import { callsOf, typed } from "./calls";
import { changesOf, isOlder } from "./changes";
import type { KkCall } from "./files";
import type { Kk, KkResult, KkRun } from "./kk";
import { madeBy, reachable } from "./kubeconfig";
import type { LiveCluster } from "./live";
import { liveText } from "./report";
import { checkKeys, type Opened } from "./stack";

/** What the work is done with. */
export interface Tools {
  /** @param installs whether it is to install that version; else it is there already @throws Failure */
  findKk(kubernetes: string, installs: boolean): Promise<Kk>;
  runKk(kk: Kk, run: Omit<KkRun, "say">): Promise<KkResult>;
  /** @param kubeconfig path or contents @throws Failure when the cluster does not answer */
  ask(kubeconfig: string): Promise<LiveCluster>;
  /** Says what is being done from now on. */
  now(text: string): void;
  /** The folder of Pulumi.yaml. */
  readonly checkout: string;
}

/** Asks the user. */
export type Agreed = (question: string) => Promise<boolean>;

/** @throws Failure, with nothing changed, and where KubeKey ends with 0 although it did not do what it was to do */
export async function create(opened: Opened, agreed: Agreed, tools: Tools): Promise<Outcome> {
  return opened.kubeconfig === undefined ? make(opened, tools) : change(opened, opened.kubeconfig, agreed, tools);
}

async function make({ stack, name, kubekey }: Opened, tools: Tools): Promise<Outcome> {
  await checkKeys(kubekey, tools.checkout);
  const kk = await tools.findKk(kubekey.kubernetesVersion, true);
  const calls = callsOf(kk, tools.checkout);
  tools.now("kk create cluster");
  const { code, kubeconfig } = await tools.runKk(kk, { ...calls.create(kubekey), kubeconfig: calls.kubeconfig });
  if (code !== 0) return failed("kk create cluster", code, "nothing is kept of it: mend what it names, and run the same command again");
  // KubeKey ends with 0 after some mistakes too, such as a load balancer that is said twice.
  if (kubeconfig === undefined) throw new Failure("kk create cluster ended and left no kubeconfig: its last lines say why");
  const text = reachable(kubeconfig, kubekey);
  tools.now("keeping the kubeconfig");
  await setConfig(stack, "kubesphere:cluster.kubeconfig", text, true);
  const live = await tools.ask(text);
  const storage = kubekey.localStorage
    ? `\nVolumes are made on the nodes' own disks, by storage class ${KUBEKEY[kk.major].localStorageClass}.`
    : "";
  return {
    text: `${liveText(live)}${storage}\nIts kubeconfig is kept as a secret of stack ${name}. Next: pulumi up --stack ${name}`,
    json: { done: "created", cluster: live },
  };
}

/** @param kubeconfig of the cluster as it is */
async function change({ name, kubekey }: Opened, kubeconfig: string, agreed: Agreed, tools: Tools): Promise<Outcome> {
  tools.now("asking the cluster");
  const before = await tools.ask(kubeconfig).catch((error: unknown) => {
    const gone = `if it is gone for good, forget it: pulumi config rm --path kubesphere:cluster.kubeconfig --stack ${name}`;
    throw error instanceof Failure ? new Failure(`${error.message}\nThe stack has its kubeconfig; ${gone}`) : error;
  });
  const { added, upgraded, refused } = changesOf(kubekey, before);
  if (refused.length > 0)
    throw new Failure(`KubeKey cannot make this of the cluster in place:\n${refused.map((it) => `  ${it}`).join("\n")}`);
  if (added.length + upgraded.length === 0)
    return { text: `${liveText(before)}\nNothing to do.`, json: { done: "nothing", cluster: before } };
  await checkKeys(kubekey, tools.checkout);
  const kk = await tools.findKk(kubekey.kubernetesVersion, true);
  refuseOther(kk, kubeconfig, name);
  const calls = callsOf(kk, tools.checkout);
  const { upgrade } = calls;
  if (upgraded.length > 0 && upgrade === undefined) throw new Failure(cannotUpgrade(kk, upgraded, kubekey.kubernetesVersion));
  const run = async (call: KkCall, names: readonly string[]) => {
    const what = typed(call);
    tools.now(`${what}: ${names.join(", ")}`);
    const { code } = await tools.runKk(kk, { ...call, kubeconfig: calls.kubeconfig });
    const next = `\`${LUBAN} cluster show\` tells how far it came; mend what it names, and run the same command again`;
    return code === 0 ? undefined : failed(what, code, next);
  };
  let live = before;
  const told: string[] = [];
  if (upgrade !== undefined && upgraded.length > 0) {
    tools.now("");
    if (!(await agreed(upgradeQuestion(upgraded, before, kubekey.kubernetesVersion)))) return DECLINED;
    // New hosts have no Kubernetes yet that it could ask.
    const failure = await run(upgrade(without(kubekey, added)), upgraded);
    if (failure) return failure;
    live = await tools.ask(kubeconfig);
    refuseOlder(live, kubekey.kubernetesVersion);
    told.push(`Upgraded to ${kubekey.kubernetesVersion}: ${upgraded.join(", ")}`);
  }
  if (added.length > 0) {
    const failure = await run(calls.addNodes(kubekey, added), added);
    if (failure) return failure;
    live = await tools.ask(kubeconfig);
    told.push(`Added: ${added.join(", ")}`);
  }
  return { text: [liveText(live), ...told].join("\n"), json: { done: "changed", upgraded, added, cluster: live } };
}

/** Each keeps etcd and its certificates where the other does not look for them. @throws Failure */
export function refuseOther({ program, version, major }: Kk, kubeconfig: string, stack: string): void {
  const maker = madeBy(kubeconfig);
  if (maker !== undefined && maker !== major)
    throw new Failure(
      `KubeKey ${maker} made the cluster of stack ${stack}, and ${program} is KubeKey ${version ?? major}: get ${getKubekey(maker)}, and name it with --kk`,
    );
}

const cannotUpgrade = ({ program, version }: Kk, names: readonly string[], wanted: string) =>
  `${names.join(", ")} run an older Kubernetes than ${wanted}, and ${program} is KubeKey ${version ?? 4}, which has no upgrade: put kubesphere:cluster.kubekey.kubernetesVersion back; ` +
  "or make another cluster in another stack; or upgrade the nodes by hand with kubeadm, after which this command finds them as configured. Nothing was touched";

/** KubeKey ends with 0 where it finds that it has nothing to upgrade, too; a new node must not be newer than those that are there. */
function refuseOlder({ nodes }: LiveCluster, version: string): void {
  const older = nodes.filter((node) => isOlder(node, version)).map((node) => `${node.name} runs ${node.version}`);
  if (older.length > 0)
    throw new Failure(`kk upgrade ended, and ${older.join(", ")}: its last lines say why; mend that, and run the same command again`);
}

function without(kubekey: KubekeySettings, names: readonly string[]): KubekeySettings {
  const kept = (name: string) => !names.includes(name);
  const { etcd, worker, "control-plane": controlPlane } = kubekey.roles;
  const roles = { etcd: etcd.filter(kept), "control-plane": controlPlane.filter(kept), worker: worker.filter(kept) };
  return { ...kubekey, hosts: kubekey.hosts.filter((host) => kept(host.name)), roles };
}

function upgradeQuestion(names: readonly string[], { nodes }: LiveCluster, version: string): string {
  const from = new Set(nodes.filter((node) => names.includes(node.name)).map((node) => node.version));
  return (
    `KubeKey upgrades ${names.join(", ")} from ${[...from].sort().join(", ")} to ${version}, one minor version and one machine after the other, ` +
    "without draining them, and cannot go back. Do this?"
  );
}

/** Where the user does not agree. */
export const DECLINED: Outcome = {
  text: "Nothing was done. Without a terminal, --yes says yes.",
  json: { done: "nothing" },
  exitCode: 1,
};

/** KubeKey's own words have been told already, line by line. */
export const failed = (what: string, code: number, next: string): Outcome => ({
  text: `${what} failed with exit code ${code}; ${next}`,
  json: { done: "failed", what, exitCode: code },
  exitCode: code,
});
