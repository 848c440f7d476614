/** How much memory a Node process takes, measured in itself. */
import { mkdtempSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { timed, type Cell } from "./measurement";
import type { Workbench } from "./workbench";

/**
 * Runs a script of Node to its end.
 * @returns the most that its process took, in MiB, and what it printed
 * @throws Failure when it fails
 */
export async function nodeProcess(bench: Workbench, args: readonly string[]): Promise<{ readonly peak: number; readonly stdout: string }> {
  const folder = mkdtempSync(join(bench.scratch, "peaks-"));
  const env = { ...bench.env, BENCH_PEAKS: folder };
  const all = ["--require", join(bench.checkout, "bench", "peak.cjs"), "--expose-gc", ...args];
  const { stdout } = await timed(process.execPath, all, { cwd: bench.checkout, env });
  const peaks = readdirSync(folder).map((file) => Number(readFileSync(join(folder, file), "utf8")));
  return { peak: Math.max(...peaks), stdout };
}

/** What a process holds once what nobody needs is gone, in kB: early, and at its end. */
export interface Growth {
  readonly early: number;
  readonly late: number;
}

/** Takes the measure within the process, which has `--expose-gc`. */
export class Held {
  private early: number | undefined;
  private late: number | undefined;

  /**
   * @param steps how many there will be: the first measure is taken after a tenth of them
   * @param measure what the process holds now, in kB
   */
  constructor(
    private readonly steps: number,
    private readonly measure = held,
  ) {}

  /** @param step counted from 1 */
  after(step: number): void {
    if (step >= this.steps / 10) this.early ??= this.measure();
    if (step >= this.steps) this.late ??= this.measure();
  }

  /** @throws Error before the last step */
  get growth(): Growth {
    if (this.early === undefined || this.late === undefined) throw new Error("the last step was not taken");
    return { early: this.early, late: this.late };
  }
}

/** The heap, and the buffers outside of it. */
function held(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024;
}

export const megabytes = (value: number, aim?: number): Cell => ({ values: [value], unit: "MB", ...(aim !== undefined && { aim }) });
export const kilobytes = (value: number, aim?: number): Cell => ({ values: [value], unit: "kB", ...(aim !== undefined && { aim }) });
