/** Runs the helm executable, with its caches inside the sandbox's state. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { fetchEnvironment, renderEnvironment } from "../../../kubesphere/chart/helmEnvironment.js";

const FOLDER = "work-";

export interface HelmRun {
  /** Settles when helm has ended: its exit code (null if a signal ended it), and what it wrote. */
  ended: Promise<{ code: number | null; output: string }>;
  /** Asks helm to stop: it then marks its release as failed. */
  cancel(): void;
  /** Ends it as the process around it ends: its release stays pending, and Helm refuses another upgrade of it. */
  kill(): void;
}

export class Helm {
  constructor(
    private readonly executable: string,
    readonly stateDir: string,
  ) {}

  /** A folder that only this user can read, for as long as `work` runs. */
  async inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
    const folder = await mkdtemp(join(this.stateDir, FOLDER));
    try {
      return await work(folder);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** Removes what a simulator that was killed left in such folders: tokens and passwords, too. */
  async sweep(): Promise<void> {
    for (const name of await readdir(this.stateDir))
      if (name.startsWith(FOLDER)) await rm(join(this.stateDir, name), { recursive: true, force: true });
  }

  /** For charts from the disk, and releases: without proxies, registries and whatever else the user has set. */
  run(args: readonly string[], folder: string): HelmRun {
    return this.start(args, folder, renderEnvironment(this.home));
  }

  /** For what must be downloaded. */
  fetch(args: readonly string[], folder: string): HelmRun {
    return this.start(args, folder, fetchEnvironment(this.home));
  }

  private get home(): string {
    return join(this.stateDir, "helm");
  }

  private start(args: readonly string[], folder: string, env: Record<string, string>): HelmRun {
    const child = spawn(this.executable, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise<{ code: number | null; output: string }>((resolve, reject) => {
      const chunks: Buffer[] = [];
      child.stdout.on("data", (chunk: Buffer) => chunks.push(chunk));
      child.stderr.on("data", (chunk: Buffer) => chunks.push(chunk));
      child.on("error", reject);
      child.on("close", (code) => {
        resolve({ code, output: Buffer.concat(chunks).toString() });
      });
    });
    return { ended, cancel: () => child.kill("SIGTERM"), kill: () => child.kill("SIGKILL") };
  }
}
