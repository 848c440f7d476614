#!/usr/bin/env node
// The entry of `npm start`, `npm run sandbox` and `npm test`. It depends on nothing, so that it runs on a fresh clone: it installs
// the npm dependencies when they are missing or stale, bundles the sandbox's TypeScript into the cache and runs it.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { homedir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = resolve(
  process.env.KUBESPHERE_SANDBOX_HOME || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "kubesphere-luban"),
);

const entries = {
  cli: "sandbox/src/cli.ts",
  "pulumi-resource-kubernetes": "sandbox/src/provider/kubernetes/main.ts",
  "pulumi-resource-random": "sandbox/src/provider/random/main.ts",
  "kubesphere-sim": "sandbox/src/sim/main.ts",
};

const steps = {
  format: ["prettier", "--check", "--log-level", "warn", "."],
  lint: ["eslint", "."],
  types: ["tsc", "-p", ".", "--noEmit", "--noCheck", "false"],
  "sandbox types": ["tsc", "-p", "sandbox", "--noEmit"],
  unit: ["jest", "--selectProjects", "unit"],
  e2e: ["jest", "--selectProjects", "e2e", "--runInBand"],
};
const suites = {
  test: Object.keys(steps),
  "test:unit": ["unit"],
  check: ["format", "lint", "types", "sandbox types"],
};

const usage = `usage: node sandbox/run.mjs <command>
  start [options]       bring the whole stack up in the sandbox (npm start)
  sandbox <command>     up, down, reset, status, env (npm run sandbox -- <command>)
  test                  every check, then unit and end-to-end tests (npm test)
  test:unit             the unit tests alone
  check                 format, lint and types alone
`;

const sha256 = (text) => createHash("sha256").update(text).digest("hex");
const say = (line) => process.stderr.write(`${line}\n`);
const fail = (line) => (say(line), process.exit(1));
const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24) return;
  say(`This project runs on Node 20.19+, 22.12+ or 24+, and this is Node ${process.versions.node} (${process.execPath}).`);
  fail("Install one of them from https://nodejs.org or with your version manager, then run the same command again.");
}

/** What must be equal for an installation to be good: the lock file, Node's major version and the platform of native parts. */
const installStamp = () =>
  `${sha256(readFileSync(join(checkout, "package-lock.json")))} node${process.versions.node.split(".")[0]} ${process.platform}-${process.arch}\n`;

function isInstalled() {
  const modules = join(checkout, "node_modules");
  const stamp = join(modules, ".sandbox-stamp");
  if (existsSync(stamp)) return readFileSync(stamp, "utf8") === installStamp();
  // npm writes its own lock file last: a plain `npm ci` or `npm install` is as good as ours.
  const done = statSync(join(modules, ".package-lock.json"), { throwIfNoEntry: false });
  if (!done || done.mtimeMs < statSync(join(checkout, "package-lock.json")).mtimeMs) return false;
  writeFileSync(stamp, installStamp());
  return true;
}

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === "EPERM";
  }
};

/** Two starts at once must not install into one folder: the second waits for the first. Gives the function that unlocks. */
async function lockInstall() {
  const file = join(cache, "locks", `install-${sha256(checkout).slice(0, 16)}`);
  mkdirSync(dirname(file), { recursive: true });
  for (let said = false; ; await new Promise((wake) => setTimeout(wake, 200))) {
    try {
      // A link is made whole or not at all, so nobody ever reads a lock without its owner.
      writeFileSync(`${file}.${process.pid}`, String(process.pid));
      linkSync(`${file}.${process.pid}`, file);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    } finally {
      rmSync(`${file}.${process.pid}`, { force: true });
    }
    const owner = existsSync(file) ? Number(readFileSync(file, "utf8")) : 0;
    if (owner > 0 && !alive(owner)) rmSync(file, { force: true });
    else if (!said) say(`npm dependencies: process ${owner} is installing them, waiting for it`);
    said = true;
  }
}

