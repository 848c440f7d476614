/** What may follow `luban` on a command line, as the commands themselves say it. */
import type { Command } from "../shared/command";

/** A command as `cli/luban.mjs` has loaded it. */
export interface Described {
  readonly name: string;
  readonly summary: string;
  /** One, or several by their first word. */
  readonly commands: Command | Readonly<Record<string, Command>>;
}

export interface Completed {
  /** `status`, or `extension lint`. */
  readonly typed: string;
  /** Of a summary or a help the first line. */
  readonly what: string;
  /** With their dashes. */
  readonly options: readonly string[];
}

/** What every command takes. */
const COMMON = ["json", "help"];

const isOne = (commands: Described["commands"]): commands is Command => typeof (commands as Command).run === "function";

export const completed = (described: readonly Described[]): readonly Completed[] =>
  described.flatMap(({ name, summary, commands }) =>
    isOne(commands)
      ? [{ typed: name, what: summary, options: optionsOf(commands) }]
      : [
          { typed: name, what: summary, options: ["--help"] },
          ...Object.entries(commands).map(([which, command]) => ({
            typed: `${name} ${which}`,
            what: firstSentence(command.help),
            options: optionsOf(command),
          })),
        ],
  );

const optionsOf = ({ options }: Command): string[] => [...new Set([...Object.keys(options), ...COMMON])].map((name) => `--${name}`).sort();

/** A help's first line is its usage; what the command does begins in the second one. */
const firstSentence = (help: string): string => {
  const text = help.split("\n").slice(1).join(" ").replaceAll(/\s+/g, " ").trim();
  return /^.*?(?=[.:;](?: |$))/.exec(text)?.[0] ?? text;
};
