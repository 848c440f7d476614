/** Other programs, each with a process group of its own, which an interruption ends as a whole. */
import { spawn } from "child_process";

export interface RunOptions {
  readonly cwd: string;
  /** @default this process's own */
  readonly env?: NodeJS.ProcessEnv;
  /** Kills the program and all that it has started in its group. */
  readonly signal?: AbortSignal;
  /** Told what it writes to stderr, as it comes. */
  readonly onStderr?: (text: string) => void;
}

export interface Ran {
  /** null: a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end; its exit code is for the caller to judge, 127 when it cannot be started.
 * @throws the signal's reason once the program has been killed by it
 */
// A group of its own, since a terminal's Ctrl-C would reach what is to clean up as well.
export function run(program: string, args: readonly string[], { cwd, env, signal, onStderr }: RunOptions): Promise<Ran> {
  signal?.throwIfAborted();
  return new Promise((done, fail) => {
    const child = spawn(program, args, { cwd, env: env ?? process.env, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
      onStderr?.(text);
    });
    const kill = () => void (child.pid !== undefined && killGroup(child.pid));
    signal?.addEventListener("abort", kill);
    const end = (ran: Ran) => {
      signal?.removeEventListener("abort", kill);
      if (signal?.aborted) fail(signal.reason as Error);
      else done(ran);
    };
    child.once("error", ({ message }) => end({ code: 127, stdout, stderr: `${program}: ${message}` }));
    child.once("close", (code) => end({ code, stdout, stderr }));
  });
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
