/**
 * What each environment declares, as files that a pull request shows: a change of one is a change of a cluster.
 * `npm run golden` writes them anew, and nothing else does.
 */
import { createHash } from "crypto";
import { existsSync, readFileSync, writeFileSync } from "fs";
import { join } from "path";
import { load } from "js-yaml";
import { clusterProvider } from "../components/cluster/clusterProvider";
import { readConfig } from "../settings/config";
import { injectedValues } from "../components/preparation/injectedValues";
import { loadSources } from "../settings/sources";
import { Platform } from "../components/platform";
import { violations } from "../policy/gate";
import type { Preview } from "../policy/preview";
import { declare, type Declared } from "./support/mocks";
import { helmRendering } from "./support/rendering";

// The SDK takes it for an input of the provider: what a shell works on is nothing that a stack declares.
delete process.env["KUBECONFIG"];

const CHECKOUT = join(__dirname, "..");
/** Where the file of a stack leaves out what cannot be committed without a passphrase. */
const SECRETS: Readonly<Record<string, Readonly<Record<string, string>>>> = { prod: { "kubesphere:adminPassword": "planted-password" } };
const STACKS = ["dev", "staging", "prod", "sandbox"];

type Config = Readonly<Record<string, unknown>>;
const yaml = (file: string) => load(readFileSync(join(CHECKOUT, file), "utf8")) as { config: Config };

/** What stands for a secret that a stack's file holds encrypted. */
const ENCRYPTED = "planted-encrypted";
const decrypted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(decrypted);
  if (typeof value !== "object" || value === null) return value;
  if ("secure" in value) return ENCRYPTED;
  return Object.fromEntries(Object.entries(value).map(([key, child]) => [key, decrypted(child)]));
};

const secretKeysOf = (config: Readonly<Record<string, string>>, stack: string) =>
  Object.keys(config).filter((key) => config[key]?.includes(ENCRYPTED) === true || SECRETS[stack]?.[key] !== undefined);

/** As the engine hands it to the program: defaults of the project, then the stack's, structured values as JSON. */
function configOf(stack: string): Record<string, string> {
  const defaults = Object.entries(yaml("Pulumi.yaml").config).flatMap(([key, declared]) => {
    const { default: value } = declared as { default?: unknown };
    return value === undefined ? [] : [[key.includes(":") ? key : `kubesphere:${key}`, value] as const];
  });
  const values = { ...Object.fromEntries(defaults), ...(decrypted(yaml(`Pulumi.${stack}.yaml`).config) as Config), ...SECRETS[stack] };
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, typeof value === "string" ? value : JSON.stringify(value)]));
}

/** What stands for every secret that the program has generated. */
const GENERATED = "planted-generated";

/**
 * Sorted, so that a change of the program's order is none of the file's. Under mocks one secret makes a whole map one, so of a secret map
 * the planted texts alone are masked, and reviewers see the rest; a package's bytes are their digest.
 * @throws when a planted secret stands outside of what Pulumi marks as secret
 */
const settled = (value: unknown, path = "", isSecret = false): unknown => {
  if (typeof value === "string") return shown(value, path, isSecret);
  if (Array.isArray(value)) return value.map((item, index) => settled(item, `${path}[${index}]`, isSecret));
  if (typeof value !== "object" || value === null) return value;
  if ("$secret" in value) return settled(value.$secret, path, true);
  const fields = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(fields.map(([key, child]) => [key, settled(child, `${path}.${key}`, isSecret)]));
};

const PLANTED = [GENERATED, ENCRYPTED, ...Object.values(SECRETS).flatMap((secrets) => Object.values(secrets))];

function shown(text: string, path: string, isSecret: boolean): string {
  const found = PLANTED.filter((secret) => text.includes(secret));
  if (found.length > 0 && !isSecret) throw new Error(`${path} holds a secret in clear`);
  if (path.includes(".binaryData.")) return `sha256:${createHash("sha256").update(Buffer.from(text, "base64")).digest("hex")}`;
  return found.reduce((rest, secret) => rest.replaceAll(secret, "[secret]"), text);
}

const textOf = (value: unknown) => `${JSON.stringify(settled(value), undefined, 2)}\n`;

const isRandom = ({ type }: Declared) => type.startsWith("random:");

