// Loaded into every Node process of a run before all else; of the one that runs the Pulumi program it writes down, into $BENCH_OUT, the
// milliseconds from the process's start to its first resource, and the most memory that it took, in MiB.
const { writeFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
const { peak } = require("./peak.cjs");

const startedAt = Date.now() - process.uptime() * 1000;
let first;

if (process.argv.some((argument) => argument.includes("@pulumi/pulumi/cmd/run"))) {
  const load = Module._load;
  Module._load = function (request, ...rest) {
    const loaded = load.call(this, request, ...rest);
    if (/resource_grpc_pb/.test(request)) watch(loaded.ResourceMonitorClient);
    return loaded;
  };
  process.on("exit", () => {
    const measured = { first: first ?? Date.now() - startedAt, memory: peak() };
    writeFileSync(join(process.env.BENCH_OUT, String(process.pid)), JSON.stringify(measured));
  });
}

function watch(client) {
  if (client.isWatched) return;
  client.isWatched = true;
  const { registerResource } = client.prototype;
  client.prototype.registerResource = function (message, ...others) {
    if (message.getType() !== "pulumi:pulumi:Stack") first ??= Date.now() - startedAt;
    return registerResource.call(this, message, ...others);
  };
}
