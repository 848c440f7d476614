#!/usr/bin/env node
// The entry of `npm start`, `npm run sandbox`, `npm run extension`, `npm run oidc-app` and `npm test`. It depends on nothing, so that it runs on a fresh
// clone: it installs the npm dependencies when they are missing or stale, bundles the TypeScript into the cache and runs it.
import { spawn } from "node:child_process";
import { accessSync, constants, mkdirSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundle, commands, kindOf } from "./bundle.mjs";
import { install } from "./install.mjs";
import { fail, say, seconds } from "./say.mjs";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const cache = resolve(
  process.env.KUBESPHERE_SANDBOX_HOME || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "kubesphere-luban"),
);

/** Test files that share one sandbox: one at a time, in the same order everywhere. */
const inTurn = ["--runInBand", "--testSequencer", "./test/support/sequencer.mjs"];
const steps = {
  format: ["prettier", "--check", "--log-level", "warn", "."],
  lint: ["eslint", "."],
  types: ["tsc", "-p", ".", "--noEmit", "--noCheck", "false"],
  "sandbox types": ["tsc", "-p", "sandbox", "--noEmit"],
  // Bundled first: actionlint is got as the sandbox's own tools are.
  workflows: async () => [process.execPath, join(await bundle(checkout, cache, "tools"), "workflows.mjs"), checkout, cache],
  // Jest leaves one core alone, which is half of a small machine.
  unit: ["jest", "--selectProjects", "unit", "--maxWorkers", "100%"],
  // What renders charts needs Helm, which is got before anything is timed.
  system: async () => {
    const code = await run(process.execPath, [join(await bundle(checkout, cache, "tools"), "tools.mjs"), checkout, cache, "helm"]);
    if (code !== 0) process.exit(code);
    return ["jest", "--selectProjects", "system", "--maxWorkers", "100%"];
  },
  e2e: ["jest", "--selectProjects", "e2e", ...inTurn],
  conformance: ["jest", "--selectProjects", "conformance", "--maxWorkers", "3"],
  interruptions: ["jest", "--selectProjects", "interruptions"],
  operations: ["jest", "--selectProjects", "operations", ...inTurn],
  recovery: ["jest", "--selectProjects", "recovery", ...inTurn],
  rehearsal: ["jest", "--selectProjects", "rehearsal", ...inTurn],
};
const suites = {
  test: ["format", "lint", "types", "sandbox types", "workflows", "unit", "system", "e2e"],
  "test:unit": ["unit"],
  "test:system": ["system"],
  "test:conformance": ["conformance"],
  "test:interruptions": ["interruptions"],
  "test:operations": ["operations"],
  "test:recovery": ["recovery"],
  "test:rehearsal": ["rehearsal"],
  check: ["format", "lint", "types", "sandbox types", "workflows"],
};
const usage = `usage: node sandbox/run.mjs <command>
  start [options]       bring the whole stack up in the sandbox (npm start)
  sandbox <command>     up, down, reset, status, env (npm run sandbox -- <command>)
  extension <command>   new, inspect, lint, template, crds, package, release, publish, unpublish (npm run extension -- --help)
  oidc-app [options]    a sample application that logs in at KubeSphere (npm run oidc-app -- --help)
  preview [options]     what an up would change, for reviewers (npm run preview -- --help; so of those that follow)
  rehearse --base REV   a change tried on its base in a sandbox
  policy [options]      what no pull request may do
  drift [options]       what differs in the cluster from what was deployed
  adopt [options]       what was made by hand comes under the program
  recover [options]     what a killed run left behind
  verify [options]      whether what a stack serves answers where people reach it
  status [options]      what has become of each extension
  cluster <command>     create, show, delete: KubeKey makes the stack's cluster (npm run cluster -- --help)
  doctor [options]      what is wrong with a stack in its cluster, why, and the mend
  mirror [options]      all that a stack needs from elsewhere, listed and copied by digest
  test                  every check, then unit, system and end-to-end tests (npm test); those that follow pass arguments to Jest
  test:unit             the unit tests alone
  test:system           what starts processes or a browser, or takes megabytes
  test:conformance      the stand-in plugins against recordings of the official ones; PROVIDER=official tests those
  test:interruptions    npm start killed and interrupted at every step, a reboot, a full disk, a neighbour
  test:operations       what people run beside pulumi up, on a real API server; no secret in clear anywhere
  test:recovery         pulumi killed during up, upgrade and destroy, and recovered
  test:rehearsal        a good and a bad change rehearsed on their base
  bench [PART…]         how fast it is on this machine, beside the aims and beside the same by hand (npm run bench -- --help)
  check                 format, lint, types and workflows alone
  tools NAME…           the folders of pulumi, helm, …, got when they are not on PATH (npm run -s tools -- pulumi helm)
`;

function checkNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major >= 24) return;
  say(`This project runs on Node 20.19+, 22.12+ or 24+, and this is Node ${process.versions.node} (${process.execPath}).`);
  fail("Install one of them from https://nodejs.org or with your version manager, then run the same command again.");
}

function checkCache() {
  try {
    mkdirSync(cache, { recursive: true });
    accessSync(cache, constants.W_OK);
  } catch (error) {
    fail(`the cache folder ${cache} cannot be written to (${error.message}): mend that, or name another in KUBESPHERE_SANDBOX_HOME`);
  }
}

/** Runs a command in the foreground and gives its exit code. */
function run(command, args) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: checkout, stdio: "inherit" });
    // A terminal sends Ctrl-C to the child too; a second one would make it drop its work instead of ending it.
    const pass = (signal) => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => pass(signal));
    child.once("error", (error) => (say(error.message), done(1)));
    child.once("exit", (code, signal) => done(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

/** @param more arguments, where there is one step */
async function runSteps(names, more) {
  for (const name of names) {
    const since = performance.now();
    const step = steps[name];
    const [tool, ...args] = [...(typeof step === "function" ? await step() : step), ...more];
    say(`▸ ${name}${typeof step === "function" ? "" : `: ${[...step, ...more].join(" ")}`}`);
    const code = await run(resolve(checkout, "node_modules/.bin", tool), args);
    if (code !== 0) {
      say(`✗ ${name} failed after ${seconds(since)} (exit code ${code})`);
      return code;
    }
    say(`✓ ${name} ${seconds(since)}`);
  }
  return 0;
}

/** In this process, since a second one would take as long to start as most of its commands take. */
async function operate(name, args) {
  const { main } = await import(pathToFileURL(join(await bundle(checkout, cache, kindOf(name)), `${name}.mjs`)).href);
  // npm runs scripts in the checkout's root; paths are meant from where the command was typed.
  if (process.env.npm_lifecycle_event === name && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD);
  return main(args, cache, checkout);
}

const [command = "", ...args] = process.argv.slice(2);
checkNode();
if (!["start", "sandbox", "tools", ...commands, "bench"].includes(command) && !suites[command]) {
  process.stderr.write(usage);
  process.exit(2);
}
if (suites[command]?.length > 1 && args.length > 0) {
  say(`${command} takes no arguments, and was given: ${args.join(" ")}. The other suites pass theirs to Jest: npm run test:unit -- urls`);
  process.exit(2);
}
checkCache();
await install(checkout);
if (suites[command]) process.exitCode = await runSteps(suites[command], args);
else if ([...commands, "bench"].includes(command)) process.exitCode = await operate(command, args);
else if (command === "tools")
  process.exitCode = await run(process.execPath, [join(await bundle(checkout, cache, "tools"), "tools.mjs"), checkout, cache, ...args]);
else
  process.exitCode = await run(process.execPath, [
    join(await bundle(checkout, cache, "sandbox"), "cli.mjs"),
    checkout,
    cache,
    command,
    ...args,
  ]);
