/** `npm run preview`: what an `up` would change, for reviewers. Run by `sandbox/run.mjs`. */
import { command } from "../shared/command";
import { runCommand } from "../shared/main";
import { openStack } from "../shared/pulumi";
import { asMarkdown } from "./markdown";
import { exitCodeOf } from "./model";
import { reportOf } from "./report";
import { asText } from "./text";

const HELP = `[--stack STACK] [--markdown | --json]

What \`pulumi up\` would change, for reviewers: what is replaced and deleted first; the files that change in an extension's package; the
objects and properties that change in the cluster, as Helm renders them now, against what its releases hold. Nothing is changed.
Secrets are masked, and so is what every render makes anew, such as certificates.

  --stack STACK  (default: the selected one)
  --markdown     for a comment on a pull request, cut to what GitHub takes
  --json         for machines

Exit codes: 0 nothing changes, 2 something does, 3 something is replaced or deleted, 1 it cannot be told, or the command line is wrong.`;

const previewCommand = (checkout: string) =>
  command({
    help: HELP,
    options: { stack: { type: "string" }, markdown: { type: "boolean", default: false } },
    words: [0, 0],
    usageCode: 1,
    async run({ values, cache, progress }) {
      const report = await reportOf(openStack(values.stack, checkout), checkout, cache, (text) => progress.now(text));
      return { text: values.markdown ? asMarkdown(report) : asText(report), json: report, exitCode: exitCodeOf(report) };
    },
  });

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("preview", previewCommand(checkout), args, cache);
