/** A sandbox that is interrupted: its commands, its processes, and what they leave behind. */
import { spawn, spawnSync, type ChildProcess } from "child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync } from "fs";
import { tmpdir } from "os";
import { join } from "path";
import { CHECKOUT, run, succeeded, type Ran } from "../support/sandbox";
import { until } from "../support/until";

export class Sandbox {
  constructor(
    readonly name: string,
    /** The environment of its commands: the cache folder. */
    readonly env: NodeJS.ProcessEnv = process.env,
    private readonly checkout = CHECKOUT,
  ) {}

  command = (...args: readonly string[]): Promise<Ran> =>
    run(process.execPath, ["sandbox/run.mjs", ...args, "--name", this.name], { env: this.env, cwd: this.checkout });

  async status(): Promise<Status> {
    return JSON.parse(succeeded(await this.command("sandbox", "status", "--json"))) as Status;
  }

  /** A shell's environment in which `pulumi` works on it. */
  async shell(): Promise<NodeJS.ProcessEnv> {
    const { PATH_PREFIX, ...set } = JSON.parse(succeeded(await this.command("sandbox", "env", "--json"))) as Record<string, string>;
    return { ...this.env, ...set, PATH: `${PATH_PREFIX}:${this.env["PATH"] ?? ""}` };
  }

  /** `npm start` in a process group of its own, as a terminal would have it. */
  begin(...args: readonly string[]): Begun {
    return new Begun(
      spawn(process.execPath, ["sandbox/run.mjs", "start", ...args, "--name", this.name], {
        cwd: this.checkout,
        env: this.env,
        detached: true,
        stdio: ["ignore", "ignore", "pipe"],
      }),
    );
  }
}

export interface Status {
  readonly ready: boolean;
  readonly ports: Record<string, number> | null;
  readonly folder: string;
}

export class Begun {
  private printed = "";
  private readonly ended: Promise<void>;

  constructor(private readonly child: ChildProcess) {
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (this.printed += text));
    this.ended = new Promise((done) => child.once("close", () => done()));
  }

  get said(): string {
    return this.printed;
  }

  get isOver(): boolean {
    return this.child.exitCode !== null || this.child.signalCode !== null;
  }

  /** Sends a signal to the whole group as soon as `isReached` says so; gives what was printed until its end. */
  async cut(signal: "SIGINT" | "SIGKILL", isReached: (printed: string) => boolean): Promise<string> {
    await until(() => this.isOver || isReached(this.printed), 300_000, 5);
    if (this.isOver) throw new Error(`it ended before it was interrupted:\n${this.printed}`);
    kill(this.child.pid, signal, "group");
    await this.ended;
    return this.printed;
  }
}

/** A process that has gone by itself meanwhile is all right. @throws for none: 0 would stand for these tests' own group */
export function kill(pid: number | undefined, signal: "SIGINT" | "SIGKILL", what: "process" | "group" = "process"): void {
  if (!pid) throw new Error("there is no such process to be killed");
  try {
    process.kill(what === "group" ? -pid : pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}

/** Ids and command lines of all processes that name `folder` on their command line or, where that can be read, in their environment. */
export async function processesOf(folder: string): Promise<Map<number, string>> {
  const { stdout } = await run("ps", ["-axww", "-o", "pid=,command="]);
  const environ = (pid: number) => {
    const file = `/proc/${pid}/environ`;
    try {
      return existsSync(file) ? readFileSync(file, "utf8") : "";
    } catch {
      return "";
    }
  };
  const lines = stdout.split("\n").map((line) => /^\s*(\d+) (.*)$/.exec(line));
  const found = lines.flatMap((match) => (match ? [[Number(match[1]), match[2] ?? ""] as const] : []));
  const isOf = ([pid, command]: readonly [number, string]) => pid !== process.pid && `${command}\0${environ(pid)}`.includes(folder);
  return new Map(found.filter(isOf));
}

/** Whether a file system of one's own can be had, which takes the administrator's rights on Linux; without one, full disks are not tried. */
export function canMount(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "mount-"));
  const isMounted = spawnSync("mount", ["-t", "tmpfs", "tmpfs", folder]).status === 0;
  if (isMounted) spawnSync("umount", [folder]);
  rmSync(folder, { recursive: true });
  return isMounted;
}

/** Mount points below `folder`, on Linux. */
export function mountsOf(folder: string): string[] {
  if (!existsSync("/proc/mounts")) return [];
  return readFileSync("/proc/mounts", "utf8")
    .split("\n")
    .filter((line) => line.includes(folder));
}

export const filesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);
