// A program without any work of its own: it declares what the state in $BENCH_STATE has, resource by resource, from a file. What a preview of it
// takes is the share of the engine, the SDK and the plugins in one of the real program.
const { readFileSync } = require("node:fs");
const pulumi = require("@pulumi/pulumi");

/** Marks a secret in an exported state. */
const SIGNATURE = "4dabf18193072939515e22adb298388d";

const { deployment } = JSON.parse(readFileSync(process.env.BENCH_STATE, "utf8"));
const declared = new Map();

function inputsOf(value) {
  if (Array.isArray(value)) return value.map(inputsOf);
  if (typeof value !== "object" || value === null) return value;
  if (SIGNATURE in value) return pulumi.secret(JSON.parse(value.plaintext));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, inputsOf(item)]));
}

function declare({ urn, type, custom, inputs, parent, provider, dependencies = [] }) {
  const name = urn.split("::").slice(3).join("::");
  const all = (urns) => urns.flatMap((it) => declared.get(it) ?? []);
  const options = { parent: declared.get(parent), dependsOn: all(dependencies) };
  if (type.startsWith("pulumi:providers:")) return new pulumi.ProviderResource(type.split(":")[2], name, inputs, options);
  if (!custom) return new pulumi.ComponentResource(type, name, inputs, options);
  // The provider's URN, without its id.
  const [by] = all([(provider ?? "").split("::").slice(0, 4).join("::")]);
  return new pulumi.CustomResource(type, name, inputs, { ...options, ...(by && { provider: by }) });
}

for (const resource of deployment.resources) {
  if (resource.type !== "pulumi:pulumi:Stack")
    declared.set(resource.urn, declare({ ...resource, inputs: inputsOf(resource.inputs ?? {}) }));
}
