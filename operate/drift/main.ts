/** `npm run drift`: what in the cluster is no longer as it was deployed, who changed it, and the way back. Run by `sandbox/run.mjs`. */
import { CORE_API } from "../../kubesphere/api";
import { command, Failure } from "../shared/command";
import { runCommand } from "../shared/main";
import { exportState, openStack, stackCluster } from "../shared/pulumi";
import { declaredBy, type ExportedState } from "./declared";
import { findDrift } from "./drift";
import { asMarkdown, asText } from "./report";
import { take } from "./take";

const driftCommand = (checkout: string) =>
  command({
    help: `[--stack STACK] [--markdown | --json] [--take EXTENSION]
  What differs in the cluster from what was last deployed on it: each object and property, who changed it, and the way back. Objects of
  the Helm releases are looked at one by one, which a refresh does not do. Nothing is changed in the cluster.

  --stack STACK     (default: the selected one)
  --markdown        for an issue or a comment
  --json            for machines
  --take EXTENSION  write its config, as it is in the cluster now, into the stack's configuration, so that the next \`pulumi up\` keeps it

  Exit codes: 0 no drift, 2 drift, 1 it cannot be told.`,
    options: { stack: { type: "string" }, markdown: { type: "boolean", default: false }, take: { type: "string" } },
    usageCode: 1,
    words: [0, 0],
    async run({ values, progress }) {
      const stack = openStack(values.stack, checkout);
      const name = values.stack ?? "the selected stack";
      progress.now("asking the cluster");
      const cluster = await stackCluster(stack);
      if (values.take !== undefined) {
        const plan = await cluster.read({ apiVersion: CORE_API, kind: "InstallPlan", metadata: { name: values.take } });
        if (plan === undefined) throw new Failure(`the cluster has no InstallPlan ${values.take}: nothing can be taken`);
        const { keys } = await take(stack, plan, checkout);
        return {
          text: `taken into the configuration of ${name}:\n${keys.map((key) => `  ${key}`).join("\n")}\nLook at it, then: pulumi up --refresh`,
          json: { keys },
        };
      }
      progress.now("reading the state");
      const state = await exportState<ExportedState>(stack, { revealed: true });
      const differences = await findDrift(cluster, declaredBy(state), (text) => progress.now(text));
      return {
        text: values.markdown ? asMarkdown(name, differences) : asText(name, differences),
        json: { differences },
        exitCode: differences.length === 0 ? 0 : 2,
      };
    },
  });

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("drift", driftCommand(checkout), args, cache);
