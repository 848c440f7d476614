/** The common form of all commands: options, result, failure. */
import { parseArgs, type ParseArgsConfig } from "util";
import type { Progress } from "./progress";

export type Options = NonNullable<ParseArgsConfig["options"]>;
type ValuesOf<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>["values"];

export interface Call<O extends Options = Options> {
  /** The arguments that are not options: names and sources. */
  readonly words: readonly string[];
  readonly values: ValuesOf<O>;
  /** The sandbox's cache folder, which may have its own Helm. */
  readonly cache: string;
  readonly progress: Progress;
}

export interface Outcome {
  /** The text for people, without the last newline. */
  readonly text: string;
  /** The value for machines, printed with `--json`. */
  readonly json: unknown;
  /** Whether text and JSON are requested data, such as manifests, in which an address keeps its login. @default false */
  readonly isData?: boolean;
  /** One of the exit codes in the command's help. @default 0 */
  readonly exitCode?: number;
}

export interface Command<O extends Options = Options> {
  /** The usage line, then a description and each option. */
  readonly help: string;
  readonly options: O;
  /** The exit code for a wrong command line, if 2 has another meaning. @default 2 */
  readonly usageCode?: 1;
  /** The least and the greatest number of such arguments. */
  readonly words: readonly [number, number];
  /** undefined if everything was printed during the run, and it succeeded. */
  run(call: Call<O>): Promise<Outcome | undefined>;
}

/** Gives the options' types to `run`. */
export const command = <const O extends Options>(definition: Command<O>): Command<O> => definition;

/** An error whose message is shown to the user unchanged. */
export class Failure extends Error {
  constructor(
    message: string,
    /** 2 if the command line itself is wrong. */
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}

export const usageError = (message: string) => new Failure(message, 2);
