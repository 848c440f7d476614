/** What is measured, and how it is told: each part of the benchmark gives one table, and everything that is printed is made of tables. */
import { Failure } from "../cli/shared/command";
import { run } from "../sandbox/src/processes";

export type Unit = "s" | "ms" | "MB" | "kB" | "×";

export interface Cell {
  /** One for each round, in their order. */
  readonly values: readonly number[];
  readonly unit: Unit;
  /** What it should not be above. */
  readonly aim?: number;
}

export interface Row {
  readonly what: string;
  /** One for each column; undefined where there is nothing to measure. */
  readonly cells: readonly (Cell | undefined)[];
}

export interface Table {
  readonly part: string;
  readonly title: string;
  /** What was done, and what a reader must know to trust it: paragraphs. */
  readonly about: readonly string[];
  readonly columns: readonly string[];
  readonly rows: readonly Row[];
}

/** The middle one of several; of an even number the lower one. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted[Math.ceil(sorted.length / 2) - 1];
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}

export const seconds = (values: readonly number[], aim?: number): Cell => ({ values, unit: "s", ...(aim !== undefined && { aim }) });

/** How many times as long, or as much. Of medians, since rounds that lie minutes apart have no common disturbance. */
export const ratio = (of: readonly number[], to: readonly number[], aim?: number): Cell => ({
  values: [median(of) / median(to)],
  unit: "×",
  ...(aim !== undefined && { aim }),
});

/** Calls it again and again. @returns what it gave each time */
export async function rounds<T>(count: number, work: (round: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  for (let round = 0; round < count; round++) results.push(await work(round));
  return results;
}

/**
 * Runs a command to its end.
 * @returns the seconds that it took, and what it printed
 * @throws Failure with what it said, when it fails
 */
export async function timed(command: string, args: readonly string[], options: { cwd: string; env: NodeJS.ProcessEnv }) {
  const since = performance.now();
  const { code, stdout, stderr } = await run(command, args, options);
  const took = (performance.now() - since) / 1000;
  if (code !== 0) throw new Failure(`${[command, ...args].join(" ")} failed:\n${stderr}${stdout}`);
  return { seconds: took, stdout };
}
