/** Other processes: run them, look at them, end them. */
import { spawn, spawnSync, type SpawnOptions } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";

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

/**
 * False too for a dead process that its parent has not looked after: in a container that can take for ever. True while a killed one still
 * holds its ports and files, which it lets go some 30 ms after its command line is gone (measured, with 800 MB).
 */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EPERM") return false;
  }
  return !isDead(pid);
}

function isDead(pid: number): boolean {
  if (existsSync("/proc/self/stat")) {
    try {
      // The name, in parentheses, may hold anything.
      const [state = ""] = readFileSync(`/proc/${pid}/stat`, "utf8").replace(/^.*\) /s, "");
      // The first thread may be dead before the others, and what they share is theirs until then.
      return "ZX".includes(state) && readdirSync(`/proc/${pid}/task`).length <= 1;
    } catch {
      return true;
    }
  }
  const { stdout } = spawnSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" });
  return /^\s*(Z|$)/.test(stdout);
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

export interface Process {
  readonly pid: number;
  readonly commandLine: string;
}

/** All other processes whose command line fits: what a run that was killed has started may be in no pid file. */
export function findProcesses(fits: (commandLine: string) => boolean): readonly Process[] {
  return everyProcess().filter(({ pid, commandLine }) => pid !== process.pid && fits(commandLine));
}

function everyProcess(): readonly Process[] {
  if (existsSync("/proc/self/cmdline")) {
    const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
    return pids.map((pid) => ({ pid: Number(pid), commandLine: commandLine(Number(pid)) }));
  }
  const { stdout } = spawnSync("ps", ["-axww", "-o", "pid=,command="], { encoding: "utf8" });
  return stdout.split("\n").map((line) => ({ pid: parseInt(line, 10), commandLine: line.replace(/^\s*\d+\s/, "") }));
}

/** Ids of the user's processes that have inherited `assignment`, as `NAME=value`. */
export function findHeirs(assignment: string): readonly number[] {
  if (existsSync("/proc/self/environ")) {
    const environment = (pid: number) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, "utf8").split("\0");
      } catch {
        return [];
      }
    };
    return everyProcess().flatMap(({ pid }) => (environment(pid).includes(assignment) ? [pid] : []));
  }
  // macOS shows the environment behind the command.
  const { stdout } = spawnSync("ps", ["-axEww", "-o", "pid=,command="], { encoding: "utf8" });
  const lines = stdout.split("\n").filter((line) => `${line} `.includes(` ${assignment} `));
  return lines.map((line) => parseInt(line, 10));
}

/** Ends processes and waits until they are gone; kills those that have not gone after `graceMs`. */
export async function end(pids: readonly number[], signal: "SIGTERM" | "SIGKILL", graceMs = 5000): Promise<void> {
  const send = (name: "SIGTERM" | "SIGKILL") => {
    for (const pid of pids.filter(isAlive)) process.kill(pid, name);
  };
  const areGone = () => !pids.some(isAlive);
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
