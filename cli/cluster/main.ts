/** `luban cluster`: the Kubernetes cluster of a stack, made by KubeKey of the machines in its configuration. */
import { LUBAN } from "../../kubesphere/luban";
import { ask } from "../shared/ask";
import { command, Failure, type Call } from "../shared/command";
import { runOneOf } from "../shared/main";
import { masker } from "../shared/mask";
import { secretsIn } from "./clusterFile";
import { create, type Agreed, type Tools } from "./create";
import { remove } from "./delete";
import { findKk, runKk } from "./kk";
import { askCluster } from "./live";
import { shown } from "./report";
import { openCluster, type Opened } from "./stack";
import { printableColoured } from "../shared/text/terminal";

const STACK = { stack: { type: "string" } } as const;
const CHANGING = { ...STACK, kk: { type: "string" }, yes: { type: "boolean", default: false } } as const;

const CHANGING_HELP = `  --stack STACK  (default: the selected one)
  --kk PROGRAM   KubeKey 3 (default: kk on PATH)
  --yes          without asking; needed where there is no terminal
  --json         for machines

  Exit codes: 0 done, 1 refused or failed, 2 the command line is wrong; when kk fails, its own.`;

const HELP = `${LUBAN} cluster <command>

  create [--stack STACK] [--kk PROGRAM] [--yes]  KubeKey makes the cluster that \`cluster.kubekey\` of the stack's configuration describes, or
                                                 upgrades it and adds the workers that are new there; the kubeconfig becomes a
                                                 secret of the stack
  show   [--stack STACK]                         the cluster file without its secrets, and what the cluster has
  delete [--stack STACK] [--kk PROGRAM] [--yes]  KubeKey takes Kubernetes off the machines, and the stack forgets the kubeconfig

Each takes --json and --help.`;

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) => ({
  create: command({
    help: `create [--stack STACK] [--kk PROGRAM] [--yes] [--json]
  Makes the cluster that \`cluster.kubekey\` of the stack's configuration describes, upgrades it to a newer \`kubernetesVersion\` after asking,
  adds the workers that are new there, or says that there is nothing to do. Whatever KubeKey cannot change in place is refused. The
  kubeconfig becomes a secret of the stack: \`pulumi up\` is next. What KubeKey prints goes to standard error.

${CHANGING_HELP}`,
    ...changing(checkout, create),
  }),
  show: command({
    help: `show [--stack STACK] [--json]
  The cluster file that KubeKey would be given, without its secrets; the nodes of the cluster; and how the two differ.

  --stack STACK  (default: the selected one)
  --json         for machines

  Exit codes: 0 shown, 1 the cluster does not answer, or the configuration is wrong.`,
    options: STACK,
    words: [0, 0],
    async run({ values, progress }) {
      progress.now("reading the stack");
      const opened = await openCluster(values.stack, checkout);
      progress.now("asking the cluster");
      const { kubeconfig } = opened;
      const cluster = kubeconfig === undefined ? undefined : await askCluster(kubeconfig).catch(whyNot);
      return shown(opened, cluster, checkout);
    },
  }),
  delete: command({
    help: `delete [--stack STACK] [--kk PROGRAM] [--yes] [--json]
  Takes Kubernetes and all its data off the machines, after asking, and the kubeconfig out of the stack's configuration. Refused while the
  stack has resources, and when the configuration's hosts are not the cluster's nodes.

${CHANGING_HELP}`,
    ...changing(checkout, remove),
  }),
});

/** What KubeKey is asked for. */
const changing = (checkout: string, change: typeof create) => ({
  options: CHANGING,
  words: [0, 0] as const,
  async run({ values, progress }: Call<typeof CHANGING>) {
    progress.now("reading the stack");
    const opened = await openCluster(values.stack, checkout);
    return change(opened, agreed(values.yes), toolsFor(opened, values.kk, progress, checkout));
  },
});

const agreed =
  (yes: boolean): Agreed =>
  (question) =>
    yes ? Promise.resolve(true) : ask(question);

function toolsFor({ kubekey }: Opened, kk: string | undefined, progress: Call["progress"], checkout: string): Tools {
  const mask = masker(secretsIn(kubekey));
  const say = (line: string) => process.stderr.write(`${printableColoured(mask(line))}\n`);
  return {
    checkout,
    findKk: (kubernetes) => findKk(kk, kubernetes),
    runKk: (found, run) => runKk(found, { ...run, say }),
    ask: askCluster,
    now: (text) => progress.now(text),
  };
}

const whyNot = (error: unknown): string => {
  if (error instanceof Failure) return error.message;
  throw error;
};

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runOneOf("cluster", commands(checkout), HELP, args, cache);
