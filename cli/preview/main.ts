/** `luban preview`: what an `up` would change, for reviewers. */
import { command, usageError, type Outcome } from "../shared/command";
import { runCommand } from "../shared/main";
import { exportState, openStack, stackCluster, stackName, type Stack } from "../shared/pulumi";
import { ending, endingCode, type State } from "./ending";
import { endingText } from "./endingText";
import { asMarkdown } from "./markdown";
import { exitCodeOf } from "./model";
import { reportOf } from "./report";
import { asText } from "./text";
import { together } from "../../kubesphere/parallel";

const HELP = `[--stack STACK] [--markdown | --json]
--destroy [--stack STACK] [--json]

What \`pulumi up\` would change, for reviewers: what is replaced and deleted first; the files that change in an extension's package; the
objects and properties that change in the cluster, as Helm renders them now, against what its releases hold. Nothing is changed.
Secrets are masked, and so is what every render makes anew, such as certificates.

With --destroy: what \`pulumi destroy\` takes beside what the stack declares: users, workspaces, objects of others in its namespaces; what it
would wait for for ever, and what runs on.

  --stack STACK  (default: the selected one)
  --markdown     for a comment on a pull request, cut to what GitHub takes
  --json         for machines

Exit codes: 0 nothing changes, 2 something does, 3 something is replaced or deleted, 1 it cannot be told, or the command line is wrong.`;

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) =>
  command({
    help: HELP,
    options: {
      stack: { type: "string" },
      markdown: { type: "boolean", default: false },
      destroy: { type: "boolean", default: false },
    },
    words: [0, 0],
    usageCode: 1,
    async run({ values, cache, progress }) {
      if (values.destroy && values.markdown) throw usageError("--markdown is not for --destroy");
      if (values.destroy) return ofDestroy(openStack(values.stack, checkout));
      const report = await reportOf(openStack(values.stack, checkout), checkout, cache, (text) => progress.now(text));
      return { text: values.markdown ? asMarkdown(report) : asText(report), json: report, exitCode: exitCodeOf(report) };
    },
  });

async function ofDestroy(stack: Stack): Promise<Outcome> {
  const [name, state, cluster] = await together([stackName(stack), exportState<State>(stack), stackCluster(stack)]);
  const report = await ending(name, state, cluster);
  return { text: endingText(report, stack.name === undefined ? "" : ` --stack ${stack.name}`), json: report, exitCode: endingCode(report) };
}

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("preview", commands(checkout), args, cache);
