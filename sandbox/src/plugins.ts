/** The provider plugins: the official ones where they are installed or can be downloaded, else the sandbox's stand-ins. */
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { shellWord } from "../../kubesphere/shellWord.js";
import { withLock } from "./lock.js";
import type { SharedPaths } from "./paths.js";
import { run } from "./processes.js";
import { say } from "./report.js";
import { isReachable, ReachRecord } from "./tools/download.js";
import type { Located } from "./tools/find.js";
import { pluginVersion } from "./versions.js";

export const pluginNames = ["kubernetes", "random"] as const;
export type PluginName = (typeof pluginNames)[number];

const STAND_IN_MARK = "# Stand-in of the kubesphere sandbox";
const DOWNLOAD_TIMEOUT_MS = 300_000;

export function pluginFile(paths: SharedPaths, name: PluginName): string {
  const folder = `resource-${name}-v${pluginVersion(paths.checkout, name)}`;
  return join(paths.pulumiHome, "plugins", folder, `pulumi-resource-${name}`);
}

export function isStandIn(file: string): boolean {
  // An official plugin is tens of megabytes of machine code, so only a script's first lines are worth reading.
  return existsSync(file) && readFileSync(file).subarray(0, 200).toString().includes(STAND_IN_MARK);
}

/** Puts both plugins where the engine looks for them; gives one line for the user, which says where each came from. */
export function getPlugins(paths: SharedPaths, tools: Located): Promise<string> {
  return withLock(join(paths.locks, "plugins"), { what: "plugins" }, async () => {
    const record = new ReachRecord(paths.unreachable);
    for (const name of pluginNames) {
      const file = pluginFile(paths, name);
      const isOfficial = existsSync(file) && !isStandIn(file);
      if (isOfficial || linkInstalled(paths, name) || (await install(paths, name, tools, record))) continue;
      writeStandIn(paths, name, tools.helm as string);
    }
    const source = (name: PluginName) =>
      isStandIn(pluginFile(paths, name)) ? "stand-in: the official one cannot be downloaded here" : "official";
    return pluginNames.map((name) => `${name} (${source(name)})`).join(", ");
  });
}

/** Takes the plugin from the user's own Pulumi, if it is there. */
function linkInstalled(paths: SharedPaths, name: PluginName): boolean {
  const file = pluginFile(paths, name);
  const home = process.env.PULUMI_HOME ?? join(homedir(), ".pulumi");
  const installed = join(home, "plugins", `resource-${name}-v${pluginVersion(paths.checkout, name)}`, `pulumi-resource-${name}`);
  if (installed === file || !existsSync(installed) || isStandIn(installed)) return false;
  mkdirSync(join(file, ".."), { recursive: true });
  rmSync(file, { force: true });
  symlinkSync(installed, file);
  return true;
}

async function install(paths: SharedPaths, name: PluginName, tools: Located, record: ReachRecord): Promise<boolean> {
  const version = pluginVersion(paths.checkout, name);
  const arch = process.arch === "x64" ? "amd64" : process.arch;
  const url = `https://get.pulumi.com/releases/plugins/pulumi-resource-${name}-v${version}-${process.platform}-${arch}.tar.gz`;
  // The engine's own installer waits long for a host that does not answer.
  if (!(await isReachable(url, { record }))) return false;
  say(`installing plugin ${name} ${version}`);
  const env = { ...process.env, PULUMI_HOME: paths.pulumiHome, PULUMI_SKIP_UPDATE_CHECK: "true" };
  rmSync(join(pluginFile(paths, name), ".."), { recursive: true, force: true });
  const args = ["plugin", "install", "resource", name, version];
  const { code, stderr } = await run(tools.pulumi as string, args, { env, timeout: DOWNLOAD_TIMEOUT_MS });
  if (code === 0 && existsSync(pluginFile(paths, name))) return true;
  record.miss(url);
  say(`pulumi ${args.join(" ")} failed, so the stand-in is used: ${stderr.trim().split("\n").at(-1) ?? ""}`);
  return false;
}

/** A script that runs the bundled stand-in; written anew each time, since the bundle changes with its sources. */
function writeStandIn(paths: SharedPaths, name: PluginName, helm: string): void {
  const file = pluginFile(paths, name);
  const lines = [
    "#!/bin/sh",
    `${STAND_IN_MARK} for pulumi-resource-${name}: it serves the sandbox's own API servers only.`,
    `export KUBESPHERE_SANDBOX_HOME=${shellWord(paths.cache)}`,
    `export KUBESPHERE_SANDBOX_HELM=${shellWord(helm)}`,
    `exec ${shellWord(process.execPath)} ${shellWord(join(paths.bundle, `pulumi-resource-${name}.mjs`))} "$@"`,
  ];
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(`${file}.new`, `${lines.join("\n")}\n`);
  chmodSync(`${file}.new`, 0o755);
  renameSync(`${file}.new`, file);
}
