/* eslint-disable @typescript-eslint/no-require-imports -- plain CommonJS starts at once, where TypeScript would be compiled first at each of some 300 commands */
// Declares what the JSON file `$REPLAY` lists: `{ program: resources as in the vectors, provider: settings or undefined }`.
const { readFileSync } = require("fs");
const k8s = require("@pulumi/kubernetes");
const pulumi = require("@pulumi/pulumi");
const random = require("@pulumi/random");

const { program, provider } = JSON.parse(readFileSync(process.env.REPLAY, "utf8"));
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

/** `kubernetes:apps/v1:Deployment` → the SDK's class; undefined for a custom resource. */
function classOf(type) {
  if (type === "random:index/randomPassword:RandomPassword") return random.RandomPassword;
  const [, groupVersion, kind] = type.split(":");
  const [group, version] = groupVersion.split("/");
  return k8s[group.split(".")[0]]?.[version]?.[kind];
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
