// The program's own process, measured from inside: when it registers its first resource, and the largest memory it took.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { fail } from "./say.mjs";

const checkout = dirname(dirname(fileURLToPath(import.meta.url)));

/** Runs a command to its end; gives its seconds and what it printed. */
export function time(command, args, env = process.env) {
  const since = performance.now();
  const { status, stdout, stderr } = spawnSync(command, args, { cwd: checkout, env, encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) fail(`${[command, ...args].join(" ")} failed:\n${stderr}${stdout}`);
  return { seconds: (performance.now() - since) / 1000, stdout };
}

// Loaded into the process before everything else.
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

/**
 * Runs `pulumi <args>`.
 * @returns seconds of the whole command and to the program's first resource, and the program's memory in MiB
 */
export function runProgram(args, env, scratch) {
  const probe = join(scratch, "probe.cjs");
  const out = mkdtempSync(join(scratch, "out-"));
  writeFileSync(probe, PROBE);
  const options = [process.env.NODE_OPTIONS, `--require ${probe}`].filter(Boolean).join(" ");
  const { seconds } = time("pulumi", [...args, "--non-interactive"], { ...env, NODE_OPTIONS: options, BENCH_OUT: out });
  const measured = readdirSync(out).map((file) => JSON.parse(readFileSync(join(out, file), "utf8")));
  const found = measured.find(({ first }) => first !== undefined);
  if (!found) fail("the program's process was not found: @pulumi/pulumi may start it in another way now");
  return { seconds, first: found.first / 1000, memory: found.memory };
}
