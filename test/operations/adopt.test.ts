/** A platform made by hand, step by step as the documentation has it, comes under the program without anything in it being touched. */
import { cp, mkdtemp, readFile, rm, writeFile } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { load } from "js-yaml";
import { api, environment, freshSandbox, type Ran, run, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";
import { until } from "../support/until";

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
const luban = (...args: string[]): Promise<Ran> => run(process.execPath, ["cli/luban.mjs", ...args], { env });
const SECRET = "a-secret-that-applications-know";
const clientCalled = (name: string, redirectURI: string) => `name: ${name}
secret: ${SECRET}
grantMethod: auto
scopeRestrictions:
  - openid
  - email
  - profile
redirectURIs:
  - ${redirectURI}
`;
const SECRETS = "/api/v1/namespaces/kubesphere-system/secrets";
/** As somebody makes one who knows nothing of the stack. */
async function makeClient(secret: string, configuration: string): Promise<void> {
  const { status, body } = await api(env, "POST", SECRETS, {
    metadata: { name: secret, labels: { "config.kubesphere.io/type": "oauthclient" } },
    type: "config.kubesphere.io/oauthclient",
    stringData: { "configuration.yaml": configuration },
  });
  if (status !== 201) throw new Error(body);
}
const TEAM = { name: "team", url: "http://127.0.0.1:1/charts" };
async function makeRepository(): Promise<void> {
  const { status, body } = await api(env, "POST", "/apis/kubesphere.io/v1alpha1/repositories", {
    apiVersion: "kubesphere.io/v1alpha1",
    kind: "Repository",
    metadata: { name: TEAM.name },
    spec: { url: TEAM.url },
  });
  if (status !== 201) throw new Error(body);
}
/** What a plain run says of them, in one preview. */
const foreseenByPreview = async () =>
  /^.*already in the cluster, and made by no Pulumi program.*$/m.exec(succeeded(await stack.pulumi("preview")))?.[0];

/** What an adoption's mark leaves on an object. */
const WRITING = new Set(["managedFields", "resourceVersion", "kubesphere-luban/adopted"]);
/** Everything but what a read changes. @param isMarked whether the mark of an adoption may be there, which is no change of an object's own */
const contents = async (isMarked = false) => {
  const paths = [
    "/api/v1/namespaces",
    "/api/v1/namespaces/kubesphere-system/secrets",
    "/api/v1/namespaces/kubesphere-system/configmaps",
    "/apis/apps/v1/deployments",
    "/apis/kubesphere.io/v1alpha1/extensions",
    "/apis/kubesphere.io/v1alpha1/installplans",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles",
  ];
  const lists = await Promise.all(paths.map((path) => stack.get<{ items: object[] }>(path)));
  const isMark = (key: string, value: unknown) =>
    WRITING.has(key) || (key === "annotations" && Object.keys(value ?? {}).every((it) => WRITING.has(it)));
  const unmarked = (key: string, value: unknown) => (isMarked && isMark(key, value) ? undefined : value);
  return lists.flatMap((list) => (list?.items ?? []).map((object) => JSON.stringify(object, unmarked))).sort();
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
  succeeded(await luban("extension", "publish", "extensions/demo", "--install"));
  await makeClient("oauthclient", clientCalled("test", "http://10.8.0.2:5556/auth/google/callback"));
});
afterAll(async () => {
  await rm(folder, { recursive: true });
});

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
    const { warnings } = JSON.parse((await luban("preview", "--json")).stdout) as { warnings: string[] };
    const [before, told] = [warnings.filter((it) => it.includes("already in the cluster")), warnings.at(-1) ?? ""];
    // Each once; the engine knows nothing of a client whose Secret has another name.
    expect(before).toEqual([expect.stringMatching(/^Secret kubesphere-system\/oauthclient: already in the cluster/)]);
    return told;
  };
  const before = await foreseen();
  for (const object of FOUND) expect(before).toContain(object);
  expect(before).toContain("`npx luban adopt`");
  const { code, stdout } = await stack.up();
  expect([code, stdout]).toEqual([1, expect.stringContaining("already exists")]);
  expect(stdout).toMatch(
    /warning: Namespace kubesphere-system, Namespace ingress-nginx, Extension demo, InstallPlan demo, Namespace extension-demo, Secret kubesphere-system\/oauthclient, ConfigMap kubesphere-system\/extension-demo-0.1.0-chart, ExtensionVersion demo-0.1.0, ClusterRole kubesphere:demo:helm-executor, ClusterRoleBinding kubesphere:demo:helm-executor: already [^]*npx luban adopt --stack sandbox/,
  );
  expect(await stack.state()).toContain("kubesphere:index:Platform");
  const after = await foreseen();
  for (const object of FOUND) expect(after).toContain(object);
});

