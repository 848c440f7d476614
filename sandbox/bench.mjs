// `npm run bench`: how fast it is on this machine, beside the aims. It measures and prints; nothing fails because a machine is slow.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail, say } from "./say.mjs";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));
const NAME = "bench";
const scratch = mkdtempSync(join(tmpdir(), "bench-"));

/** Runs a command to its end; gives its seconds and what it printed. */
function time(command, args, env = process.env) {
  const since = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: checkout, env, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) fail(`${[command, ...args].join(" ")} failed:\n${stderr}${stdout}`);
  return { seconds: (performance.now() - since) / 1000, stdout };
}

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

/** The environment in which pulumi works on the bench's sandbox. */
function environment() {
  const { PATH_PREFIX, ...set } = JSON.parse(sandbox("sandbox", "env", "--json").stdout);
  return { ...process.env, ...set, PATH: `${PATH_PREFIX}:${process.env.PATH}` };
}

// Loaded into the program's process before everything else: it notes when the first resource is registered, and the largest memory.
const PROBE = `
const { writeFileSync } = require("node:fs");
const since = Date.now() - process.uptime() * 1000;
const { join } = require("node:path");
let first;
if (process.argv.some((arg) => arg.includes("@pulumi/pulumi/cmd/run"))) {
  const load = require("node:module")._load;
  require("node:module")._load = function (request, parent, ...rest) {
    const loaded = load.call(this, request, parent, ...rest);
    if (/resource_grpc_pb/.test(request) && !loaded.ResourceMonitorClient.measured) {
      const { prototype } = loaded.ResourceMonitorClient;
      const register = prototype.registerResource;
      loaded.ResourceMonitorClient.measured = true;
      prototype.registerResource = function (message, ...others) {
        if (message.getType() !== "pulumi:pulumi:Stack") first ??= Date.now() - since;
        return register.call(this, message, ...others);
      };
    }
    return loaded;
  };
  process.on("exit", () =>
    writeFileSync(join(process.env.BENCH_OUT, String(process.pid)), JSON.stringify({ first, memory: process.resourceUsage().maxRSS / 1024 })));
}`;

function program(env) {
  const probe = join(scratch, "probe.cjs");
  const out = mkdtempSync(join(scratch, "out-"));
  writeFileSync(probe, PROBE);
  const options = [process.env.NODE_OPTIONS, `--require ${probe}`].filter(Boolean).join(" ");
  time("pulumi", ["preview", "--non-interactive"], { ...env, NODE_OPTIONS: options, BENCH_OUT: out });
  const measured = spawnSync("ls", [out], { encoding: "utf8" }).stdout.trim().split("\n").filter(Boolean);
  const [found] = measured.map((file) => JSON.parse(readFileSync(join(out, file), "utf8"))).filter(({ first }) => first !== undefined);
  if (!found) fail("the program's process was not found: @pulumi/pulumi may start it in another way now");
  return found;
}

/** The middle one of several. */
const median = (values) => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

async function measure() {
  const ports = ["--ingress-port", String(await freePort(31_700)), "--console-port", String(await freePort(31_800))];
  sandbox("sandbox", "reset");
  try {
    // The tools and the bundle are got here, and belong to no measurement.
    sandbox("sandbox", "up", ...ports);
    sandbox("sandbox", "reset");
    const first = sandbox("start", ...ports).seconds;
    const second = sandbox("start").seconds;
    const env = environment();
    const programs = [1, 2, 3].map(() => program(env));
    const startup = median(programs.map(({ first }) => first)) / 1000;
    const bare = median([1, 2, 3].map(() => time(process.execPath, ["-e", ""]).seconds));
    const sdk = median(
      [1, 2, 3].map(() => time(process.execPath, ["-e", 'require("@pulumi/pulumi");require("@pulumi/kubernetes")']).seconds),
    );
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
    ];
  } finally {
    sandbox("sandbox", "reset");
    rmSync(scratch, { recursive: true, force: true });
  }
}

say(`measuring for about two minutes on ${cpus().length} cores (${cpus()[0]?.model ?? "unknown"}), Node ${process.versions.node}`);
const results = await measure();
if (process.argv.includes("--json")) process.stdout.write(`${JSON.stringify(results, undefined, 2)}\n`);
else
  for (const { what, value, unit, aim } of results) {
    const number = `${value.toFixed(value < 100 ? 1 : 0)} ${unit}`.padStart(9);
    process.stdout.write(`${what.padEnd(56)}${number}${aim === undefined ? "" : `   aim ${aim} ${unit}`}\n`);
  }
