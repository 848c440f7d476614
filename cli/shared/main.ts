/** Runs a command of `cli/`: reads its options, prints its result, turns failures into messages and exit codes. */
import { parseArgs } from "util";
import { LUBAN } from "../../kubesphere/luban";
import { ConfigurationError } from "../../kubesphere/errors";
import { Failure, usageError, type Command, type Outcome } from "./command";
import { Progress } from "./progress";
import { printable, printableJson } from "./text/terminal";
import { maskLogins, maskUrls } from "./urls";

const COMMON = { json: { type: "boolean" }, help: { type: "boolean", short: "h" } } as const;

/**
 * @param name what `luban` calls it
 * @param args the arguments after the name
 * @param cache the sandbox's cache folder
 * @param typed the command as people type it, without options
 * @returns the exit code: the command's own, 1 for a failure, 2 for a wrong command line unless the command has another one
 */
export const runCommand = (
  name: string,
  command: Command,
  args: readonly string[],
  cache: string,
  typed = `${LUBAN} ${name}`,
): Promise<number> => toEnd(args, (progress) => perform(`${typed} `, command, args, cache, progress), command.usageCode);

/** The same for a command whose first argument names one of several subcommands. @param help the help of all of them */
export const runOneOf = (name: string, commands: Readonly<Record<string, Command>>, help: string, args: readonly string[], cache: string) =>
  toEnd(args, async (progress) => {
    const [which = "", ...rest] = args;
    if (which === "--help" || which === "-h") return { text: help, json: help };
    const command = Object.hasOwn(commands, which) ? commands[which] : undefined;
    if (command === undefined) throw usageError(`${which === "" ? "no command" : `no command "${which}"`}\n${help}`);
    return perform(`${LUBAN} ${name} `, command, rest, cache, progress);
  });

async function toEnd(
  args: readonly string[],
  outcome: (progress: Progress) => Promise<Outcome | undefined>,
  usageCode = 2,
): Promise<number> {
  const progress = new Progress((line) => process.stderr.write(`${line}\n`));
  try {
    const told = await outcome(progress);
    if (told === undefined) return 0;
    const { text, json, exitCode, isData = false } = told;
    const mask = isData ? (it: string) => it : maskLogins;
    const shown = args.includes("--json") ? printableJson(mask(JSON.stringify(json, undefined, 2))) : printable(mask(text));
    process.stdout.write(`${shown}\n`);
    return exitCode ?? 0;
  } catch (error) {
    const isTold = error instanceof Failure || error instanceof ConfigurationError;
    const told = isTold ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error);
    process.stderr.write(`${printable(maskUrls(told))}\n`);
    return error instanceof Failure && error.exitCode === 2 ? usageCode : 1;
  } finally {
    progress.end();
  }
}

async function perform(
  prefix: string,
  command: Command,
  args: readonly string[],
  cache: string,
  progress: Progress,
): Promise<Outcome | undefined> {
  const help = prefix + command.help;
  const { values, positionals: words } = parsed(args, command, help);
  if (values["help"] === true) return { text: help, json: command.help };
  const [least, most] = command.words;
  if (words.length < least || words.length > most)
    throw usageError(`${words.length === 0 ? "nothing was named" : `${words.length} words were given`}\n${help}`);
  return command.run({ words, values, cache, progress });
}

function parsed(args: readonly string[], command: Command, help: string) {
  try {
    return parseArgs({ args: [...args], options: { ...command.options, ...COMMON }, allowPositionals: true });
  } catch (error) {
    throw usageError(`${(error as Error).message}\n${help}`);
  }
}
