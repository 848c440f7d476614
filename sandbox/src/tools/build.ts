/** Builds tools from their Go modules, whose versions and sums `sandbox/tools` pins. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { availableParallelism, totalmem } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import { coerce, gte } from "semver";
import { run } from "../processes.js";
import { Failure, interrupted, ProgressLine, say, secondsSince } from "../report.js";
import { versions } from "../versions.js";
import { BuildProgress, STALE, weigh } from "./buildProgress.js";
import { toolsOfTheirOwn, type Executable } from "./catalogue.js";
import { standIns, withoutLeftOut } from "./leftOut.js";

// For all executables, so that one folder can hold them. Without these Helm cannot read the API server's version, and the Automation API refuses the engine.
const LDFLAGS = [
  "-s -w",
  `-X k8s.io/component-base/version.gitVersion=v${versions.kubernetes.pinned}`,
  `-X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v${versions.pulumi.pinned}`,
].join(" ");

/**
 * What makes a build cheaper and no executable another one, so that it names no folder: without debug information, which the linker would
 * leave out anyway; without folders in what is compiled, so that Go's cache serves builds into any folder.
 */
export const COMPILER_FLAGS = ["-trimpath", "-gcflags=all=-dwarf=false"];

/** A compiler lives for seconds: it collects garbage only where it would take more than its share of half the machine's memory. */
const compilersMemory = () => Math.max(512, Math.floor(totalmem() / 2 / availableParallelism() / 1024 ** 2));

export const goEnvironment = () => ({
  GOMEMLIMIT: `${compilersMemory()}MiB`,
  ...process.env,
  GOGC: "off",
  // Executables as they are published; and nobody needs a C compiler.
  CGO_ENABLED: "0",
  GOFLAGS: "-mod=readonly -buildvcs=false",
  GOWORK: "off",
  GOOS: "",
  GOARCH: "",
});

type Built = Pick<Executable, "goModule" | "linkerFlags">;

/**
 * Where built executables are: named by what they are built from, so that a new version is built anew. One folder for all that a
 * sandbox needs, since the engine looks for the language host beside itself; one of its own for what has nothing to do with them,
 * and for what is linked in its own way.
 */
export function buildFolder(goModules: string, toolsFolder: string, { goModule, linkerFlags = [] }: Built): string {
  const own = toolsOfTheirOwn.find((name) => name === goModule);
  const modules = own === undefined ? ["", "language-host"] : [own];
  const digest = createHash("sha256").update(LDFLAGS).update(linkerFlags.join(" "));
  for (const module of modules.map((name) => join(goModules, name)))
    for (const file of [join(module, "go.mod"), join(module, "go.sum"), ...standIns(module)]) digest.update(readFileSync(file));
  return join(toolsFolder, `go-${digest.digest("hex").slice(0, 12)}`);
}

/** What one build makes: executables of the same module with the same flags. Those that compile next to nothing come last. */
export function inOneBuild(executables: readonly Executable[]): Executable[][] {
  const builds = new Map<string, Executable[]>();
  const turn = ({ goModule, linkerFlags }: Built) => (linkerFlags ? 2 : goModule ? 0 : 1);
  for (const executable of [...executables].sort((a, b) => turn(a) - turn(b))) {
    const key = JSON.stringify([executable.goModule, executable.linkerFlags]);
    builds.set(key, [...(builds.get(key) ?? []), executable]);
  }
  return [...builds.values()];
}

