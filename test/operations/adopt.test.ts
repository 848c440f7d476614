/** A platform made by hand, step by step as the documentation has it, comes under the program without anything in it being touched. */
import { cp, mkdtemp, readFile, rm, writeFile } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { load } from "js-yaml";
import { api, environment, freshSandbox, type Ran, run, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";
import { until } from "../support/until";

jest.setTimeout(3 * 60_000);

let env: NodeJS.ProcessEnv;
let stack: Stack;
let configBefore: string;
let folder: string;
/** The demo under another name. */
async function extensionCalled(name: string): Promise<string> {
  const chart = join(folder, name);
  await cp("extensions/demo", chart, { recursive: true });
  const about = join(chart, "Chart.yaml");
  await writeFile(about, (await readFile(about, "utf8")).replace(/^name: .*$/m, `name: ${name}`));
  return chart;
}
/** As they are encrypted. */
const secretsIn = (config: string) => [...config.matchAll(/secure: \S+/g)].map(([text]) => text);
const configFile = () => env["PULUMI_OPTION_CONFIG_FILE"] as string;
const npmRun = (...args: string[]): Promise<Ran> => run(process.execPath, ["sandbox/run.mjs", ...args], { env });
const SECRET = "a-secret-that-applications-know";
const CLIENT = `name: test
secret: ${SECRET}
grantMethod: auto
scopeRestrictions:
  - openid
  - email
  - profile
redirectURIs:
  - http://10.8.0.2:5556/auth/google/callback
`;

/** Everything but what a read changes. */
const versions = async () => {
  const paths = [
    "/api/v1/namespaces",
    "/api/v1/namespaces/kubesphere-system/secrets",
    "/api/v1/namespaces/kubesphere-system/configmaps",
    "/apis/apps/v1/deployments",
    "/apis/kubesphere.io/v1alpha1/extensions",
    "/apis/kubesphere.io/v1alpha1/installplans",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles",
  ];
  const lists = await Promise.all(
    paths.map((path) => stack.get<{ items: { metadata: { uid: string; resourceVersion: string } }[] }>(path)),
  );
  return lists.flatMap((list) => (list?.items ?? []).map(({ metadata }) => `${metadata.uid} ${metadata.resourceVersion}`)).sort();
};

beforeAll(async () => {
  await freshSandbox();
  env = await environment();
  stack = stackOf(env);
  folder = await mkdtemp(join(tmpdir(), "adopt-"));
  configBefore = await readFile(configFile(), "utf8");
  const { config } = load(configBefore) as { config: Record<string, Record<string, unknown>> };
  const ports = config["kubesphere:ports"] as { ingress: number; console: number };
  await stack.configure({ oauthClients: [{ name: "test", redirectURIs: ["http://10.8.0.2:5556/auth/google/callback"] }] });

  const helm = async (name: string, namespace: string, ...values: string[]) => {
    const set = values.flatMap((value) => ["--set", value]);
    const chart = `./sandbox/charts/${name}`;
    succeeded(await run("helm", ["upgrade", "--install", name, chart, "-n", namespace, "--create-namespace", "--wait", ...set], { env }));
  };
  await helm("ingress-nginx", "ingress-nginx", "controller.service.type=NodePort", `controller.service.nodePorts.http=${ports.ingress}`);
  await helm(
    "ks-core",
    "kubesphere-system",
    "ksExtensionRepository.enabled=false",
    `console.nodePort=${ports.console}`,
    "extension.ingress.ingressClassName=nginx",
    "extension.ingress.domainSuffix=127.0.0.1.nip.io",
    `extension.ingress.httpPort=${ports.ingress}`,
  );
  succeeded(await npmRun("extension", "publish", "extensions/demo", "--install"));
  const { status, body } = await api(env, "POST", "/api/v1/namespaces/kubesphere-system/secrets", {
    metadata: { name: "oauthclient", labels: { "config.kubesphere.io/type": "oauthclient" } },
    type: "config.kubesphere.io/oauthclient",
    stringData: { "configuration.yaml": CLIENT },
  });
  if (status !== 201) throw new Error(body);
}, 10 * 60_000);
afterAll(async () => {
  await rm(folder, { recursive: true });
}, 5 * 60_000);

const FOUND = [
  "ClusterRole kubesphere:demo:helm-executor",
  "ClusterRoleBinding kubesphere:demo:helm-executor",
  "ConfigMap kubesphere-system/extension-demo-0.1.0-chart",
  "Extension demo",
  "ExtensionVersion demo-0.1.0",
  "InstallPlan demo",
  "Namespace extension-demo",
  "Namespace ingress-nginx",
  "Namespace kubesphere-system",
  "Release ingress-nginx/ingress-nginx",
  "Release kubesphere-system/ks-core",
];
const objects = (found: readonly { object: string }[]) => found.map(({ object }) => object).sort();

test("an up on what is there ends half-way; before and after it, the preview says at what, and what helps", async () => {
  const foreseen = async () => {
    const { warnings } = JSON.parse((await npmRun("preview", "--json")).stdout) as { warnings: string[] };
    return warnings.filter((it) => it.includes("already exists")).join("\n");
  };
  const before = await foreseen();
  for (const object of FOUND) expect(before).toContain(object);
  expect(before).toContain("`npm run adopt`");
  const { code, stdout } = await stack.up();
  expect([code, stdout]).toEqual([1, expect.stringContaining("already exists")]);
  expect(stdout).toMatch(
    /warning: Namespace kubesphere-system, Namespace ingress-nginx, Extension demo, InstallPlan demo, Namespace extension-demo: already [^]*npm run adopt -- --stack sandbox/,
  );
  expect(await stack.state()).toContain("kubesphere:index:Platform");
  const after = await foreseen();
  for (const object of FOUND) expect(after).toContain(object);
});

test("asked what it would do, it names everything that was made by hand, and changes nothing anywhere", async () => {
  const before = [await versions(), await readFile(configFile(), "utf8"), await stack.state()];
  const { code, stdout, stderr } = await npmRun("adopt", "--json");
  const { found, settings } = JSON.parse(stdout) as { found: { object: string }[]; settings: { path: string }[] };
  expect(code).toBe(2);
  expect(objects(found)).toEqual(FOUND);
  expect(settings.map(({ path }) => path)).toEqual([
    "kubesphere:ksCore.values.authentication.issuer.jwtSecret",
    "kubesphere:oauthClients[0].secretName",
    "kubesphere:oauthClients[0].secret",
  ]);
  expect([await versions(), await readFile(configFile(), "utf8"), await stack.state()]).toEqual(before);
  expect(stdout + stderr).not.toContain(SECRET);
});

test("adopted, it is in the stack's state, the cluster is untouched, and each remaining change is named or called harmless", async () => {
  const before = await versions();
  const { code, stdout, stderr } = await npmRun("adopt", "--yes", "--json", "--file", join(folder, "import.json"));
  const { adopted, remaining } = JSON.parse(stdout) as {
    adopted: { object: string }[];
    remaining: { operation: string; resource: string; properties: string[]; harmless?: string }[];
  };
  expect(objects(adopted)).toEqual([...FOUND, "Secret kubesphere-system/oauthclient"].sort());
  expect(await versions()).toEqual(before);
  expect(remaining.filter(({ operation }) => !["create", "update"].includes(operation))).toEqual([]);
  // What was left to the charts by hand, the program says: the ingress class, what people call the console, which secret signs tokens; and
  // extensions are told of the console's name when they are installed.
  expect(remaining.filter(({ harmless }) => harmless === undefined).sort((a, b) => a.resource.localeCompare(b.resource))).toEqual([
    { operation: "update", resource: "demo-plan", properties: ["spec.config"] },
    // By hand it belongs to nobody, and after an upgrade from 4.1.2 nobody could delete it.
    {
      operation: "update",
      resource: "ingress-nginx-namespace",
      properties: ['metadata.labels["kubesphere.io/managed"]', 'metadata.labels["kubesphere.io/workspace"]'],
    },
    {
      operation: "update",
      resource: "ingress-nginx-release",
      properties: ["values.controller.ingressClass", "values.controller.ingressClassResource"],
    },
    { operation: "update", resource: "ks-core-release", properties: ["values.authentication", "values.portal"] },
  ]);
  expect(code).toBe(2);
  const said = stdout + stderr + (await readFile(join(folder, "import.json"), "utf8")) + (await stack.state());
  expect(said).not.toContain(SECRET);
});

test("the next up finds everything in place: the client's secret is the same, and then there is nothing to do and no drift", async () => {
  succeeded(await stack.up());
  const secret = await stack.get<{ data: Record<string, string> }>("/api/v1/namespaces/kubesphere-system/secrets/oauthclient");
  expect(Buffer.from(secret?.data["configuration.yaml"] ?? "", "base64").toString()).toContain(`secret: ${SECRET}`);
  succeeded(await stack.pulumi("preview", "--expect-no-changes"));
  succeeded(await npmRun("drift"));
});

test("an extension that was published by hand comes into a stack that has state; what others keep in its namespace is told, and no secret moves", async () => {
  const chart = await extensionCalled("late");
  succeeded(await npmRun("extension", "publish", chart, "--install"));
  const state = async () => (await stack.get("/apis/kubesphere.io/v1alpha1/installplans/late"))?.status?.["state"];
  await until(async () => (await state()) === "Installed", 60_000);
  const notes = { metadata: { name: "notes" }, data: { of: "somebody" } };
  expect((await api(env, "POST", "/api/v1/namespaces/extension-late/configmaps", notes)).status).toBe(201);
  // This client's secret is one that the stack makes and keeps.
  const given =
    (load(await readFile(configFile(), "utf8")) as { config: Record<string, object[]> }).config["kubesphere:oauthClients"] ?? [];
  await stack.configure({ oauthClients: [...given, { name: "own", redirectURIs: ["https://own.example.com"] }] });
  succeeded(await stack.up());
  const configured = await readFile(configFile(), "utf8");
  await stack.configure({
    extensions: [
      { source: "./extensions/demo", install: {} },
      { source: chart, install: {} },
    ],
  });
  const { stdout } = await npmRun("adopt", "--yes", "--json");
  const { adopted, settings, strangers } = JSON.parse(stdout) as { adopted: { object: string }[]; settings: object[]; strangers: string[] };
  expect(objects(adopted)).toEqual([
    "ClusterRole kubesphere:late:helm-executor",
    "ClusterRoleBinding kubesphere:late:helm-executor",
    "ConfigMap kubesphere-system/extension-late-0.1.0-chart",
    "Extension late",
    "ExtensionVersion late-0.1.0",
    "InstallPlan late",
    "Namespace extension-late",
  ]);
  expect({ settings, strangers }).toEqual({ settings: [], strangers: ["ConfigMap extension-late/notes"] });
  expect(secretsIn(await readFile(configFile(), "utf8"))).toEqual(secretsIn(configured));
  succeeded(await stack.up());
});

test("a stack that has all that it declares is told that there is nothing to adopt", async () => {
  const { code, stdout } = await npmRun("adopt", "--json");
  expect([code, JSON.parse(stdout)]).toEqual([0, expect.objectContaining({ found: [], missing: [] })]);
});
