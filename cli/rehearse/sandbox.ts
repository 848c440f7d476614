/** A sandbox of the rehearsal's own: the working tree's tools, any revision's program. */
import { readFile, writeFile } from "fs/promises";
import { join } from "path";
import { contextName } from "../../sandbox/src/controlPlane";
import { childEnvironment } from "../../sandbox/src/environment";
import { sandboxPaths } from "../../sandbox/src/paths";
import { getPlugins } from "../../sandbox/src/plugins";
import { readSettings } from "../../sandbox/src/settings";
import { fillConfig, saltOf } from "../../sandbox/src/stackConfig";
import { Failure } from "../shared/command";
import { existing } from "../shared/files";
import { freeNodePorts } from "../shared/ports";
import { stackOn, type Stack } from "../shared/pulumi";
import type { Target } from "./prober";
import { run, type Ran, type RunOptions } from "./process";

export interface Sandbox {
  /** @throws Failure when it does not come up */
  up(onStderr: (text: string) => void, signal: AbortSignal): Promise<void>;
  /** Runs `pulumi <args>` on its stack with the program and the configuration of a folder. */
  pulumi(folder: string, args: readonly string[], signal: AbortSignal): Promise<Ran>;
  /** Its stack with the program and the configuration of a folder. */
  stack(folder: string, signal: AbortSignal): Promise<Stack>;
  /** Gets the provider plugins that the dependencies of a folder ask for. */
  addPlugins(folder: string): Promise<void>;
  /** What the stack says that it serves. */
  urls(signal: AbortSignal): Promise<readonly Target[]>;
}

/** Stops it, and all that runs on it, and deletes it, as far as it is there. @throws Failure when something of it is left */
export async function removeSandbox(checkout: string, cache: string, name: string): Promise<void> {
  const { code, stderr } = await sandboxCommand(checkout, cache, ["reset", "--name", name]);
  if (code !== 0) throw new Failure(`sandbox ${name} is left behind (npm run sandbox -- reset --name ${name}): ${stderr.trim()}`);
}

const sandboxCommand = (checkout: string, cache: string, args: readonly string[], options: Pick<RunOptions, "signal" | "onStderr"> = {}) =>
  run(process.execPath, [join(checkout, "sandbox/run.mjs"), "sandbox", ...args], {
    cwd: checkout,
    env: { ...process.env, KUBESPHERE_SANDBOX_HOME: cache },
    ...options,
  });

/** Given its ports; nothing is made yet. */
export async function newSandbox(checkout: string, cache: string, name: string): Promise<Sandbox> {
  const paths = sandboxPaths({ checkout, cache, bundle: "" }, name);
  const [ingressPort, consolePort] = await freeNodePorts();
  // Node keeps what it compiled by path, and the base's is another one each time: this goes with the sandbox.
  const environment = () => ({ ...childEnvironment(paths), NODE_COMPILE_CACHE: join(paths.root, "compiled") });
  const configure = async (folder: string) => {
    const template = await existing(join(folder, "Pulumi.sandbox.yaml"));
    if (!template) throw new Failure(`${folder} has no Pulumi.sandbox.yaml: it is from before the sandbox`);
    const salt = saltOf(await readFile(paths.stackState, "utf8")) ?? "";
    const values = { kubeconfig: paths.kubeconfig, context: contextName(name), ingressPort, consolePort, salt };
    await writeFile(paths.config, fillConfig(template.toString(), values), { mode: 0o600 });
  };
  const pulumi = (cwd: string, args: readonly string[], signal: AbortSignal) =>
    run("pulumi", [...args, "--non-interactive", "--color", "never"], { cwd, env: environment(), signal });
  return {
    async up(onStderr, signal) {
      const ports = ["--ingress-port", `${ingressPort}`, "--console-port", `${consolePort}`];
      const { code } = await sandboxCommand(checkout, cache, ["up", "--name", name, ...ports], { signal, onStderr });
      if (code !== 0) throw new Failure("the sandbox does not come up");
    },
    async pulumi(folder, args, signal) {
      await configure(folder);
      return pulumi(folder, args, signal);
    },
    async stack(folder, signal) {
      await configure(folder);
      return stackOn({ name: undefined, env: environment(), run: (args) => pulumi(folder, args, signal) });
    },
    async addPlugins(folder) {
      // The stand-ins are of the bundle that the simulator is of.
      const bundle = readSettings(paths.settings)?.simulator ?? "";
      const tool = (tool: string) => join(paths.bin, tool);
      await getPlugins({ ...paths, checkout: folder, bundle }, { pulumi: tool("pulumi"), helm: tool("helm") });
    },
    async urls(signal) {
      const { code, stdout, stderr } = await pulumi(paths.emptyProject, ["stack", "output", "--json"], signal);
      if (code !== 0) throw new Failure(`the stack's outputs cannot be read: ${stderr.trim()}`);
      return urlsOf(JSON.parse(stdout) as Outputs);
    },
  };
}

/** A base may be from before some of them. */
interface Outputs {
  readonly consoleUrl?: string;
  readonly discoveryUrl?: string;
  readonly extensions?: Readonly<Record<string, { readonly url?: string; readonly bundleUrl?: string }>>;
}

export function urlsOf({ consoleUrl, discoveryUrl, extensions = {} }: Outputs): readonly Target[] {
  const all = [
    { what: "console", url: consoleUrl },
    { what: "OpenID discovery", url: discoveryUrl },
    ...Object.entries(extensions).flatMap(([name, { url, bundleUrl }]) => [
      { what: `extension ${name}`, url },
      { what: `${name}'s bundle`, url: bundleUrl },
    ]),
  ];
  return all.flatMap(({ what, url }) => (url === undefined ? [] : [{ what, url }]));
}
