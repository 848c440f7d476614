/** Where the benchmark works: a sandbox of its own, tools, and a folder for what it writes. */
import { rmSync } from "node:fs";
import { delimiter } from "node:path";
import { temporaryFolder } from "../kubesphere/chart/temporaryFolder";
import { Failure } from "../cli/shared/command";
import { freeNodePorts } from "../cli/shared/ports";
import type { Progress } from "../cli/shared/progress";
import { timed } from "./measurement";

export interface Ports {
  readonly ingress: number;
  readonly console: number;
}

export class Workbench {
  private environment: NodeJS.ProcessEnv = { ...process.env };

  private constructor(
    readonly checkout: string,
    readonly ports: Ports,
    /** Removed at the end. */
    readonly scratch: string,
    private readonly progress: Progress,
  ) {}

  /** Gives the work a bench, on which tools are at hand, and clears it away. @throws Failure when it is interrupted */
  static async use<T>(checkout: string, progress: Progress, work: (bench: Workbench) => Promise<T>): Promise<T> {
    const [ingress, console] = await freeNodePorts();
    const bench = new Workbench(checkout, { ingress, console }, await temporaryFolder("bench"), progress);
    const onBench = async () => {
      // Got here, tools and bundles belong to no measurement.
      progress.now("getting the tools");
      const { stdout } = await bench.script("tools", "helm", "kubectl");
      bench.environment["PATH"] = [...stdout.trim().split("\n"), process.env["PATH"]].join(delimiter);
      await bench.fresh();
      return work(bench);
    };
    // Asked twice, it ends at once, as without this.
    const interrupted = new Promise<never>((_, fail) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => fail(new Failure(`${signal}: nothing is written`)));
    });
    try {
      return await Promise.race([onBench(), interrupted]);
    } finally {
      progress.now("clearing the sandbox away");
      await bench.sandbox("sandbox", "reset");
      rmSync(bench.scratch, { recursive: true, force: true });
    }
  }

  /** Says what is being done from now on. */
  now(text: string): void {
    this.progress.now(text);
  }

  /** An empty sandbox: Kubernetes and what belongs to it, without a deployment. */
  async fresh(): Promise<void> {
    await this.sandbox("sandbox", "reset");
    await this.sandbox("sandbox", "up", ...this.portOptions);
    const { stdout } = await this.sandbox("sandbox", "env", "--json");
    const { PATH_PREFIX: folders, ...set } = JSON.parse(stdout) as NodeJS.ProcessEnv;
    this.environment = { ...this.environment, ...set, PATH: [folders, this.environment["PATH"]].join(delimiter) };
  }

  /** What the first start of a sandbox is told. */
  get portOptions(): string[] {
    return ["--ingress-port", String(this.ports.ingress), "--console-port", String(this.ports.console)];
  }

  /** The variables with which pulumi, helm and kubectl work on the sandbox. */
  get env(): NodeJS.ProcessEnv {
    return this.environment;
  }

  /** `sandbox/run.mjs` on the bench's own sandbox. */
  sandbox(...args: string[]) {
    return this.script(...args, "--name", "bench");
  }

  script(...args: string[]) {
    return this.run(process.execPath, "sandbox/run.mjs", ...args);
  }

  /** Any command, in the checkout. */
  run(command: string, ...args: string[]) {
    return timed(command, args, { cwd: this.checkout, env: this.environment });
  }
}
