/** The program under pulumi, measured from outside and from inside its own process. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { dump, load } from "js-yaml";
import { Failure } from "../cli/shared/command";
import { timed } from "./measurement";
import type { Workbench } from "./workbench";

export interface ProgramRun {
  /** Of the whole command. */
  readonly seconds: number;
  /** From the start of the program's process to its first resource, in seconds; of an empty program to its end. */
  readonly first: number;
  /** The most that the program's process took, in MiB. */
  readonly memory: number;
  readonly stdout: string;
}

export const UP = ["up", "--yes", "--skip-preview"];
export const NO_OP = ["preview", "--expect-no-changes"];

/** Runs `pulumi <args>` without questions. @throws Failure where it fails, and where the program's process was not seen */
export async function pulumi(bench: Workbench, args: readonly string[], more: NodeJS.ProcessEnv = {}): Promise<ProgramRun> {
  const out = mkdtempSync(join(bench.scratch, "out-"));
  const probe = `--require ${join(bench.checkout, "bench", "probe.cjs")}`;
  const env = { ...bench.env, ...more, NODE_OPTIONS: [bench.env["NODE_OPTIONS"], probe].filter(Boolean).join(" "), BENCH_OUT: out };
  const { seconds, stdout } = await timed("pulumi", [...args, "--non-interactive"], { cwd: bench.checkout, env });
  const [file] = readdirSync(out);
  if (file === undefined) throw new Failure("the program's process was not found: @pulumi/pulumi may start it in another way now");
  const { first, memory } = JSON.parse(readFileSync(join(out, file), "utf8")) as { first: number; memory: number };
  return { seconds, first: first / 1000, memory, stdout };
}

/**
 * The sandbox's configuration with other extensions, as a file of its own.
 * @param extensions `kubesphere:extensions`
 * @returns what makes pulumi take it
 */
export function configured(bench: Workbench, extensions: readonly unknown[]): string[] {
  const original = bench.env["PULUMI_OPTION_CONFIG_FILE"] ?? "";
  const { config, ...rest } = load(readFileSync(original, "utf8")) as { config: object };
  const file = join(bench.scratch, "Pulumi.bench.yaml");
  writeFileSync(file, dump({ ...rest, config: { ...config, "kubesphere:extensions": extensions } }));
  return ["--config-file", file];
}

/** The least that a preview can take: nothing at all. */
export const EMPTY = "";

/** The least with the plugins that the real program needs: a resource of each. */
export const BOTH_PLUGINS = `const { ConfigMap } = require("@pulumi/kubernetes/core/v1/configMap");
const { Provider } = require("@pulumi/kubernetes/provider");
const { RandomPassword } = require("@pulumi/random/randomPassword");
const provider = new Provider("cluster", { kubeconfig: process.env.KUBECONFIG });
new ConfigMap("floor", { metadata: { name: "floor", namespace: "default" }, data: { a: "b" } }, { provider });
new RandomPassword("floor", { length: 32 });
`;

/** A Pulumi project, run as the real one is: without the host's TypeScript. @param source of its `index.js` @returns its folder */
function project(bench: Workbench, name: string, source: string): string {
  const folder = mkdtempSync(join(bench.scratch, "floor-"));
  writeFileSync(join(folder, "Pulumi.yaml"), dump({ name, runtime: { name: "nodejs", options: { typescript: false } } }));
  writeFileSync(join(folder, "package.json"), '{ "main": "index.js" }\n');
  writeFileSync(join(folder, "index.js"), source);
  symlinkSync(join(bench.checkout, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/**
 * Deploys a program of its own.
 * @param source of its `index.js`
 * @returns what runs a preview of it, which finds nothing to do
 */
export async function smallProgram(bench: Workbench, source: string): Promise<() => Promise<ProgramRun>> {
  // A new one each time: its stack's file holds what fits one sandbox's passphrase.
  const folder = project(bench, "floor", source);
  const stack = basename(folder);
  const where = ["--cwd", folder, "--stack", stack];
  const plain = { PULUMI_OPTION_CONFIG_FILE: undefined, PULUMI_STACK: undefined };
  await timed("pulumi", ["stack", "init", stack, "--cwd", folder], { cwd: folder, env: { ...bench.env, ...plain } });
  await pulumi(bench, [...UP, ...where], plain);
  return () => pulumi(bench, [...NO_OP, ...where], plain);
}

/**
 * What the sandbox's stack has, declared by a program that does nothing else.
 * @returns what runs a preview of it, which finds nothing to do
 */
export async function replayed(bench: Workbench): Promise<() => Promise<ProgramRun>> {
  const folder = project(bench, "kubesphere", `require(${JSON.stringify(join(bench.checkout, "bench", "replay.cjs"))});\n`);
  // The charts of the sandbox's stack are named as seen from the checkout.
  symlinkSync(join(bench.checkout, "sandbox"), join(folder, "sandbox"));
  const [state, backend, stack] = [join(folder, "state.json"), join(folder, "backend"), bench.env["PULUMI_STACK"] ?? ""];
  mkdirSync(backend);
  await bench.run("pulumi", "stack", "export", "--show-secrets", "--file", state);
  const own = { PULUMI_OPTION_CONFIG_FILE: undefined, PULUMI_BACKEND_URL: `file://${backend}`, BENCH_STATE: state };
  for (const args of [
    ["init", stack],
    ["import", "--file", state],
  ])
    await timed("pulumi", ["stack", ...args, "--cwd", folder], { cwd: folder, env: { ...bench.env, ...own } });
  return () => pulumi(bench, [...NO_OP, "--cwd", folder], own);
}
