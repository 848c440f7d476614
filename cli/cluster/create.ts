/** `luban cluster create`: the cluster as the configuration describes it: made, upgraded, made larger. */
import { LUBAN } from "../../kubesphere/luban";
import type { KubekeySettings } from "../../settings/clusterSettings";
import { Failure, type Outcome } from "../shared/command";
import { setConfig } from "../shared/pulumi";
import { changesOf, isOlder } from "./changes";
import { asYaml, clusterFile } from "./clusterFile";
import type { Kk, KkResult, KkRun } from "./kk";
import { reachable } from "./kubeconfig";
import type { LiveCluster } from "./live";
import { liveText } from "./report";
import { checkKeys, type Opened } from "./stack";

/** What the work is done with. */
export interface Tools {
  /** @throws Failure */
  findKk(kubernetes: string | undefined): Promise<Kk>;
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
  const kk = await tools.findKk(kubekey.kubernetesVersion);
  tools.now("kk create cluster");
  // The seed's own flag: the file says where OpenEBS keeps its volumes, and only the flag has it deployed.
  const args = ["create", "cluster", ...(kubekey.localStorage ? ["--with-local-storage"] : [])];
  const { code, kubeconfig } = await tools.runKk(kk, { args, file: asYaml(clusterFile(kubekey, tools.checkout)) });
  if (code !== 0) return failed("kk create cluster", code, "nothing is kept of it: mend what it names, and run the same command again");
  // KubeKey ends with 0 after some mistakes too, such as a load balancer that is said twice.
  if (kubeconfig === undefined) throw new Failure("kk create cluster ended and left no kubeconfig: its last lines say why");
  const text = reachable(kubeconfig, kubekey);
  tools.now("keeping the kubeconfig");
  await setConfig(stack, "kubesphere:cluster.kubeconfig", text, true);
  const live = await tools.ask(text);
  return {
    text: `${liveText(live)}\nIts kubeconfig is kept as a secret of stack ${name}. Next: pulumi up --stack ${name}`,
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
  const kk = await tools.findKk(kubekey.kubernetesVersion);
  const run = async (args: readonly string[], file: KubekeySettings, names: readonly string[]) => {
    const what = `kk ${args.filter((arg) => !arg.startsWith("-")).join(" ")}`;
    tools.now(`${what}: ${names.join(", ")}`);
    const { code } = await tools.runKk(kk, { args, file: asYaml(clusterFile(file, tools.checkout)) });
    const next = `\`${LUBAN} cluster show\` tells how far it came; mend what it names, and run the same command again`;
    return code === 0 ? undefined : failed(what, code, next);
  };
  let live = before;
  const told: string[] = [];
  if (upgraded.length > 0) {
    tools.now("");
    if (!(await agreed(upgradeQuestion(upgraded, before, kubekey.kubernetesVersion)))) return DECLINED;
    // Its dependency check knows no KubeSphere after 3.4 (version_enum.go of v3.1.12). New hosts have no Kubernetes yet that it could ask.
    const failure = await run(["upgrade", "--skip-dependency-check"], without(kubekey, added), upgraded);
    if (failure) return failure;
    live = await tools.ask(kubeconfig);
    refuseOlder(live, kubekey.kubernetesVersion);
    told.push(`Upgraded to ${kubekey.kubernetesVersion}: ${upgraded.join(", ")}`);
  }
  if (added.length > 0) {
    const failure = await run(["add", "nodes"], kubekey, added);
    if (failure) return failure;
    live = await tools.ask(kubeconfig);
    told.push(`Added: ${added.join(", ")}`);
  }
  return { text: [liveText(live), ...told].join("\n"), json: { done: "changed", upgraded, added, cluster: live } };
}

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
