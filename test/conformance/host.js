/* oxlint-disable typescript/no-require-imports -- plain CommonJS, as the SDK is, and started by node as it is */
// Runs the programs of all commands of a test file, one after the other, in one process, as an inline program of the Automation API runs:
// to load the SDKs for each of some 300 commands would take longer than all else. A program declares what its stack's folder has in replay.json:
// `{ program: resources as in the vectors, provider: settings or undefined, invoked: { name: [function, arguments] } }`. What the functions
// answer, or `{ error }`, is in answers.json by name. Prints the port on which it serves the engine.
const { readFileSync, writeFileSync } = require("fs");
const { join } = require("path");
const grpc = require("@grpc/grpc-js");
const k8s = require("@pulumi/kubernetes");
const pulumi = require("@pulumi/pulumi");
const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb");
const { GetRequiredPluginsResponse, RunResponse } = require("@pulumi/pulumi/proto/language_pb");
const { PluginInfo } = require("@pulumi/pulumi/proto/plugin_pb");
const { withLocalStorage } = require("@pulumi/pulumi/runtime/state");
const random = require("@pulumi/random");

/** `kubernetes:apps/v1:Deployment` → the SDK's class; undefined for a custom resource. */
function classOf(type) {
  if (type === "random:index/randomPassword:RandomPassword") return random.RandomPassword;
  const [, groupVersion, kind] = type.split(":");
  const [group, version] = groupVersion.split("/");
  return k8s[group.split(".")[0]]?.[version]?.[kind];
}

function declare({ program, provider, invoked }, folder) {
  const explicit = provider ? { provider: new k8s.Provider("k8s", provider) } : {};
  const made = {};
  /** `{"$secret": v}` is a secret, `{"$ref": [resource, path...]}` an output. */
  function value(given) {
    if (Array.isArray(given)) return given.map(value);
    if (given === null || typeof given !== "object") return given;
    if ("$secret" in given) return pulumi.secret(value(given.$secret));
    if ("$ref" in given) return given.$ref.slice(1).reduce((output, step) => output[step], made[given.$ref[0]]);
    return Object.fromEntries(Object.entries(given).map(([key, item]) => [key, value(item)]));
  }
  for (const { urnName, type, inputs, opts = {}, get } of program) {
    const options = { ...opts, ...explicit, dependsOn: (opts.dependsOn ?? []).map((name) => made[name]) };
    const Resource = classOf(type);
    if (get) made[urnName] = Resource.get(urnName, get, explicit);
    else if (Resource) made[urnName] = new Resource(urnName, value(inputs), options);
    else {
      const [, apiVersion, kind] = type.split(":");
      made[urnName] = new k8s.apiextensions.CustomResource(urnName, { apiVersion, kind, ...value(inputs) }, options);
    }
  }
  return answer(invoked, explicit, folder);
}

/** Calls the functions at the same time, as a program does. */
async function answer(invoked, options, folder) {
  const answers = Object.entries(invoked).map(([name, [token, args]]) =>
    pulumi.runtime.invoke(token, args, options).then(
      (given) => [name, given],
      (error) => [name, { error: error.message }],
    ),
  );
  writeFileSync(join(folder, "answers.json"), JSON.stringify(Object.fromEntries(await Promise.all(answers))));
}

/** The SDK's own inline host takes a promise that fails late for the next program's. */
async function run(request) {
  const { resetOptions, setAllConfig, runInPulumiStack, disconnect } = pulumi.runtime;
  const [project, stack, organization] = [request.getProject(), request.getStack(), request.getOrganization()];
  const [engine = ""] = request.getArgsList();
  resetOptions(project, stack, request.getParallel(), engine, request.getMonitorAddress(), request.getDryrun(), organization);
  setAllConfig({});
  const replay = JSON.parse(readFileSync(join(request.getPwd(), "replay.json"), "utf8"));
  try {
    await runInPulumiStack(async () => declare(replay, request.getPwd()));
    await disconnect(true);
    return new RunResponse();
  } catch {
    await disconnect(false);
    // The engine has told already what failed.
    return new RunResponse().setBail(true);
  }
}

// The engine tells of a refused resource; here it fails each promise that waits for it.
process.on("unhandledRejection", () => undefined);
const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
server.addService(LanguageRuntimeService, {
  getRequiredPlugins: (_call, callback) => callback(undefined, new GetRequiredPluginsResponse()),
  getPluginInfo: (_call, callback) => callback(undefined, new PluginInfo().setVersion("1.0.0")),
  run: ({ request }, callback) => void withLocalStorage(() => run(request)).then((response) => callback(undefined, response), callback),
});
server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
  if (error) throw error;
  process.stdout.write(`${port}\n`);
});
// Whoever started it is gone.
process.stdin.on("end", () => process.exit()).resume();