test("asked what it would do, it names everything that was made by hand, and changes nothing anywhere", async () => {
  const before = [await contents(), await readFile(configFile(), "utf8"), await stack.state()];
  const { code, stdout, stderr } = await luban("adopt", "--json");
  const { found, settings } = JSON.parse(stdout) as { found: { object: string }[]; settings: { path: string }[] };
  expect(code).toBe(2);
  expect(objects(found)).toEqual(FOUND);
  expect(settings.map(({ path }) => path)).toEqual([
    "kubesphere:ksCore.values.authentication.issuer.jwtSecret",
    "kubesphere:oauthClients[0].secretName",
    "kubesphere:oauthClients[0].secret",
  ]);
  expect([await contents(), await readFile(configFile(), "utf8"), await stack.state()]).toEqual(before);
  expect(stdout + stderr).not.toContain(SECRET);
});

test("adopted, it is in the stack's state, the cluster is untouched but for a mark, and each remaining change is named or called harmless", async () => {
  const before = await contents(true);
  const { code, stdout, stderr } = await luban("adopt", "--yes", "--json", "--file", join(folder, "import.json"));
  const { adopted, unmarked, remaining } = JSON.parse(stdout) as {
    adopted: { object: string }[];
    unmarked: string[];
    remaining: { operation: string; resource: string; properties: string[]; harmless?: string }[];
  };
  expect(objects(adopted)).toEqual([...FOUND, "Secret kubesphere-system/oauthclient"].sort());
  expect(unmarked).toEqual([]);
  expect(await contents(true)).toEqual(before);
  expect(remaining.filter(({ operation }) => !["create", "update"].includes(operation))).toEqual([]);
  // What was left to the charts by hand, the program says: the ingress class, what people call the console, which secret signs tokens; and
  // extensions are told of the console's name when they are installed.
  expect(remaining.filter(({ harmless }) => harmless === undefined).sort((a, b) => a.resource.localeCompare(b.resource))).toEqual([
    { operation: "update", resource: "kubesphere-demo-plan", properties: ["spec.config"] },
    // By hand it belongs to nobody, and after an upgrade from 4.1.2 nobody could delete it.
    {
      operation: "update",
      resource: "kubesphere-ingress-nginx-namespace",
      properties: ['metadata.labels["kubesphere.io/managed"]', 'metadata.labels["kubesphere.io/workspace"]'],
    },
    {
      operation: "update",
      resource: "kubesphere-ingress-nginx-release",
      properties: ["values.controller.ingressClass", "values.controller.ingressClassResource"],
    },
    { operation: "update", resource: "kubesphere-ks-core-release", properties: ["values.authentication", "values.portal"] },
  ]);
  expect(code).toBe(2);
  const said = stdout + stderr + (await readFile(join(folder, "import.json"), "utf8")) + (await stack.state());
  expect(said).not.toContain(SECRET);
});

