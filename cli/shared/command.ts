/** What the commands have in common: how they are called, what they give back, how they fail. */
import { parseArgs, type ParseArgsConfig } from "util";
import type { Progress } from "./progress";

export type Options = NonNullable<ParseArgsConfig["options"]>;
type ValuesOf<O extends Options> = ReturnType<typeof parseArgs<{ options: O; allowPositionals: true }>>["values"];

export interface Call<O extends Options = Options> {
  /** What is not an option: names and sources. */
  readonly words: readonly string[];
  readonly values: ValuesOf<O>;
  /** The sandbox's cache folder, where its own Helm may be. */
  readonly cache: string;
  readonly progress: Progress;
}

export interface Outcome {
  /** For people, without the last newline. */
  readonly text: string;
  /** For machines, with `--json`. */
  readonly json: unknown;
  /** The text and JSON are data that was asked for, such as manifests, in which an address keeps its login. @default false */
  readonly isData?: boolean;
  /** What the command's help says of it. @default 0 */
  readonly exitCode?: number;
}

export interface Command<O extends Options = Options> {
  /** Usage line, then what it does and each option. */
  readonly help: string;
  readonly options: O;
  /** The exit code for a wrong command line, where 2 says something else. @default 2 */
  readonly usageCode?: 1;
  /** The fewest and the most words that it takes. */
  readonly words: readonly [number, number];
  /** undefined: all has been told while it ran, and it ended as it should. */
  run(call: Call<O>): Promise<Outcome | undefined>;
}

/** Gives the options' types to `run`. */
export const command = <const O extends Options>(definition: Command<O>): Command<O> => definition;

/** Told to the user as it stands. */
export class Failure extends Error {
  constructor(
    message: string,
    /** 2: the command line itself is wrong. */
    readonly exitCode: 1 | 2 = 1,
  ) {
    super(message);
  }
}

export const usageError = (message: string) => new Failure(message, 2);
