/** `npm run policy`: the rules of `policy/` over a preview. Run by `sandbox/run.mjs`. */
import { violations } from "../../policy/gate";
import { configsOf, type Preview } from "../../policy/preview";
import { existing } from "../shared/files";
import { command, Failure, usageError } from "../shared/command";
import { runCommand } from "../shared/main";
import { openStack, stackConfig, type Stack } from "../shared/pulumi";
import { renderInstalled } from "./extensions";
import { asMarkdown, asText, type Report } from "./report";
import { revealed, unreadable, type Config } from "./revealed";

const policyCommand = (checkout: string) =>
  command({
    help: `[--stack STACK | --preview FILE] [--markdown | --json]
  Holds what a preview would make of the stack against the rules of policy/, and the objects that Helm renders of its extensions.
  Every resource is looked at, not only the changed ones. Nothing is changed.

  --stack STACK    (default: the selected one)
  --preview FILE   what \`pulumi preview --json --show-sames\` printed, - for stdin. What it masks cannot be checked: the report says so
  --markdown       for a comment
  --json           for machines

  Exit codes: 0 nothing against it, 3 violations, 1 it cannot be told (not all of it), 2 the command line is wrong.`,
    options: { stack: { type: "string" }, preview: { type: "string" }, markdown: { type: "boolean", default: false } },
    words: [0, 0],
    async run({ values, cache, progress }) {
      if (values.stack !== undefined && values.preview !== undefined) throw usageError("either --stack or --preview, not both");
      const { preview, config } =
        values.preview === undefined ? await ofStack(openStack(values.stack, checkout), progress) : await ofFile(values.preview);
      progress.now("rendering the extensions with Helm");
      const extensions = await renderInstalled(preview, config, checkout, cache);
      const report: Report = {
        of: values.preview ?? values.stack ?? "the selected stack",
        violations: violations(preview, extensions.rendered),
        unchecked: [...unreadable(preview), ...extensions.unchecked],
      };
      return {
        text: values.markdown ? asMarkdown(report) : asText(report),
        json: { ok: report.violations.length + report.unchecked.length === 0, violations: report.violations, unchecked: report.unchecked },
        // A gate that could not look is not a gate that was passed.
        exitCode: report.violations.length > 0 ? 3 : report.unchecked.length > 0 ? 1 : 0,
      };
    },
  });

interface Subject {
  readonly preview: Preview;
  readonly config: Config;
}

async function ofStack(stack: Stack, progress: { now(text: string): void }): Promise<Subject> {
  progress.now("previewing");
  const { code, stdout, stderr } = await stack.run(["preview", "--json", "--show-sames"]);
  const preview = parsed(stdout) as Preview & { diagnostics?: readonly { severity?: string; message?: string }[] };
  if (code !== 0 || preview === undefined) {
    const said = preview?.diagnostics?.flatMap(({ severity, message = "" }) => (severity === "error" ? [message.trim()] : [])) ?? [];
    throw new Failure(`the preview failed: ${said.join("\n") || stderr.trim() || `exit code ${code}`}`);
  }
  const config = await stackConfig(stack);
  return { preview: revealed(preview, config), config };
}

async function ofFile(file: string): Promise<Subject> {
  const text = file === "-" ? await readAll() : (await existing(file))?.toString();
  if (text === undefined) throw new Failure(`${file}: there is no such file`);
  const preview = parsed(text);
  if (!Array.isArray((preview as Preview | undefined)?.steps))
    throw new Failure(`${file} holds no preview: it takes what \`pulumi preview --json --show-sames\` prints, whole`);
  const checked = preview as Preview;
  const config = configsOf(checked);
  return { preview: revealed(checked, config), config };
}

async function readAll(): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
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
  runCommand("policy", policyCommand(checkout), args, cache);
