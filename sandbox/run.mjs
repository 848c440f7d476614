#!/usr/bin/env node
// The entry of `npm start`, `npm run sandbox`, `npm test` and `npm run bench`. It depends on nothing, so that it runs on a fresh
// clone: it installs the npm dependencies when they are missing or stale, bundles the TypeScript into the cache and runs it.
import { spawn } from "node:child_process";
import { join, resolve } from "node:path";
import { commands } from "../cli/commands.cjs";
import { bundle, load } from "../cli/launch/bundle.mjs";
import { cache, checkNode, checkout, goWhereTyped, makeReady } from "../cli/launch/ready.mjs";
import { say, seconds } from "../cli/launch/say.mjs";

/** The command line of a bundled executable: program and arguments. */
const executable = async (kind, name) => [process.execPath, join(await bundle(checkout, cache, kind), `${name}.mjs`), checkout, cache];

/** In the same order everywhere. */
const byPath = ["--testSequencer", "./test/support/sequencer.mjs"];
/** Test files that share one sandbox: one at a time. */
const inTurn = ["--runInBand", ...byPath];
/** Test files that each make a sandbox anew: two at a time, each in one of its own, since much of their time is spent waiting. */
const sideBySide = ["--maxWorkers", "2", ...byPath];
/** TypeScript 7 checks five times faster than 5.9, which typedoc and the inference of the plugin's schema still need, and which is called `tsc`, too. */
const TSC = "../typescript-native/bin/tsc";
/** Their `moduleResolution` is one that Pulumi's TypeScript needs and TypeScript 7 refuses: without rules that need types, then. */
const ON_THEIR_OWN = ["examples", "plugin"];
const steps = {
  format: ["oxfmt", "--check", "."],
  lint: ["oxlint", "--type-aware", ...ON_THEIR_OWN.flatMap((folder) => ["--ignore-pattern", `${folder}/**`])],
  "lint of examples": ["oxlint", ...ON_THEIR_OWN],
  types: [TSC, "-p", ".", "--noEmit", "--noCheck", "false"],
  "sandbox types": [TSC, "-p", "sandbox", "--noEmit"],
  // Bundled first: actionlint is got as the sandbox's own tools are.
  workflows: () => executable("tools", "workflows"),
  // Jest leaves one core alone, which is half of a small machine.
  unit: ["jest", "--selectProjects", "unit", "--maxWorkers", "100%"],
  // What renders charts needs Helm, which is got before anything is timed.
  system: async () => {
    const code = await start("tools", "tools", "helm");
    if (code !== 0) process.exit(code);
    return ["jest", "--selectProjects", "system", "--maxWorkers", "100%"];
  },
  e2e: ["jest", "--selectProjects", "e2e", ...sideBySide],
  // They share one sandbox, and wait most of the time: as a provider does that gives up.
  conformance: ["jest", "--selectProjects", "conformance", "--maxWorkers", "6", ...byPath],
  extensions: ["jest", "--selectProjects", "extensions", ...sideBySide],
  interruptions: ["jest", "--selectProjects", "interruptions"],
  members: ["jest", "--selectProjects", "members", ...sideBySide],
  operations: ["jest", "--selectProjects", "operations", ...sideBySide],
  recovery: ["jest", "--selectProjects", "recovery", ...inTurn],
  rehearsal: ["jest", "--selectProjects", "rehearsal", ...inTurn],
  "workflow runs": ["jest", "--selectProjects", "workflows", ...inTurn],
};
const checks = [["format", "lint", "lint of examples", "types", "sandbox types"], "workflows"];
const suites = {
  test: [...checks, "unit", "system", "e2e"],
  "test:unit": ["unit"],
  "test:system": ["system"],
  "test:conformance": ["conformance"],
  "test:extensions": ["extensions"],
  "test:interruptions": ["interruptions"],
  "test:members": ["members"],
  "test:operations": ["operations"],
  "test:recovery": ["recovery"],
  "test:rehearsal": ["rehearsal"],
  "test:workflows": ["workflow runs"],
  // Those of the last group keep less than one core busy each: two rows of them side by side.
  "test:longer": [
    "conformance",
    "extensions",
    "members",
    "operations",
    [
      ["interruptions", "rehearsal"],
      ["recovery", "workflow runs"],
    ],
  ],
  check: checks,
};
const usage = `usage: node sandbox/run.mjs <command>
  start [options]       bring the whole stack up in the sandbox (npm start)
  sandbox <command>     up, down, reset, status, env (npm run sandbox -- <command>)
  test                  every check, then unit, system and end-to-end tests (npm test); those that follow pass arguments to Jest
  test:unit             the unit tests alone
  test:system           what starts processes or a browser, or takes megabytes
  test:conformance      the stand-in plugins against recordings of the official ones; PROVIDER=official tests those
  test:extensions       their command, rollouts and removals
  test:interruptions    npm start killed and interrupted at every step, a reboot, a full disk, a neighbour
  test:members          a host and a member: two control planes
  test:operations       what people run beside pulumi up, on a real API server; no secret in clear anywhere
  test:recovery         pulumi killed during up, upgrade and destroy, and recovered
  test:rehearsal        a good and a bad change rehearsed on their base
  test:workflows        the workflows of .github, run by act
  test:longer           all of these that take minutes
  bench [PART…]         how fast it is on this machine, beside the aims and beside the same by hand (npm run bench -- --help)
  check                 format, lint, types and workflows alone
  tools [NAME…]         the folders of pulumi, helm, …, or of all, got when they are not on PATH (npm run -s tools -- pulumi helm)
`;

