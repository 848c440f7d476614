/** Stack `sandbox`: made once, configured and deployed. */
import { spawn } from "node:child_process";
import { createHash, randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { contextName } from "./controlPlane.js";
import { childEnvironment, STACK } from "./environment.js";
import type { SandboxPaths } from "./paths.js";
import { run } from "./processes.js";
import { Failure, interrupted, say } from "./report.js";
import { readSettings, writeSettings, type Settings } from "./settings.js";
import { fillConfig, saltOf } from "./stackConfig.js";

const ONE_INTERRUPTION_MS = 1000;

/** Makes the stack and its configuration what `settings` says; keeps what a user set in the copy as long as the template is the same. */
export async function prepareStack(paths: SandboxPaths, settings: Settings): Promise<void> {
  mkdirSync(paths.state, { recursive: true });
  if (!existsSync(paths.passphrase)) writeFileSync(paths.passphrase, randomBytes(24).toString("base64url"), { mode: 0o600 });
  const salt = stackSalt(paths) ?? (await createStack(paths));
  const text = readFileSync(paths.template, "utf8");
  const template = createHash("sha256").update(text).digest("hex");
  const isKept = existsSync(paths.config) && settings.template === template;
  if (existsSync(paths.config) && !isKept) {
    renameSync(paths.config, `${paths.config}.old`);
    say(`Pulumi.sandbox.yaml has changed: its copy is made anew, and the former one is ${paths.config}.old`);
  }
  const { ingressPort, consolePort, zone } = settings;
  const values = { kubeconfig: paths.kubeconfig, context: contextName(paths.name), ingressPort, consolePort, zone, salt };
  writeFileSync(paths.config, fillConfig(isKept ? readFileSync(paths.config, "utf8") : text, values), { mode: 0o600 });
  writeSettings(paths.settings, { ...(readSettings(paths.settings) ?? settings), ingressPort, consolePort, zone, template });
}

const stackSalt = ({ stackState }: SandboxPaths) => (existsSync(stackState) ? saltOf(readFileSync(stackState, "utf8")) : undefined);

async function createStack(paths: SandboxPaths): Promise<string> {
  rmSync(paths.stackState, { force: true });
  rmSync(paths.emptyProject, { recursive: true, force: true });
  mkdirSync(paths.emptyProject, { recursive: true });
  writeFileSync(join(paths.emptyProject, "Pulumi.yaml"), "name: kubesphere\nruntime: nodejs\n");
  const { code, stderr } = await pulumi(paths, ["stack", "init", STACK, "--cwd", paths.emptyProject]);
  const salt = stackSalt(paths);
  if (code !== 0 || !salt) throw new Failure(`pulumi stack init ${STACK} failed:\n${stderr.trim()}`);
  return salt;
}

const pulumi = (paths: SandboxPaths, args: readonly string[]) =>
  run(join(paths.bin, "pulumi"), [...args, "--non-interactive"], { cwd: paths.checkout, env: childEnvironment(paths) });

/** Runs `pulumi up` and passes on what it prints, to stderr. Ctrl-C lets it end its running operations. */
export function deploy(paths: SandboxPaths): Promise<void> {
  const color = process.stderr.isTTY ? "always" : "never";
  const args = ["up", "--yes", "--skip-preview", "--non-interactive", "--suppress-outputs", "--color", color];
  return new Promise((done, fail) => {
    // A process group of its own: a terminal's Ctrl-C then reaches it once, through us; a second one would make it drop its work.
    const child = spawn(join(paths.bin, "pulumi"), args, {
      cwd: paths.checkout,
      env: childEnvironment(paths),
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) createInterface({ input: stream }).on("line", (line) => isNews(line) && say(line));
    let isCut = false;
    let last = -Infinity;
    const stop = () => {
      // One Ctrl-C comes up to three times, from the terminal, npm and run.mjs; a second one would make pulumi drop its work.
      if (performance.now() - last < ONE_INTERRUPTION_MS) return;
      last = performance.now();
      if (!isCut) say("ending: pulumi finishes what it has begun");
      isCut = true;
      child.kill("SIGINT");
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, stop);
    child.once("error", fail);
    child.once("close", (code, signal) => {
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
      if (isCut) fail(interrupted());
      else if (code === 0) done();
      else fail(new Failure(`pulumi up ended with ${signal ?? `exit code ${code}`}; when its cause is gone, run the same command again`));
    });
  });
}

/** Not for each resource that it begins and ends, nor the dots in between: the ends are enough. */
export function isNews(line: string): boolean {
  const plain = line.replaceAll(/\x1b\[[0-9;]*m/g, "").trim();
  return plain !== "" && !plain.startsWith("@ ") && !/ (creating|updating|deleting|replacing|reading) \(\d+s\)$/.test(plain);
}

export interface StackOutputs {
  readonly consoleUrl: string;
  readonly extensions: Readonly<Record<string, { readonly url?: string; readonly bundleUrl?: string }>>;
}

export async function stackOutputs(paths: SandboxPaths): Promise<StackOutputs> {
  const { code, stdout, stderr } = await pulumi(paths, ["stack", "output", "--json"]);
  if (code !== 0) throw new Failure(`pulumi stack output failed:\n${stderr.trim()}`);
  return JSON.parse(stdout) as StackOutputs;
}
