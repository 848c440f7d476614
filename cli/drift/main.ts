/** `luban drift`: what in the cluster is no longer as it was deployed, who changed it, and the way back. */
import { CORE_API } from "../../kubesphere/api";
import { shellWord } from "../../kubesphere/shellWord";
import { command, Failure } from "../shared/command";
import { runCommand } from "../shared/main";
import { masker, maskStrings } from "../shared/mask";
import { declaredMembers } from "../shared/members";
import { clusterChoice, exportState, openStack } from "../shared/pulumi";
import { stackRendering } from "../shared/rendering";
import { secretsOf, stackSettings } from "../preview/secrets";
import { connect } from "../shared/cluster";
import { programmed } from "./programmed";
import { declaredBy, type ExportedState } from "./declared";
import { findDrift } from "./drift";
import { asMarkdown, asText } from "./report";
import { take, type Taken } from "./take";
import { takeClient } from "./takeClient";
import { takeNamespace } from "./takeNamespace";

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) =>
  command({
    help: `[--stack STACK] [--markdown | --json] [--take EXTENSION | --take-client NAME | --take-namespace NAME]
  What differs in the cluster from what was last deployed on it: each object and property, who changed it, and the way back. Objects of
  the Helm releases, extensions' too, are looked at one by one, which a refresh does not do, and on members those of ks-core and of agents.
  Nothing is changed in the cluster.

  --stack STACK          (default: the selected one)
  --markdown             for an issue or a comment
  --json                 for machines
  --take EXTENSION       write its config, as it is in the cluster now, into the stack's configuration, so that the next \`pulumi up\` keeps it
  --take-client NAME     the same of an OAuth client
  --take-namespace NAME  the same of the labels of an extension's namespace

  Exit codes: 0 no drift, 2 drift, 1 it cannot be told.`,
    options: {
      stack: { type: "string" },
      markdown: { type: "boolean", default: false },
      take: { type: "string" },
      "take-client": { type: "string" },
      "take-namespace": { type: "string" },
    },
    usageCode: 1,
    words: [0, 0],
    async run({ values, cache, progress }) {
      const stack = openStack(values.stack, checkout);
      const name = values.stack ?? "the selected stack";
      progress.now("asking the cluster");
      const { config, stated } = await stackSettings(stack, checkout);
      const choice = clusterChoice(config);
      const cluster = await connect(choice);
      const mask = masker(secretsOf(stated, config));
      const told = ({ keys }: Taken) => ({
        text: `taken into the configuration of ${name}:\n${keys.map((key) => `  ${key}`).join("\n")}\nLook at it, then: pulumi up --refresh`,
        json: { keys },
      });
      if (values["take-client"] !== undefined) return told(await takeClient(stack, cluster, values["take-client"]));
      if (values["take-namespace"] !== undefined) return told(await takeNamespace(stack, cluster, values["take-namespace"], checkout));
      if (values.take !== undefined) {
        const plan = await cluster.read({ apiVersion: CORE_API, kind: "InstallPlan", metadata: { name: values.take } });
        if (plan === undefined) throw new Failure(`the cluster has no InstallPlan ${values.take}: nothing can be taken`);
        return told(await take(stack, plan, checkout));
      }
      progress.now("reading the state");
      const state = await exportState<ExportedState>(stack, { revealed: true });
      const wanted = await programmed(config, checkout, (settings) => stackRendering(cache, choice, settings));
      const members = declaredMembers(config, checkout);
      const found = await findDrift(cluster, declaredBy(state), (text) => progress.now(mask(text)), wanted, members);
      // The config of a plan may hold what is a secret of the stack.
      const differences = maskStrings(found, mask).map((it) => ({
        ...it,
        wayBack: it.wayBack.map((command) => onStack(command, values.stack)),
      }));
      return {
        text: values.markdown ? asMarkdown(name, differences) : asText(name, differences),
        json: { differences },
        exitCode: differences.length === 0 ? 0 : 2,
      };
    },
  });

/** As it is to be typed for another stack than the selected one; Helm and kubectl work on the kubeconfig's cluster. */
const onStack = (command: string, stack: string | undefined) =>
  stack === undefined || /^(?:helm|kubectl) /.test(command) ? command : `${command} --stack ${shellWord(stack)}`;

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("drift", commands(checkout), args, cache);
