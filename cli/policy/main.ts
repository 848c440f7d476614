/** `luban policy`: the rules of `policy/` over a preview. */
import { resolve } from "path";
import { weigh } from "../../policy/allowances";
import { violations } from "../../policy/gate";
import { configsOf, type Preview } from "../../policy/preview";
import { existing } from "../shared/files";
import { command, Failure, usageError } from "../shared/command";
import { runCommand } from "../shared/main";
import { standardInput } from "../shared/standardInput";
import { openStack, refuseForeign, stackConfig, type Stack } from "../shared/pulumi";
import { onCandidate } from "./candidate";
import { changedCode } from "./changedCode";
import { renderInstalled } from "./extensions";
import { asMarkdown, asText, type Report } from "./report";
import { isInProduction, readStackFile } from "./stackFile";
import { revealed, unreadable, type Config } from "./revealed";

const HELP = `[--stack STACK | --preview FILE] [--markdown | --json]
  Holds what a preview would make of the stack against the rules of policy/, and the objects that Helm renders of its extensions.
  Every resource is looked at, not only the changed ones. Nothing is changed. The releases of ingress-nginx, ks-core and Harbor are not
  rendered: of them the values alone are looked at.

  --stack STACK    (default: the selected one)
  --checkout DIR   judge another checkout, such as a pull request's, of which no code runs: its stack file, charts and extensions with
                   the program and the rules of this one. What else differs is listed for the reviewer: code, and of the stack's file
                   the cluster and how secrets are kept, which stay this one's. Wants --stack
  --program        with --checkout: have its own program make the preview. That code runs here, with all that it finds
  --preview FILE   what \`pulumi preview --json --show-sames\` printed, - for stdin. What it masks cannot be checked: the report says so
  --markdown       for a comment
  --json           for machines

  Exit codes: 0 nothing against it but what install.allow of an extension allows, 3 violations, 1 it cannot be told (not all of it),
  2 the command line is wrong.`;

const options = {
  stack: { type: "string" },
  preview: { type: "string" },
  checkout: { type: "string" },
  program: { type: "boolean", default: false },
  markdown: { type: "boolean", default: false },
} as const;

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) =>
  command({
    help: HELP,
    options,
    words: [0, 0],
    async run({ values, cache, progress }) {
      const { stack, preview: file, checkout: other, program } = values;
      if (stack !== undefined && file !== undefined) throw usageError("either --stack or --preview, not both");
      if (other !== undefined && stack === undefined)
        throw usageError("--checkout wants --stack: no stack is selected in another checkout");
      if (program && other === undefined) throw usageError("--program wants --checkout: here the program is this checkout's own");
      const judge = async (folder: string, { preview, config }: Subject, changed: Report["changed"]) => {
        progress.now("rendering the extensions with Helm");
        const extensions = await renderInstalled(preview, config, folder, cache);
        const { refused, allowed } = weigh(preview, violations(preview, extensions.rendered));
        return outcome(values.markdown, {
          ...{ of: file ?? stack ?? "the selected stack", violations: refused, allowed, changed },
          unchecked: [...unreadable(preview), ...extensions.unchecked],
        });
      };
      if (file !== undefined) return judge(checkout, await ofFile(file), undefined);
      if (other === undefined) return judge(checkout, await ofStack(openStack(stack, checkout), progress), undefined);
      const name = stack ?? "";
      refuseForeign(name, process.env);
      const isProduction = isInProduction(await readStackFile(checkout, name));
      const changed = await changedCode(checkout, resolve(other));
      // The file that this names would be read instead of the other checkout's.
      const env = { ...process.env, PULUMI_OPTION_CONFIG_FILE: undefined };
      const inFolder = async (folder: string, kept: readonly string[]) =>
        judge(folder, await ofStack(openStack(name, folder, env), progress, isProduction), { ...changed, kept });
      return program
        ? inFolder(resolve(other), [])
        : onCandidate({ checkout, candidate: other, stack: name }, ({ folder, kept }) => inFolder(folder, kept));
    },
  });

const outcome = (isMarkdown: boolean, report: Report) => {
  const { violations, allowed, unchecked, changed } = report;
  return {
    text: isMarkdown ? asMarkdown(report) : asText(report),
    json: { ok: violations.length + unchecked.length === 0, violations, allowed, unchecked, ...(changed && { changed }) },
    // A gate that could not look is not a gate that was passed.
    exitCode: violations.length > 0 ? 3 : unchecked.length > 0 ? 1 : 0,
  };
};

interface Subject {
  readonly preview: Preview;
  readonly config: Config;
}

/** @param isProduction whether it is judged so although its configuration does not say it: a pull request does not choose its rules. @default false */
async function ofStack(stack: Stack, progress: { now(text: string): void }, isProduction = false): Promise<Subject> {
  progress.now("previewing");
  const { code, stdout, stderr } = await stack.run(["preview", "--json", "--show-sames"]);
  const preview = parsed(stdout) as Preview & { diagnostics?: readonly { severity?: string; message?: string }[] };
  if (code !== 0 || preview === undefined) {
    const said = preview?.diagnostics?.flatMap(({ severity, message = "" }) => (severity === "error" ? [message.trim()] : [])) ?? [];
    throw new Failure(`the preview failed: ${said.join("\n") || stderr.trim() || `exit code ${code}`}`);
  }
  const config = await stackConfig(stack);
  const shown = revealed(preview, config);
  return { preview: isProduction ? { ...shown, config: { ...shown.config, "kubesphere:production": "true" } } : shown, config };
}

async function ofFile(file: string): Promise<Subject> {
  const text = file === "-" ? await standardInput() : (await existing(file))?.toString();
  if (text === undefined) throw new Failure(`${file}: there is no such file`);
  const preview = parsed(text);
  if (!Array.isArray((preview as Preview | undefined)?.steps))
    throw new Failure(`${file} holds no preview: it takes what \`pulumi preview --json --show-sames\` prints, whole`);
  const checked = preview as Preview;
  const config = configsOf(checked);
  return { preview: revealed(checked, config), config };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("policy", commands(checkout), args, cache);