async function install() {
  if (isInstalled()) return;
  const unlock = await lockInstall();
  try {
    if (isInstalled()) return;
    const since = performance.now();
    say("npm dependencies: missing or stale, running npm ci");
    const npm = process.env.npm_execpath?.endsWith(".js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
    const [command, ...args] = [...npm, "ci", "--loglevel=error"];
    const { status, error } = spawnSync(command, args, { cwd: checkout, stdio: ["ignore", 2, 2] });
    if (status !== 0) {
      fail(`npm ci failed${error ? `: ${error.message}` : ""}. It needs the npm registry: check the network, then run this again.`);
    }
    writeFileSync(join(checkout, "node_modules", ".sandbox-stamp"), installStamp());
    say(`npm dependencies: installed in ${seconds(since)}`);
  } finally {
    unlock();
  }
}

const filesUnder = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

/** Bundles into a folder named by the digest of everything that goes in; gives that folder. */
async function bundle() {
  const sources = [...filesUnder(join(checkout, "sandbox/src")), ...filesUnder(join(checkout, "kubesphere"))].sort();
  const inputs = [fileURLToPath(import.meta.url), join(checkout, "package-lock.json"), ...sources];
  const digest = sha256(inputs.map((file) => `${relative(checkout, file)} ${sha256(readFileSync(file))}`).join("\n")).slice(0, 16);
  const bundles = join(cache, "bundle");
  const folder = join(bundles, digest);
  if (!existsSync(folder)) {
    mkdirSync(bundles, { recursive: true });
    const temporary = mkdtempSync(join(bundles, ".new-"));
    try {
      await bundleInto(temporary);
      renameSync(temporary, folder);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      // Another start may have put the same bundle there meanwhile.
      if (!existsSync(folder)) fail(`bundling the sandbox failed: ${error.message}`);
    }
  }
  utimesSync(folder, new Date(), new Date());
  prune(bundles);
  return folder;
}

async function bundleInto(dir) {
  const { rolldown } = await import("rolldown");
  const input = Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(checkout, file)]));
  const build = await rolldown({ input, platform: "node", cwd: checkout, logLevel: "silent" });
  await build.write({ dir, format: "esm", entryFileNames: "[name].mjs", chunkFileNames: "chunk-[hash].mjs" });
  await build.close();
}

/** Keeps what was used within a day, since a running simulator or an exported shell may stand on it, and the four used last. */
function prune(bundles) {
  const used = readdirSync(bundles).map((name) => ({
    path: join(bundles, name),
    time: statSync(join(bundles, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  }));
  for (const { path, time } of used.sort((a, b) => b.time - a.time).slice(4)) {
    if (Date.now() - time > 24 * 3600 * 1000) rmSync(path, { recursive: true, force: true });
  }
}

/** Runs a command in the foreground and gives its exit code. */
function run(command, args, env = {}) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: checkout, stdio: "inherit", env: { ...process.env, ...env } });
    // A terminal sends Ctrl-C to the child too; a second one would make it drop its work instead of ending it.
    const pass = (signal) => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => pass(signal));
    child.once("error", (error) => (say(error.message), done(1)));
    child.once("exit", (code, signal) => done(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

async function runSteps(names) {
  for (const name of names) {
    const since = performance.now();
    const [tool, ...args] = steps[name];
    say(`▸ ${name}: ${[tool, ...args].join(" ")}`);
    const code = await run(join(checkout, "node_modules/.bin", tool), args);
    if (code !== 0) {
      say(`✗ ${name} failed after ${seconds(since)} (exit code ${code})`);
      return code;
    }
    say(`✓ ${name} ${seconds(since)}`);
  }
  return 0;
}

const [command = "", ...args] = process.argv.slice(2);
checkNode();
if (!["start", "sandbox"].includes(command) && !suites[command]) {
  process.stderr.write(usage);
  process.exit(2);
}
await install();
process.exitCode = suites[command]
  ? await runSteps(suites[command])
  : await run(process.execPath, [join(await bundle(), "cli.mjs"), checkout, cache, command, ...args]);
