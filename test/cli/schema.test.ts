/** What an editor says of a stack's file, beside what the program says of it. */
import { readdirSync, readFileSync } from "fs";
import { join } from "path";
import Ajv from "ajv";
import { load } from "js-yaml";
import { schemaText } from "../../cli/schema/schema";

const ROOT = join(__dirname, "../..");
const text = (...path: string[]) => readFileSync(join(ROOT, ...path), "utf8");

const schema = JSON.parse(text("kubesphere.schema.json")) as object;
const validate = new Ajv({ strict: false, validateFormats: false, allErrors: true }).compile(schema);
const mistakes = (file: unknown): string[] => {
  validate(file);
  return (validate.errors ?? []).map(({ instancePath, message = "" }) => `${instancePath} ${message}`);
};

interface Refusal {
  readonly given: string;
  readonly told: string;
}
const refusals = load(text("test/settings/refusals.yaml")) as Refusal[];
const asFile = (given: object) => ({
  config: Object.fromEntries(
    Object.entries({ access: { nodeIP: "192.168.50.208" }, ...given }).map(([key, value]) => [`kubesphere:${key}`, value as unknown]),
  ),
});
const isPassed = ({ given }: Refusal) => mistakes(asFile(load(given) as object)).length === 0;

test("an editor knows what this program knows: the file is as `npm run schema` writes it", () => {
  expect(text("kubesphere.schema.json")).toBe(schemaText(text("Pulumi.yaml")));
});

test("nobody sees a mistake in a stack that deploys", () => {
  for (const file of readdirSync(ROOT).filter((name) => /^Pulumi\.[^.]+\.yaml$/.test(name))) {
    expect(text(file)).toMatch(/^# yaml-language-server: \$schema=\.\/kubesphere\.schema\.json\n/);
    expect({ file, mistakes: mistakes(load(text(file))) }).toEqual({ file, mistakes: [] });
  }
});

test("a value that Pulumi has encrypted, or made a text of, is no mistake; neither are the keys of others", () => {
  const secure = { secure: "v1:abc" };
  const config = {
    "kubesphere:access": { domain: "www.example.com" },
    "kubesphere:adminPassword": secure,
    "kubesphere:production": "true",
    "kubesphere:cluster": { kubeconfig: secure },
    "kubesphere:extensions": [{ source: "./demo", install: { config: { demo: { password: secure } } } }],
    "kubesphere:oauthClients": secure,
    "pulumi:disable-default-providers": ["kubernetes"],
  };
  expect(mistakes({ encryptionsalt: "v1:abc", config })).toEqual([]);
});

test("a misspelt key is underlined wherever it stands", () => {
  const misspelt = refusals.filter(({ told }) => told.includes("there is no such key"));
  expect(misspelt.length).toBeGreaterThanOrEqual(10);
  expect(misspelt.filter(isPassed)).toEqual([]);
});

/** What several keys say together, and forms that no pattern tells. */
const FOR_THE_PROGRAM = [
  "adminPassword",
  "cluster.context",
  "cluster.kubekey.hosts[].address",
  "cluster.kubekey.hosts[].internalAddress",
  "cluster.kubekey.hosts[].name",
  "cluster.kubekey.roles.control-plane",
  "cluster.kubekey.roles.etcd",
  "cluster.kubekey.roles.worker",
  "extensionRepositories[]",
  "extensionRepositories[].caBundle",
  "extensionRepositories[].pollInterval",
  "extensions[]",
  "extensions[].install.allow",
  "extensions[].install.allow[].reason",
  "extensions[].install.allow[].rule",
  "extensions[].install.clusterScheduling.overrides.east",
  "extensions[].install.clusterScheduling.placement.clusterSelector",
  "extensions[].install.clusterScheduling.placement.clusters",
  "extensions[].install.config",
  "extensions[].install.namespaceLabels./team",
  "extensions[].install.namespaceLabels.kubesphere.io/managed",
  "extensions[].install.namespaceLabels.kubesphere.io/workspace",
  "extensions[].install.namespaceLabels.team",
  "extensions[].versions[]",
  "ingress.chart",
  "ingress.username",
  "ingress.values",
  "ingressNginx",
  "ingressNginx.values",
  "ksCore.caBundle",
  "ksCore.password",
  "ksCore.plainHttp",
  "ksCore.username",
  "ksCore.values",
  "memberClusters[].labels.cluster-role.kubesphere.io/host",
  "memberClusters[].labels.region",
  "memberClusters[].name",
  "memberClusters[].values.authentication.issuer.jwtSecret",
  "memberClusters[].values.role",
  "oauthClients[].name",
  "oauthClients[].redirectURIs",
  "oauthClients[].redirectURIs[]",
  "oauthClients[].scopes",
  "oauthClients[].scopes[]",
  "ports",
  "ports.ingress",
  "ports.ingressHttps",
];

test("what is refused is underlined, but for what only the program can judge", () => {
  const keys = refusals.filter(isPassed).map(({ told }) => /^kubesphere:(.+?):/.exec(told)?.[1]?.replace(/\[\d+\]/g, "[]") ?? told);
  expect([...new Set(keys.map((key) => key.replace(/(?<=Nginx\.values|Core\.values|ingress\.values).*/, "")))].sort()).toEqual(
    FOR_THE_PROGRAM,
  );
});

test("an editor shows what a key is for, in the words of its refusal", () => {
  expect(text("kubesphere.schema.json")).toContain("A NodePort: a whole number from 30000 to 32767. Leave it out for the default.");
  expect(text("kubesphere.schema.json")).not.toContain("Invalid input");
});