async function dump(stack: string, config = configOf(stack)) {
  const { resources, result, isProtected } = await declare(
    async () => {
      const settings = readConfig();
      const sources = await loadSources(settings, await helmRendering(injectedValues(settings)));
      return new Platform(
        "kubesphere",
        { settings, sources, webhooksFail: () => Promise.resolve(false), follow: () => Promise.resolve(undefined) },
        { providers: [clusterProvider(settings.cluster)] },
      );
    },
    { stack, config, state: (resource) => (isRandom(resource) ? { result: GENERATED } : {}) },
  );
  const named = resources.map(({ type, name, inputs }) => [`${type} ${name}`, inputs] as const);
  if (new Set(named.map(([name]) => name)).size !== named.length) throw new Error("two resources have one name");
  const protectedOnes = resources.filter(({ custom, name }) => custom && isProtected(name)).map(({ name }) => name);
  const { consoleUrl, issuer } = result;
  const whole = { outputs: { consoleUrl, issuer }, protected: protectedOnes.sort(), resources: Object.fromEntries(named) };
  return { text: textOf(whole), resources };
}

/** What a first preview of it would say. */
const previewOf = (stack: string, resources: readonly Declared[]): Preview => ({
  config: configOf(stack),
  steps: resources.map(({ type, name, inputs }) => ({
    op: "create",
    urn: `urn:pulumi:${stack}::kubesphere::${type}::${name}`,
    newState: { type, inputs: settled(inputs) as Record<string, unknown> },
  })),
});

/** npm says which script runs: `npm test` only ever reads. */
const isWriting = process.env["npm_lifecycle_event"] === "golden";

let secretKeys: string | undefined;
beforeEach(() => {
  secretKeys = process.env["PULUMI_CONFIG_SECRET_KEYS"];
  // No chart is fetched: a pull request shows its address, and the version that is pinned.
  jest.spyOn(globalThis, "fetch").mockRejectedValue(new Error("this test asks nobody"));
});
afterEach(() => {
  jest.restoreAllMocks();
  if (secretKeys === undefined) delete process.env["PULUMI_CONFIG_SECRET_KEYS"];
  else process.env["PULUMI_CONFIG_SECRET_KEYS"] = secretKeys;
});

/** @throws where the file is another one, unless it is to be written */
function keep(name: string, dumped: string): void {
  const file = join(CHECKOUT, "test/golden", `${name}.json`);
  if (isWriting) writeFileSync(file, dumped);
  const kept = existsSync(file) ? readFileSync(file, "utf8") : "";
  if (dumped !== kept) throw new Error(difference(name, kept.split("\n"), dumped.split("\n")));
}

/** A chart of each line, and what the stack says of it. */
const KS_CORE: readonly (readonly [version: string, values: object])[] = [
  ["1.1.3", { role: "host", hostClusterName: "main" }],
  ["1.1.5", { multicluster: { role: "host", hostClusterName: "main" } }],
  ["1.2.4", { multicluster: { role: "host", hostClusterName: "main" } }],
];

test("a change of what the charts of each KubeSphere get shows in test/golden/ks-core.json", async () => {
  const dumped: Record<string, unknown> = {};
  for (const [version, values] of KS_CORE) {
    const imageRegistry = "registry.example.com";
    const own = {
      "kubesphere:access": { domain: "ks.example.com" },
      "kubesphere:ksCore": { chart: "oci://registry.example.com/kse/ks-core", version, imageRegistry, values },
      "kubesphere:extensionRepositories": [{ name: "ours", url: "https://charts.example.com" }],
    };
    const config = Object.fromEntries(Object.entries(own).map(([key, value]) => [key, JSON.stringify(value)]));
    const { resources } = await dump("dev", config);
    const isOfVersion = ({ type, name }: Declared) => name === "kubesphere-ks-core-release" || type.endsWith(":Repository");
    dumped[version] = Object.fromEntries(resources.filter(isOfVersion).map(({ name, inputs }) => [name, inputs]));
  }
  keep("ks-core", textOf(dumped));
});

test.each(STACKS)("a change of what %s declares shows in test/golden, and none of it is what no pull request may do", async (stack) => {
  process.env["PULUMI_CONFIG_SECRET_KEYS"] = JSON.stringify(secretKeysOf(configOf(stack), stack));
  const { text: dumped, resources } = await dump(stack);
  for (const secret of Object.values(SECRETS[stack] ?? {})) expect(dumped).not.toContain(secret);
  expect(violations(previewOf(stack, resources), []).map(({ rule, resource, property }) => ({ rule, resource, property }))).toEqual([]);
  keep(stack, dumped);
});

function difference(stack: string, kept: readonly string[], dumped: readonly string[]): string {
  const line = dumped.findIndex((text, index) => text !== kept[index]);
  return `${stack} declares something else than test/golden/${stack}.json, from line ${line + 1} on:\n- ${kept[line] ?? ""}\n+ ${dumped[line] ?? ""}\nIf that is meant: npm run golden`;
}
