/** `npm run cluster -- create`: the cluster as the configuration describes it, made or made larger. */
import { Failure, type Outcome } from "../shared/command";
import { setConfig } from "../shared/pulumi";
import { changesOf } from "./changes";
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

/** @throws Failure, with nothing changed */
export async function create(opened: Opened, tools: Tools): Promise<Outcome> {
  return opened.kubeconfig === undefined ? make(opened, tools) : grow(opened, opened.kubeconfig, tools);
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
async function grow({ name, kubekey }: Opened, kubeconfig: string, tools: Tools): Promise<Outcome> {
  tools.now("asking the cluster");
  const before = await tools.ask(kubeconfig).catch((error: unknown) => {
    const gone = `if it is gone for good, forget it: pulumi config rm --path kubesphere:cluster.kubeconfig --stack ${name}`;
    throw error instanceof Failure ? new Failure(`${error.message}\nThe stack has its kubeconfig; ${gone}`) : error;
  });
  const { added, refused } = changesOf(kubekey, before);
  if (refused.length > 0)
    throw new Failure(`KubeKey cannot make this of the cluster in place:\n${refused.map((it) => `  ${it}`).join("\n")}`);
  if (added.length === 0) return { text: `${liveText(before)}\nNothing to do.`, json: { done: "nothing", cluster: before } };
  await checkKeys(kubekey, tools.checkout);
  const kk = await tools.findKk(kubekey.kubernetesVersion);
  tools.now(`kk add nodes: ${added.join(", ")}`);
  const { code } = await tools.runKk(kk, { args: ["add", "nodes"], file: asYaml(clusterFile(kubekey, tools.checkout)) });
  if (code !== 0)
    return failed(
      "kk add nodes",
      code,
      "`npm run cluster -- show` tells which nodes have joined; mend what it names, and run the same command again",
    );
  const live = await tools.ask(kubeconfig);
  return { text: `${liveText(live)}\nAdded: ${added.join(", ")}`, json: { done: "added", added, cluster: live } };
}

/** KubeKey's own words have been told already, line by line. */
export const failed = (what: string, code: number, next: string): Outcome => ({
  text: `${what} failed with exit code ${code}; ${next}`,
  json: { done: "failed", what, exitCode: code },
  exitCode: code,
});
