/** Other processes: run them, look at them, end them. */
import { spawn, spawnSync, type SpawnOptions } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

export interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end and gives what it printed; code 127 when it cannot be started. */
export function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<Finished> {
  return new Promise((done) => {
    const child = spawn(command, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", (error) => done({ code: 127, stdout, stderr: error.message }));
    child.once("close", (code) => done({ code: code ?? 1, stdout, stderr }));
  });
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** The command line of a process, "" when there is none. `ps` has these flags on Linux and macOS alike. */
export function commandLine(pid: number): string {
  if (existsSync("/proc/self/cmdline")) {
    try {
      return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
      return "";
    }
  }
  return spawnSync("ps", ["-ww", "-o", "command=", "-p", String(pid)], { encoding: "utf8" }).stdout;
}

/**
 * The process id that a file holds, as long as that process is alive and its command line names `owner`, a path that only this
 * sandbox has. Process ids are used again after a reboot: without that look a stranger would be taken for ours, and killed.
 */
export function ownPid(text: string, owner: string): number | undefined {
  const pid = Number(text.trim());
  return Number.isInteger(pid) && pid > 1 && isAlive(pid) && commandLine(pid).includes(owner) ? pid : undefined;
}

/** Unlike {@link isAlive}, false for a dead process that its parent has not looked after: in a container that can take for ever. */
const isRunning = (pid: number) => isAlive(pid) && commandLine(pid) !== "";

/** Ends processes and waits until they are gone; kills those that have not gone after `graceMs`. */
export async function end(pids: readonly number[], signal: "SIGTERM" | "SIGKILL", graceMs = 5000): Promise<void> {
  const send = (name: "SIGTERM" | "SIGKILL") => {
    for (const pid of pids.filter(isRunning)) process.kill(pid, name);
  };
  const areGone = () => !pids.some(isRunning);
  send(signal);
  if (await waitUntil(areGone, graceMs)) return;
  send("SIGKILL");
  await waitUntil(areGone, graceMs);
}

/** Asks again and again until the answer is yes; false when `timeoutMs` have passed. */
export async function waitUntil(condition: () => boolean | Promise<boolean>, timeoutMs: number, everyMs = 50): Promise<boolean> {
  const deadline = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > deadline) return false;
    await new Promise((wake) => setTimeout(wake, everyMs));
  }
  return true;
}