/** Runs a command in the foreground and gives its exit code. */
function run(command, args, env = process.env) {
  return new Promise((done) => {
    const child = spawn(command, args, { cwd: checkout, env, stdio: "inherit" });
    // A terminal sends Ctrl-C to the child too; a second one would make it drop its work instead of ending it.
    const pass = (signal) => (signal === "SIGINT" && process.stdin.isTTY ? undefined : child.kill(signal));
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => pass(signal));
    child.once("error", (error) => (say(error.message), done(1)));
    child.once("exit", (code, signal) => done(code ?? (signal === "SIGINT" ? 130 : 143)));
  });
}

/**
 * One after the other; a list among them is of what runs side by side, since each keeps one core busy: a step, or a list of steps in turn.
 * @param more arguments, where there is one step
 * @param lane of what runs at the same time: sandboxes and ports of tests differ by it
 */
async function runSteps(names, more, lane = 0) {
  for (const name of names) {
    const code = Array.isArray(name) ? await sideBySideSteps(name, more) : await runStep(name, more, lane);
    if (code !== 0) return code;
  }
  return 0;
}

async function sideBySideSteps(rows, more) {
  const codes = await Promise.all(rows.map((row, lane) => runSteps([row].flat(), more, lane)));
  return codes.find((code) => code !== 0) ?? 0;
}

async function runStep(name, more, lane) {
  const since = performance.now();
  const step = steps[name];
  const [tool, ...args] = [...(typeof step === "function" ? await step() : step), ...more];
  say(`▸ ${name}${typeof step === "function" ? "" : `: ${[...step, ...more].join(" ")}`}`);
  // Half of the CPU time is that of Go's programs, from the API server to Helm: with more memory they collect garbage less often, which saves
  // a seventh of all (55 s and 47 s of one file, in turns).
  const env = { GOGC: "400", ...process.env, TEST_LANE: `${lane}` };
  const code = await run(resolve(checkout, "node_modules/.bin", tool), args, env);
  say(code === 0 ? `✓ ${name} ${seconds(since)}` : `✗ ${name} failed after ${seconds(since)} (exit code ${code})`);
  return code;
}

async function bench(args) {
  const { main } = await load(checkout, cache, "bench", "bench");
  goWhereTyped("bench");
  return main(args, cache, checkout);
}

/** In a process of its own: it outlives its terminal's Ctrl-C by the time that its children need to end. */
async function start(kind, name, ...args) {
  const [program, ...own] = await executable(kind, name);
  return run(program, [...own, ...args]);
}

const [command = "", ...args] = process.argv.slice(2);
checkNode();
if (!["start", "sandbox", "tools", "bench"].includes(command) && !suites[command]) {
  const moved = Object.hasOwn(commands, command) ? `${command} is a command of luban: npx luban ${command}\n` : "";
  process.stderr.write(moved + usage);
  process.exit(2);
}
if (suites[command]?.length > 1 && args.length > 0) {
  say(`${command} takes no arguments, and was given: ${args.join(" ")}. The other suites pass theirs to Jest: npm run test:unit -- urls`);
  process.exit(2);
}
await makeReady();
if (suites[command]) process.exitCode = await runSteps(suites[command], args);
else if (command === "bench") process.exitCode = await bench(args);
else if (command === "tools") process.exitCode = await start("tools", "tools", ...args);
else process.exitCode = await start("sandbox", "cli", command, ...args);
