/** `luban cluster`: the Kubernetes cluster of a stack, made by KubeKey of the machines in its configuration. */
import { LUBAN } from "../../kubesphere/luban";
import { ask } from "../shared/ask";
import { command, Failure, type Call, type Outcome } from "../shared/command";
import { runOneOf } from "../shared/main";
import { masker } from "../shared/mask";
import { create, type Agreed, type Tools } from "./create";
import { remove } from "./delete";
import { removeNodes } from "./deleteNodes";
import { secretsIn } from "./files";
import { findKk, NoKk, runKk } from "./kk";
import { askCluster } from "./live";
import { shown } from "./report";
import { openCluster, type Opened } from "./stack";
import { printableColoured } from "../shared/text/terminal";

const STACK = { stack: { type: "string" } } as const;
const SHOWING = { ...STACK, kk: { type: "string" } } as const;
const CHANGING = { ...SHOWING, yes: { type: "boolean", default: false } } as const;
const DELETING = { ...CHANGING, node: { type: "string", multiple: true } } as const;

const CHANGING_HELP = `  --stack STACK  (default: the selected one)
  --kk PROGRAM   KubeKey 3 or 4 (default: kk on PATH); it is given the files that its version reads
  --yes          without asking; needed where there is no terminal
  --json         for machines

  Exit codes: 0 done, 1 refused or failed, 2 the command line is wrong; when kk fails, its own.`;

const HELP = `${LUBAN} cluster <command>

  create [--stack STACK] [--kk PROGRAM] [--yes]  KubeKey makes the cluster that \`cluster.kubekey\` of the stack's configuration describes, or
                                                 upgrades it and adds the workers that are new there; the kubeconfig becomes a
                                                 secret of the stack
  show   [--stack STACK] [--kk PROGRAM]          KubeKey's files without their secrets, and what the cluster has
  delete [--stack STACK] [--kk PROGRAM] [--yes]  KubeKey takes Kubernetes off the machines, and the stack forgets the kubeconfig;
         [--node NAME …]                         of these workers alone

Each takes --json and --help.`;

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) => ({
  create: command({
    help: `create [--stack STACK] [--kk PROGRAM] [--yes] [--json]
  Makes the cluster that \`cluster.kubekey\` of the stack's configuration describes, upgrades it to a newer \`kubernetesVersion\` after asking,
  adds the workers that are new there, or says that there is nothing to do. Whatever KubeKey cannot change in place is refused; KubeKey 4
  has no upgrade. The kubeconfig becomes a secret of the stack: \`pulumi up\` is next. What KubeKey prints goes to standard error.

${CHANGING_HELP}`,
    ...changing(checkout, CHANGING, (opened, _values, agreed, tools) => create(opened, agreed, tools)),
  }),
  show: command({
    help: `show [--stack STACK] [--kk PROGRAM] [--json]
  The files that KubeKey would be given, without their secrets; the nodes of the cluster; and how the two differ. Where there is no kk on
  PATH, it is the file of KubeKey 3.

  --stack STACK  (default: the selected one)
  --kk PROGRAM   KubeKey 3 or 4 (default: kk on PATH)
  --json         for machines

  Exit codes: 0 shown, 1 the cluster does not answer, or the configuration is wrong.`,
    options: SHOWING,
    words: [0, 0],
    async run({ values, progress }) {
      progress.now("reading the stack");
      const opened = await openCluster(values.stack, checkout);
      progress.now("asking the cluster");
      const { kubeconfig, kubekey } = opened;
      const cluster = kubeconfig === undefined ? undefined : await askCluster(kubeconfig).catch(whyNot);
      const kk = await findKk(values.kk, kubekey.kubernetesVersion, false).catch((error: unknown) => {
        if (values.kk !== undefined || !(error instanceof NoKk)) throw error;
        return undefined;
      });
      return shown(opened, cluster, checkout, kk);
    },
  }),
  delete: command({
    help: `delete [--stack STACK] [--kk PROGRAM] [--node NAME …] [--yes] [--json]
  Takes Kubernetes and all its data off the machines, after asking, and the kubeconfig out of the stack's configuration. Refused while the
  stack has resources, and when the configuration's hosts are not the cluster's nodes. With --node it moves all Pods away from these
  workers and takes them alone out of the cluster: take them out of the configuration afterwards.

  --node NAME    a worker; may be given several times (default: the whole cluster)
${CHANGING_HELP}`,
    ...changing(checkout, DELETING, (opened, { node }, agreed, tools) =>
      node === undefined ? remove(opened, agreed, tools) : removeNodes(opened, [...new Set(node)], agreed, tools),
    ),
  }),
});

/** What KubeKey is asked for. */
const changing = <Options extends typeof CHANGING>(
  checkout: string,
  options: Options,
  change: (opened: Opened, values: Call<Options>["values"], agreed: Agreed, tools: Tools) => Promise<Outcome>,
) => ({
  options,
  words: [0, 0] as const,
  async run({ values, progress }: Call<Options>) {
    progress.now("reading the stack");
    const { stack, kk, yes } = values as Call<typeof CHANGING>["values"];
    const opened = await openCluster(stack, checkout);
    return change(opened, values, agreed(yes), toolsFor(opened, kk, progress, checkout));
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
    findKk: (kubernetes, installs) => findKk(kk, kubernetes, installs),
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
