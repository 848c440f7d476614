/** Calls the Pulumi CLI for one stack of this project. */
import { LUBAN } from "../../kubesphere/luban";
import { spawn } from "child_process";
import { foreignSettings } from "../../settings/settingsFile";
import { connect, type Cluster, type ClusterChoice } from "./cluster";
import { Failure } from "./command";

export interface Ran {
  /** null if a signal ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Stack {
  /** undefined for the selected one */
  readonly name: string | undefined;
  /** The environment of `pulumi`. */
  readonly env: NodeJS.ProcessEnv;
  /**
   * Runs `pulumi <args>` on the stack to its end; the caller checks the exit code.
   * @param input its standard input, for secrets and texts of any form: other users of the machine cannot see it
   */
  run(args: readonly string[], input?: string): Promise<Ran>;
  /** The parsed output of `pulumi <args>`. @param what the subject of the request, for the error @throws Failure with Pulumi's output */
  json<T>(what: string, args: readonly string[]): Promise<T>;
}

/** The project's name in Pulumi.yaml, which is the namespace of its configuration keys. */
const NAMESPACE = "kubesphere";

/**
 * @param name default: the selected stack
 * @param checkout the folder of Pulumi.yaml
 * @throws Failure if `env` has the settings of another stack
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
      // The process may end before it has read all input.
      child.stdin.on("error", () => undefined).end(input);
      child.once("error", (error: NodeJS.ErrnoException) =>
        fail(error.code === "ENOENT" ? new Failure(MISSING) : new Failure(`pulumi cannot be run: ${error.message}`)),
      );
      child.once("close", (code) => done({ code, stdout, stderr }));
    });
  return stackOn({ name, env, run });
}

/** @param name undefined for the selected stack @throws Failure if `env` has the settings of another stack, as in the sandbox's shell */
export function refuseForeign(name: string | undefined, env: NodeJS.ProcessEnv): void {
  const foreign = foreignSettings(name, env);
  if (foreign !== undefined) throw new Failure(foreign);
}

/** @param on runs `pulumi` on the stack */
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

/** Its output. @param what the command, for the error @throws Failure with its output if it failed */
export function succeeded(what: string, { code, stdout, stderr }: Ran): string {
  if (code !== 0) throw new Failure(`${what} failed: ${(stderr || stdout).trim()}`);
  return stdout;
}

/** The stack's state. Its secrets are encrypted unless `revealed`; never print a revealed state. @throws Failure */
export async function exportState<State>(stack: Stack, { revealed = false } = {}): Promise<State> {
  const { code, stdout, stderr } = await stack.run(["stack", "export", ...(revealed ? ["--show-secrets"] : [])]);
  if (code !== 0) throw new Failure(`the state cannot be read: ${(stderr || stdout).trim()}`);
  return JSON.parse(stdout) as State;
}

/** Writes one value into the stack's configuration. @param path with its namespace, as for `pulumi config set --path` @throws Failure */
export async function setConfig(stack: Stack, path: string, value: string, isSecret: boolean): Promise<void> {
  const args = ["config", "set", "--path", isSecret ? "--secret" : "--plaintext", path];
  // Pulumi removes the last newline of its input.
  const { code, stderr } = await stack.run(args, `${value}\n`);
  if (code !== 0) throw new Failure(`${path} cannot be written into the stack's configuration: ${stderr.trim()}`);
}

const names = new WeakMap<Stack, Promise<string>>();

/** Works for the selected stack, too: `PULUMI_STACK` says which, else Pulumi is asked once, which takes a third of a second. @throws Failure */
export async function stackName(stack: Stack): Promise<string> {
  const named = stack.name ?? stack.env["PULUMI_STACK"]?.split("/").at(-1);
  if (named) return named;
  const asked = names.get(stack) ?? stack.run(["stack", "--show-name"]).then((ran) => succeeded("pulumi stack --show-name", ran).trim());
  names.set(stack, asked);
  return asked;
}

/** By key with namespace, as `pulumi config --show-secrets` gives it: never print it. */
export type ShownConfig = Readonly<Record<string, { readonly value?: string; readonly objectValue?: unknown; readonly secret?: boolean }>>;

/** @throws Failure */
export const shownConfig = (stack: Stack) => stack.json<ShownConfig>("the configuration", ["config", "--show-secrets"]);

/** The configuration of this project, by key without namespace. Secrets are in clear text: never print it. */
export function ownConfig(shown: ShownConfig): Readonly<Record<string, unknown>> {
  const ours = Object.entries(shown).filter(([key]) => key.startsWith(`${NAMESPACE}:`));
  return Object.fromEntries(ours.map(([key, { value, objectValue }]) => [key.slice(NAMESPACE.length + 1), objectValue ?? value]));
}

/** That of a stack. @throws Failure */
export const stackConfig = async (stack: Stack) => ownConfig(await shownConfig(stack));

/**
 * The cluster of a stack, found in the same way as the program finds it.
 * @param config the result of {@link stackConfig} @throws Failure if the cluster does not exist yet
 */
export function clusterChoice(config: Readonly<Record<string, unknown>>): ClusterChoice {
  const { kubeconfig, context, kubekey } = (config["cluster"] ?? {}) as { kubeconfig?: string; context?: string; kubekey?: object };
  // $KUBECONFIG would belong to another cluster.
  if (kubekey !== undefined && kubeconfig === undefined) throw new Failure(`the stack's cluster is not made yet: ${LUBAN} cluster create`);
  return { kubeconfig, context };
}

/** That cluster. @throws Failure */
export const stackCluster = async (stack: Stack): Promise<Cluster> => connect(clusterChoice(await stackConfig(stack)));
