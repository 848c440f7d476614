/** The environment in which plain `pulumi` and `helm` work on a sandbox. */
import { existsSync, linkSync, mkdirSync, realpathSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { shellWord } from "../../kubesphere/shellWord.js";
import type { SandboxPaths } from "./paths.js";
import { end, findHeirs } from "./processes.js";
import { isStandIn, pluginFile, pluginNames } from "./plugins.js";
import { readSettings } from "./settings.js";
import type { Located } from "./tools/find.js";

export const STACK = "sandbox";

const HOST = "pulumi-language-nodejs";

/** Tools that a user calls; the others only run the control plane. */
const userTools = ["pulumi", HOST, "helm"] as const;

/** Links the tools that a user calls into the folder that leads PATH. */
export function linkTools({ bin, tools: own }: Pick<SandboxPaths, "bin" | "tools">, tools: Located): void {
  rmSync(bin, { recursive: true, force: true });
  mkdirSync(bin, { recursive: true });
  for (const name of userTools) symlinkSync(tools[name] as string, join(bin, name));
  const host = tools[HOST] as string;
  if (host.startsWith(join(own, "go-"))) giveOptions(bin, tools["pulumi"] as string, host);
}

/**
 * The newest host that can be built from Go modules takes from its command line alone what the engine tells later ones of Pulumi.yaml. The
 * engine starts the host beside its own file, so that is here, too. Another disk has no links to it: then the host transpiles each time.
 */
function giveOptions(bin: string, pulumi: string, host: string): void {
  try {
    linkSync(realpathSync(pulumi), join(bin, ".pulumi"));
  } catch {
    return;
  }
  renameSync(join(bin, ".pulumi"), join(bin, "pulumi"));
  rmSync(join(bin, HOST));
  const script = [
    "#!/bin/sh",
    `while IFS= read -r option; do [ -z "$option" ] || set -- "$option" "$@"; done <<.`,
    "$(sed -nE 's/^ +(typescript|nodeargs): *(.*)/-\\1=\\2/p' Pulumi.yaml 2>/dev/null)",
    ".",
    `exec ${shellWord(host)} "$@"`,
  ];
  writeFileSync(join(bin, HOST), `${script.join("\n")}\n`, { mode: 0o755 });
}

/**
 * A file in the place of Pulumi's folder of logs. From 3.259 at the latest the engine writes all that it does into a log of each run, secrets
 * encrypted, which nobody reads here, and which is 60 % of its work with 100 extensions; where it cannot, it goes on without.
 */
export function keepNoRunLogs({ pulumiHome }: Pick<SandboxPaths, "pulumiHome">): void {
  const logs = join(pulumiHome, "logs");
  if (statSync(logs, { throwIfNoEntry: false })?.isFile()) return;
  rmSync(logs, { recursive: true, force: true });
  mkdirSync(pulumiHome, { recursive: true });
  writeFileSync(logs, "No logs of runs are kept here: this file stands where Pulumi would write them.\n");
}

/** Variables to set, without PATH; those to unset are undefined. */
export function variables(paths: SandboxPaths): Readonly<Record<string, string | undefined>> {
  const hasStandIns = pluginNames.some((name) => isStandIn(pluginFile(paths, name)));
  return {
    KUBECONFIG: paths.kubeconfig,
    // For who declares it as a member cluster, or looks into it.
    ...(hasMember(paths) && { KUBESPHERE_SANDBOX_MEMBER: paths.member.kubeconfig }),
    PULUMI_HOME: paths.pulumiHome,
    PULUMI_BACKEND_URL: `file://${paths.state}`,
    PULUMI_CONFIG_PASSPHRASE_FILE: paths.passphrase,
    // The file is only looked at without this one; a token would be offered to a backend that has none.
    PULUMI_CONFIG_PASSPHRASE: undefined,
    PULUMI_ACCESS_TOKEN: undefined,
    PULUMI_STACK: STACK,
    // The engine takes every option from PULUMI_OPTION_<NAME>: with this one the configuration in the checkout stays as it is.
    PULUMI_OPTION_CONFIG_FILE: paths.config,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    // What renders have taught the program goes with the sandbox's cache, too.
    KUBESPHERE_LUBAN_CACHE: paths.cache,
    // For the stand-in plugins, from Node 22.1 on; the program keeps by itself what Node has compiled.
    NODE_COMPILE_CACHE: paths.compiled,
    // The language host waits at a pipe to the program that nobody opens. A signal by which Go shares out its threads makes it look
    // again, and when the run is just over and the pipe gone, the host panics ("send on closed channel") before it has answered.
    GODEBUG: "asyncpreemptoff=1",
    PULUMI_IGNORE_AMBIENT_PLUGINS: "true",
    // A stand-in must not be replaced behind the user's back, nor a run wait for a download that cannot come.
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: hasStandIns ? "true" : undefined,
  };
}

/** Whether the sandbox was brought up with a second control plane. */
export const hasMember = ({ settings }: SandboxPaths) => readSettings(settings)?.memberPorts !== undefined;

/** Only what the sandbox itself has started inherits this, and not what a user starts in a shell made by `env`. */
const mark = ({ root }: SandboxPaths) => ["KUBESPHERE_SANDBOX_RUN", root] as const;

/** Ends what a killed run has left at work: pulumi, its plugins and its helm live in process groups of their own. */
export const endOrphans = (paths: SandboxPaths) => end(findHeirs(mark(paths).join("=")), "SIGKILL");

/** For child processes of the sandbox itself. */
export function childEnvironment(paths: SandboxPaths): NodeJS.ProcessEnv {
  const path = [paths.bin, join(process.execPath, ".."), process.env.PATH ?? ""].join(delimiter);
  return { ...process.env, ...variables(paths), ...Object.fromEntries([mark(paths)]), PATH: path };
}

/** Lines for `eval` in a POSIX shell. */
export function exportLines(paths: SandboxPaths): string {
  const lines = Object.entries(variables(paths)).map(([name, value]) =>
    value === undefined ? `unset ${name}` : `export ${name}=${shellWord(value)}`,
  );
  return [...lines, `export PATH=${shellWord(paths.bin)}:"$PATH"`].join("\n");
}

export const isMade = (paths: SandboxPaths) => existsSync(paths.kubeconfig) && existsSync(paths.config) && existsSync(paths.bin);