test("the next up finds everything in place: the client's secret is the same, and then there is nothing to do and no drift", async () => {
  // What was taken in is named as somebody else's no more.
  expect(succeeded(await stack.up())).not.toContain("already in the cluster");
  const secret = await stack.get<{ data: Record<string, string> }>(`${SECRETS}/oauthclient`);
  expect(Buffer.from(secret?.data["configuration.yaml"] ?? "", "base64").toString()).toContain(`secret: ${SECRET}`);
  succeeded(await stack.pulumi("preview", "--expect-no-changes"));
  succeeded(await luban("drift"));
});

test("what was published and made by hand is foreseen by a stack that is deployed, and comes into it; what others keep in its namespace is told, and no secret moves", async () => {
  const chart = await extensionCalled("late");
  succeeded(await luban("extension", "publish", chart, "--install"));
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
  await makeClient("oauthclient-theirs", clientCalled("theirs", "https://theirs.example.com"));
  await makeRepository();
  const { config } = load(configured) as { config: Record<string, object[]> };
  await stack.configure({
    oauthClients: [...(config["kubesphere:oauthClients"] ?? []), { name: "theirs", redirectURIs: ["https://theirs.example.com"] }],
    extensionRepositories: [TEAM],
    extensions: [
      { source: "./extensions/demo", install: {} },
      { source: chart, install: {} },
    ],
  });
  expect(await foreseenByPreview()).toMatch(
    /Extension late, InstallPlan late, Namespace extension-late, Secret kubesphere-system\/oauthclient-theirs, Repository team, ConfigMap .*: already/,
  );
  const { stdout } = await luban("adopt", "--yes", "--json");
  const { adopted, settings, strangers } = JSON.parse(stdout) as {
    adopted: { object: string }[];
    settings: { path: string }[];
    strangers: string[];
  };
  expect(objects(adopted)).toEqual([
    "ClusterRole kubesphere:late:helm-executor",
    "ClusterRoleBinding kubesphere:late:helm-executor",
    "ConfigMap kubesphere-system/extension-late-0.1.0-chart",
    "Extension late",
    "ExtensionVersion late-0.1.0",
    "InstallPlan late",
    "Namespace extension-late",
    "Repository team",
    "Secret kubesphere-system/oauthclient-theirs",
  ]);
  expect(settings.map(({ path }) => path)).toEqual(["kubesphere:oauthClients[2].secret"]);
  expect(strangers).toEqual(["ConfigMap extension-late/notes"]);
  expect(secretsIn(await readFile(configFile(), "utf8"))).toEqual(expect.arrayContaining(secretsIn(configured)));
  expect(secretsIn(await readFile(configFile(), "utf8"))).toHaveLength(secretsIn(configured).length + 1);
  expect(succeeded(await stack.up())).not.toContain("already in the cluster");
});

test("what somebody has made anew under the stack's name is told by runs until an adoption says that it is the stack's; then there is nothing to adopt, and no change", async () => {
  const theirs = `${SECRETS}/oauthclient-theirs`;
  const kept = await stack.get<{ metadata: { name: string; labels: object }; type: string; data: object }>(theirs);
  if (kept === undefined) throw new Error("no such client");
  const { metadata, type, data } = kept;
  expect((await api(env, "DELETE", theirs)).status).toBe(200);
  expect((await api(env, "POST", SECRETS, { metadata: { name: metadata.name, labels: metadata.labels }, type, data })).status).toBe(201);
  const SECRET_OF_THEIRS = "Secret kubesphere-system/oauthclient-theirs";
  expect(await foreseenByPreview()).toContain(`warning: ${SECRET_OF_THEIRS}: already in the cluster`);
  const adopt = async (...args: string[]) => {
    const { code, stdout } = await luban("adopt", "--json", ...args);
    return { ...(JSON.parse(stdout) as object), code };
  };
  expect(await adopt("--yes")).toMatchObject({ code: 0, found: [], known: [SECRET_OF_THEIRS], unmarked: [] });
  expect(succeeded(await stack.pulumi("preview", "--refresh", "--expect-no-changes"))).not.toContain("already in the cluster");
  expect(await adopt()).toMatchObject({ code: 0, found: [], known: [], missing: [] });
});
