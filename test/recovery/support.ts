/** `pulumi` killed at a point of its own account of what it does, and what is compared afterwards. */
import { spawn } from "child_process";
import { createInterface } from "readline";
import { randomBytes } from "crypto";
import { findHeirs } from "../../sandbox/src/processes";
import { CHECKOUT, read, run, succeeded, type Ran } from "../support/sandbox";
import type { Stack } from "../support/stack";

/** An operation on a resource began, or ended; its further lines only count its seconds. */
const OPERATION = /^ *(?:\+|-|~|\+-|-\+|\+\+|--) +\S+ \S+ (?:(?:creat|updat|delet|replac)ing \(0s\)|(?:creat|updat|delet|replac)ed\b)/;
/** The one variable that Helm is left with, too, in whatever environment it runs. */
const MARK = "KUBESPHERE_SANDBOX_RUN";

/** All that `pulumi` does to the cluster, for one command. */
export class Run {
  /** Begins and ends of operations so far. */
  operations = 0;
  private said = "";
  private readonly mark = `${MARK}=${randomBytes(8).toString("hex")}`;
  private readonly child;
  private readonly listeners = new Set<() => void>();
  readonly ended: Promise<Ran>;

  constructor(args: readonly string[], env: NodeJS.ProcessEnv) {
    const [name = "", value = ""] = this.mark.split("=");
    const all = [...args, "--yes", "--skip-preview", "--non-interactive", "--color", "never"];
    // A process group of its own, as a shell's job has it.
    this.child = spawn("pulumi", all, { cwd: CHECKOUT, env: { ...env, [name]: value }, detached: true, stdio: ["ignore", "pipe", "pipe"] });
    for (const stream of [this.child.stdout, this.child.stderr]) createInterface({ input: stream }).on("line", (line) => this.heard(line));
    this.ended = new Promise((done) => this.child.once("close", (code) => done({ code, stdout: this.said, stderr: "" })));
  }

  private heard(line: string): void {
    this.said += `${line}\n`;
    if (OPERATION.test(line)) this.operations++;
    for (const listener of this.listeners) listener();
  }

  /** @throws when it ends before */
  reaches(operation: number): Promise<void> {
    return this.until(() => this.operations >= operation, `operation ${operation}`);
  }

  /** It says so once it has the lock, and before it runs the program. */
  holdsTheStack(): Promise<void> {
    return this.until(() => this.said.includes("Updating ("), "it held the stack");
  }

  /** @throws when it ends before */
  says(text: string): Promise<void> {
    return this.until(() => this.said.includes(text), `it said "${text}"`);
  }

  private async until(condition: () => boolean, what: string): Promise<void> {
    const reached = new Promise<boolean>((done) => {
      const listener = () => condition() && done(true);
      this.listeners.add(listener);
      listener();
    });
    const isReached = await Promise.race([reached, this.ended.then(() => false)]);
    if (!isReached) throw new Error(`it ended before ${what}:\n${this.said}`);
  }

  /** With all that it has started: plugins and helm live in process groups of their own. */
  async kill(): Promise<void> {
    const killed = (pid: number) => {
      try {
        process.kill(pid, "SIGKILL");
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
      }
    };
    killed(-(this.child.pid as number));
    // A process that was just being started may not have been there at the first look.
    for (let heirs = findHeirs(this.mark); heirs.length > 0; heirs = findHeirs(this.mark)) {
      heirs.forEach(killed);
      await new Promise((wake) => setTimeout(wake, 20));
    }
    await this.ended;
  }
}

interface Exported {
  readonly deployment: {
    readonly resources?: readonly { readonly urn: string; readonly inputs?: unknown; readonly initErrors?: readonly string[] }[];
    readonly pending_operations?: readonly unknown[];
  };
}

/** By which the engine marks a secret; each encryption of one differs. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

/** What of the state must be the same, however often the run was cut off. */
export async function stateOf(stack: Stack) {
  const { deployment } = JSON.parse(succeeded(await stack.pulumi("stack", "export"))) as Exported;
  const { resources = [], pending_operations: pending = [] } = deployment;
  const masked = (inputs: unknown) =>
    JSON.parse(JSON.stringify(inputs ?? {}, (_key, value: unknown) => (isSecret(value) ? "[secret]" : value))) as object;
  const shown = resources.map(({ urn, inputs, initErrors = [] }) => ({ urn, inputs: masked(inputs), initErrors }));
  return { pending, resources: shown.sort((a, b) => a.urn.localeCompare(b.urn)) };
}

const isSecret = (value: unknown) => typeof value === "object" && value !== null && SIGNATURE in value;

/** What of the cluster must be the same: every object's name, what runs, and what Helm and KubeSphere say of it. */
export async function clusterOf(stack: Stack, env: NodeJS.ProcessEnv) {
  const objects = await stack.clusterObjects();
  // One for each revision; and KubeSphere runs a Job with a ConfigMap, of a random name, for each turn that it took.
  const named = objects
    .map((object) => object.replace(/(sh\.helm\.release\.v1\..*)\.v\d+$/, "$1"))
    .filter((object) => !/\/jobs |\/helm-executor-[a-z]+-demo-[a-z0-9]{6}$/.test(object));
  const helm = JSON.parse(succeeded(await run("helm", ["list", "--all-namespaces", "--all", "--output", "json"], { env }))) as Record<
    string,
    string
  >[];
  const plan = await stack.get("/apis/kubesphere.io/v1alpha1/installplans/demo");
  const deployments = await read<{ items: { metadata: { name: string }; spec: { replicas: number; template: { spec: object } } }[] }>(
    "/apis/apps/v1/deployments",
    env,
  );
  return {
    objects: [...new Set(named)].sort(),
    releases: helm.map(({ name = "", namespace = "", status = "", chart = "" }) => `${namespace}/${name} ${chart} ${status}`).sort(),
    plan: plan && { spec: plan.spec, state: plan.status?.["state"], version: plan.status?.["version"], enabled: plan.status?.["enabled"] },
    deployments: (deployments?.items ?? []).map(({ metadata, spec }) => [metadata.name, spec.replicas, spec.template.spec]),
  };
}
