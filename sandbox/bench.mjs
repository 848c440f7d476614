// `npm run bench`: how fast it is on this machine, beside the aims. It measures and prints; nothing fails because a machine is slow.
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { cpus, tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { measureExtensions } from "./bench-extensions.mjs";
import { measurePacking } from "./bench-packing.mjs";
import { runProgram, time } from "./bench-program.mjs";
import { fail, say } from "./say.mjs";

const NAME = "bench";
const scratch = mkdtempSync(join(tmpdir(), "bench-"));

const sandbox = (...args) => time(process.execPath, ["sandbox/run.mjs", ...args, "--name", NAME]);

async function freePort(from) {
  for (let port = from; ; port++) {
    const isFree = await new Promise((answer) => {
      const server = createServer().once("error", () => answer(false));
      server.listen(port, "127.0.0.1", () => server.close(() => answer(true)));
    });
    if (isFree) return port;
  }
}

/** Variables with which pulumi works on the bench's sandbox, and the folder of its tools. */
function environment() {
  const { PATH_PREFIX: bin, ...set } = JSON.parse(sandbox("sandbox", "env", "--json").stdout);
  return { bin, env: { ...process.env, ...set, PATH: `${bin}:${process.env.PATH}` } };
}

/** The middle one of several. */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function onSandbox(work) {
  const ports = ["--ingress-port", String(await freePort(31_700)), "--console-port", String(await freePort(31_800))];
  sandbox("sandbox", "reset");
  try {
    // The tools and the bundle are got here, and belong to no measurement.
    sandbox("sandbox", "up", ...ports);
    return await work(ports);
  } finally {
    sandbox("sandbox", "reset");
    rmSync(scratch, { recursive: true, force: true });
  }
}

async function measureStart(ports) {
  sandbox("sandbox", "reset");
  const first = sandbox("start", ...ports).seconds;
  const second = sandbox("start").seconds;
  const { bin, env } = environment();
  const programs = [1, 2, 3].map(() => runProgram(["preview"], env, scratch));
  const startup = median(programs.map(({ first }) => first));
  const node = (code) => median([1, 2, 3].map(() => time(process.execPath, ["-e", code]).seconds));
  const bare = node("");
  const sdk = node('require("@pulumi/pulumi");require("@pulumi/kubernetes")');
  const tests = time(process.execPath, ["sandbox/run.mjs", "test:unit"]).seconds;
  return [
    { what: "start, tools cached", value: first, unit: "s", aim: 45 },
    { what: "start, running and unchanged", value: second, unit: "s", aim: 20 },
    { what: "program: process start to first resource", value: startup, unit: "s", aim: 1.5 },
    { what: "program: memory", value: median(programs.map(({ memory }) => memory)), unit: "MB", aim: 250 },
    { what: "unit tests", value: tests, unit: "s", aim: 20 },
    // Within one run, so that machines can be compared.
    { what: "program start-up against an empty Node process", value: startup / bare, unit: "×" },
    { what: "program start-up against loading the Pulumi SDKs alone", value: startup / sdk, unit: "×" },
    { what: "second start against the first", value: second / first, unit: "×" },
    ...(await measurePacking(join(bin, "helm"))),
  ];
}

/** What is asked for. A count after `--extensions` may be left out. */
function options() {
  const { values, positionals } = parseArgs({
    options: { json: { type: "boolean" }, extensions: { type: "boolean" } },
    allowPositionals: true,
  });
  const count = Number(positionals[0] ?? 100);
  if (positionals.length > (values.extensions ? 1 : 0) || !Number.isInteger(count) || count < 1)
    fail("usage: npm run bench -- [--json] [--extensions [N]]");
  return { ...values, count };
}

const { json, extensions, count } = options();
const duration = extensions ? `${count} extensions, some ten minutes for a hundred,` : "for about two minutes";
say(`measuring ${duration} on ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`);
const results = await onSandbox((ports) => (extensions ? measureExtensions(count, environment().env, scratch) : measureStart(ports)));
if (json) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
else {
  const width = Math.max(...results.map(({ what }) => what.length));
  for (const { what, value, unit, aim } of results) {
    const number = `${value.toFixed(value < 100 ? 1 : 0)} ${unit}`.padStart(9);
    process.stdout.write(`${what.padEnd(width)}${number}${aim === undefined ? "" : `   aim ${aim} ${unit}`}\n`);
  }
}