/** A Go that can build the modules; the reason when there is none. */
export async function findGo(goModules: string): Promise<{ readonly environment: NodeJS.ProcessEnv } | { readonly reason: string }> {
  const environment = goEnvironment();
  const { code, stdout } = await run("go", ["env", "GOVERSION"], { env: { ...environment, GOTOOLCHAIN: "local" } });
  if (code !== 0) return { reason: "Go is not installed" };
  const installed = coerce(stdout);
  const needed = coerce(/^go (\S+)$/m.exec(readFileSync(join(goModules, "go.mod"), "utf8"))?.[1]);
  if (installed && needed && gte(installed, needed)) return { environment };
  // From 1.21 on, Go fetches the version that a module asks for by itself.
  if (installed && gte(installed, "1.21.0")) return { environment: { ...environment, GOTOOLCHAIN: "auto" } };
  return { reason: `Go ${installed?.version} is too old: 1.21 or newer can fetch ${needed?.version} by itself` };
}

/**
 * Builds executables {@link inOneBuild}, since they share most packages, and puts them into their
 * {@link buildFolder}. What was compiled before an interruption is in Go's own cache and is not compiled again.
 * @throws Failure with Go's own words when the build fails, or when it is interrupted
 */
export async function build(executables: readonly Executable[], goModules: string, folder: string, environment: NodeJS.ProcessEnv) {
  const { goModule = "", linkerFlags = [] } = executables[0] ?? {};
  const cwd = join(goModules, goModule);
  const packages = executables.map(({ goPackage }) => goPackage);
  const start = performance.now();
  const output = emptyFolder(join(folder, ".new"));
  try {
    const leftOut = await withoutLeftOut(cwd, join(output, "left-out"), environment);
    const flags = [...COMPILER_FLAGS, ...leftOut.flags];
    const listed = await run("go", ["list", ...flags, "-deps", "-f", STALE, ...packages], { cwd, env: environment });
    if (listed.code !== 0) throw new Failure(`go list in ${cwd} failed:\n${lastLines(listed.stderr)}`);
    say(`building ${executables.map(({ name }) => name).join(", ")} from Go modules, once`);
    await compile(
      ["build", ...flags, "-v", "-ldflags", [LDFLAGS, ...linkerFlags].join(" "), "-o", `${output}/`, ...packages],
      cwd,
      environment,
      new BuildProgress(weigh(listed.stdout, leftOut.folders)),
    );
    for (const { name, goPackage } of executables) renameSync(join(output, goName(goPackage)), join(folder, name));
  } finally {
    rmSync(output, { recursive: true, force: true });
  }
  say(`✓ built ${executables.length} of them  ${secondsSince(start)}`);
}

/** Go names an executable after the last part of its package's path that is no major version. */
export const goName = (goPackage: string) => basename(goPackage.replace(/\/v\d+$/, ""));

function compile(args: string[], cwd: string, env: NodeJS.ProcessEnv, progress: BuildProgress): Promise<void> {
  const start = performance.now();
  const line = new ProgressLine();
  return new Promise((done, fail) => {
    // A process group of its own, so that an interruption ends the compilers too.
    const go = spawn("go", args, { cwd, env, detached: true, stdio: ["ignore", "ignore", "pipe"] });
    const kill = () => go.pid && process.kill(-go.pid, "SIGTERM");
    const stop = () => {
      kill();
      fail(interrupted());
    };
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
    const words: string[] = [];
    createInterface({ input: go.stderr }).on("line", (said) => {
      if (/^\S+$/.test(said)) progress.begins(said);
      else if (!said.startsWith("go: downloading")) words.push(said);
    });
    const tick = setInterval(() => line.update(progress.text((performance.now() - start) / 1000)), 500);
    go.once("error", fail);
    go.once("close", (code) => {
      clearInterval(tick);
      line.end();
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
      if (code === 0) done();
      else fail(new Failure(`go build in ${cwd} failed:\n${lastLines(words.join("\n"))}`));
    });
  });
}

const lastLines = (text: string) => text.trim().split("\n").slice(-15).join("\n");

/** A folder for unfinished work; what an interrupted run left in it goes. Only the holder of the tools' lock may ask. */
export function emptyFolder(folder: string): string {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  return folder;
}

/** Executables that a build left in its folder. */
export const isBuilt = (folder: string, { name }: Executable) => existsSync(join(folder, name));
