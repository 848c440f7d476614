/** `npm run extension -- <command>`: an extension's life before it is in a stack. Run by `sandbox/run.mjs`. */
import { parseArgs } from "util";
import { ConfigurationError } from "../../kubesphere/errors";
import { Failure, usageError, type Command, type Outcome } from "./command";
import { lintCommand } from "./lint";
import { newCommand } from "./new";
import { packageCommand } from "./package";
import { Progress } from "./progress";
import { publishCommand } from "./publish";
import { releaseCommand } from "./release";
import { templateCommand } from "./template";

const commands: Readonly<Record<string, Command>> = {
  new: newCommand,
  lint: lintCommand,
  template: templateCommand,
  package: packageCommand,
  release: releaseCommand,
  publish: publishCommand,
};

const COMMON = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;

const HELP = `npm run extension -- <command> [options]

${Object.values(commands)
  .map(({ help }) => `  ${help.split("\n", 1)[0] ?? ""}`)
  .join("\n")}

  --help   of a command: what it does, and its options
  --json   the result for machines, on stdout

SOURCE is a chart folder, a chart .tgz, an extension's folder or a packed extension (.tgz).
Exit codes: 0 done, 1 something is wrong with the source or the cluster, 2 the command line is wrong.`;

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @returns the exit code
 */
export async function main(args: readonly string[], cache: string): Promise<number> {
  const progress = new Progress((line) => process.stderr.write(`${line}\n`));
  try {
    const { text, json, exitCode } = await perform(args, cache, progress);
    process.stdout.write(`${args.includes("--json") ? JSON.stringify(json, undefined, 2) : text}\n`);
    return exitCode ?? 0;
  } catch (error) {
    const isTold = error instanceof Failure || error instanceof ConfigurationError;
    process.stderr.write(`${isTold ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return error instanceof Failure ? error.exitCode : 1;
  } finally {
    progress.end();
  }
}

async function perform([name = "", ...rest]: readonly string[], cache: string, progress: Progress): Promise<Outcome> {
  if (name === "--help" || name === "-h") return { text: HELP, json: HELP };
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (command === undefined) throw usageError(`${name === "" ? "no command" : `no command "${name}"`}\n${HELP}`);
  const { values, positionals: words } = parsed(rest, command);
  if (values["help"] === true) return { text: helpOf(command), json: command.help };
  const [least, most] = command.words;
  if (words.length < least || words.length > most)
    throw usageError(`${words.length === 0 ? "nothing was named" : `${words.length} words were given`}\n${helpOf(command)}`);
  return command.run({ words, values, cache, progress });
}

const helpOf = ({ help }: Command) => `npm run extension -- ${help}`;

function parsed(args: string[], command: Command) {
  try {
    return parseArgs({ args, options: { ...command.options, ...COMMON }, allowPositionals: true });
  } catch (error) {
    throw usageError(`${(error as Error).message}\n${helpOf(command)}`);
  }
}
