/** What the sandbox tells its user: progress on stderr, since stdout belongs to results that a shell may read. */
import { statfsSync } from "node:fs";
import { oneLine, printableColoured } from "../../cli/shared/text/terminal";
import { maskUrls } from "../../cli/shared/urls";

export type ExitCode = 0 | 1 | 2 | 130;

/** An error that is reported to the user as it stands, without a stack trace. */
export class Failure extends Error {
  constructor(
    message: string,
    readonly exitCode: ExitCode = 1,
  ) {
    super(message);
  }
}

export const usageError = (message: string) => new Failure(message, 2);
export const interrupted = () => new Failure("interrupted", 130);

export const say = (line: string) => void process.stderr.write(`${printableColoured(maskUrls(line))}\n`);

/** What is left on the disk of a folder. */
export function freeMebibytes(folder: string): number {
  const { bavail, bsize } = statfsSync(folder);
  return Math.floor((bavail * bsize) / 1024 / 1024);
}

export const secondsSince = (start: number) => `${((performance.now() - start) / 1000).toFixed(1)} s`;

/** Runs one step and reports it on one line with its time; `work` gives the line's text. */
export async function step(work: () => Promise<string>): Promise<void> {
  const start = performance.now();
  const text = await work();
  say(`✓ ${text}  ${secondsSince(start)}`);
}

/** One line that is written over on a terminal; elsewhere a line about every 15 seconds. */
export class ProgressLine {
  private last = -Infinity;
  private readonly terminal = process.stderr.isTTY;

  update(said: string): void {
    const text = oneLine(maskUrls(said));
    const now = performance.now();
    if (now - this.last < (this.terminal ? 100 : 15_000)) return;
    this.last = now;
    process.stderr.write(this.terminal ? `\r\x1b[K  ${text}` : `  ${text}\n`);
  }

  end(): void {
    if (this.terminal) process.stderr.write("\r\x1b[K");
  }
}
