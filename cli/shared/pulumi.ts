/** The Pulumi engine on one stack of this project, as a shell would call it. */
import { LUBAN } from "../../kubesphere/luban";
import { spawn } from "child_process";
import { foreignSettings } from "../../settings/settingsFile";
import { connect, type Cluster, type ClusterChoice } from "./cluster";
import { Failure } from "./command";

export interface Ran {
  /** null: a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Stack {
  /** undefined: the selected one */
  readonly name: string | undefined;
  /** In which `pulumi` runs. */
  readonly env: NodeJS.ProcessEnv;
  /**
   * Runs `pulumi <args>` on the stack to its end; its exit code is for the caller to judge.
   * @param input for its standard input, where secrets and texts of any form pass unseen by other users of the machine
   */
  run(args: readonly string[], input?: string): Promise<Ran>;
  /** What `pulumi <args>` prints, parsed. @param what is asked, for the error @throws Failure with what Pulumi said */
  json<T>(what: string, args: readonly string[]): Promise<T>;
}

/** The project's name in Pulumi.yaml, which is the namespace of its configuration keys. */
const NAMESPACE = "kubesphere";

/**
 * @param name default: the selected stack
 * @param checkout the folder of Pulumi.yaml
 * @throws Failure where `env` has the settings of another stack for it
 */
export function openStack(name: string | undefined, checkout: string, env: NodeJS.ProcessEnv = process.env): Stack {
  refuseForeign(name, env);
  const run: Stack["run"] = (args, input = "") =>
    new Promise((done, fail) => {
      const all = [...args, "--non-interactive", "--color", "never", ...(name === undefined ? [] : ["--stack", name])];
      const child = spawn("pulumi", all, { cwd: checkout, env, stdio: "pipe" });
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
      child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
      // It may end without having read all of it.
      child.stdin.on("error", () => undefined).end(input);
      child.once("error", (error: NodeJS.ErrnoException) =>
        fail(error.code === "ENOENT" ? new Failure(MISSING) : new Failure(`pulumi cannot be run: ${error.message}`)),
      );
      child.once("close", (code) => done({ code, stdout, stderr }));
    });
  return stackOn({ name, env, run });
}

/** @param name undefined: the selected stack @throws Failure where `env`, as the sandbox's shell, has the settings of another stack for it */
export function refuseForeign(name: string | undefined, env: NodeJS.ProcessEnv): void {
  const foreign = foreignSettings(name, env);
  if (foreign !== undefined) throw new Failure(foreign);
}

/** @param on a stack, by whoever can run `pulumi` on it */
export function stackOn({ name, env, run }: Pick<Stack, "name" | "env" | "run">): Stack {
  return {
    name,
    env,
    run,
    json: async <T>(what: string, args: readonly string[]) => {
      const { code, stdout, stderr } = await run([...args, "--json"]);
      if (code !== 0)
        throw new Failure(`${what} of ${called(name)} cannot be read: ${stderr.trim() || stdout.trim() || `exit code ${code}`}`);
      return JSON.parse(stdout) as T;
    },
  };
}

const MISSING = 'pulumi is not on PATH; the sandbox\'s is after: eval "$(npm run -s sandbox -- env)"';

const called = (name: string | undefined) => (name === undefined ? "the selected stack" : `stack ${name}`);

/** What it printed. @param what was run, for the error @throws Failure with what it said when it failed */
export function succeeded(what: string, { code, stdout, stderr }: Ran): string {
  if (code !== 0) throw new Failure(`${what} failed: ${(stderr || stdout).trim()}`);
  return stdout;
}

/** The stack's state; its secrets are encrypted unless `revealed`, and then it must never be printed. @throws Failure */
export async function exportState<State>(stack: Stack, { revealed = false } = {}): Promise<State> {
  const { code, stdout, stderr } = await stack.run(["stack", "export", ...(revealed ? ["--show-secrets"] : [])]);
  if (code !== 0) throw new Failure(`the state cannot be read: ${(stderr || stdout).trim()}`);
  return JSON.parse(stdout) as State;
}

/** Writes one value into the stack's configuration. @param path with its namespace, as `pulumi config set --path` takes it @throws Failure */
export async function setConfig(stack: Stack, path: string, value: string, isSecret: boolean): Promise<void> {
  const args = ["config", "set", "--path", isSecret ? "--secret" : "--plaintext", path];
  // Pulumi takes the last newline for the end of the typing.
  const { code, stderr } = await stack.run(args, `${value}\n`);
  if (code !== 0) throw new Failure(`${path} cannot be written into the stack's configuration: ${stderr.trim()}`);
}

/** Also of the selected stack. @throws Failure */
export const stackName = async (stack: Stack): Promise<string> =>
  stack.name ?? succeeded("pulumi stack --show-name", await stack.run(["stack", "--show-name"])).trim();

/** The project's configuration of the stack, by key without namespace; secrets in clear, so it must never be printed. */
export async function stackConfig(stack: Stack): Promise<Readonly<Record<string, unknown>>> {
  const config = await stack.json<Record<string, { value?: string; objectValue?: unknown }>>("the configuration", [
    "config",
    "--show-secrets",
  ]);
  const ours = Object.entries(config).filter(([key]) => key.startsWith(`${NAMESPACE}:`));
  return Object.fromEntries(ours.map(([key, { value, objectValue }]) => [key.slice(NAMESPACE.length + 1), objectValue ?? value]));
}

/**
 * The cluster that a stack is deployed on, as the program itself finds it.
 * @param config as {@link stackConfig} gives it @throws Failure when it is yet to be made
 */
export function clusterChoice(config: Readonly<Record<string, unknown>>): ClusterChoice {
  const { kubeconfig, context, kubekey } = (config["cluster"] ?? {}) as { kubeconfig?: string; context?: string; kubekey?: object };
  // $KUBECONFIG would be some other cluster's.
  if (kubekey !== undefined && kubeconfig === undefined) throw new Failure(`the stack's cluster is not made yet: ${LUBAN} cluster create`);
  return { kubeconfig, context };
}

/** That cluster. @throws Failure */
export const stackCluster = async (stack: Stack): Promise<Cluster> => connect(clusterChoice(await stackConfig(stack)));
