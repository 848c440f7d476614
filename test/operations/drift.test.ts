/** What others change behind the program's back: `npx luban drift` names it, and its ways back and its way to keep it work. */
import { readFile } from "fs/promises";
import { temporaryFolders, type Files } from "../support/charts";
import { api, environment, freshSandbox, type Ran, run, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";

let env: NodeJS.ProcessEnv;
let stack: Stack;
const configFile = () => env["PULUMI_OPTION_CONFIG_FILE"] as string;

/** Kinds of which the client library has names of its own for some fields. */
const KINDS: Files = {
  "Chart.yaml": "apiVersion: v2\nname: kinds\nversion: 1.0.0\n",
  "templates/policy.yaml": [
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: kinds }",
    "spec: { podSelector: {}, ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }] }\n",
  ].join("\n"),
  "templates/limits.yaml": [
    "apiVersion: v1\nkind: LimitRange\nmetadata: { name: kinds }",
    "spec: { limits: [{ type: Container, default: { memory: 1Gi } }] }\n",
  ].join("\n"),
  "templates/crd.yaml": [
    "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: lamps.kinds.example }",
    "spec:\n  group: kinds.example\n  scope: Cluster\n  names: { kind: Lamp, plural: lamps }",
    "  versions:\n    - name: v1\n      served: true\n      storage: true\n      schema:",
    "        openAPIV3Schema:\n          type: object\n          properties:",
    "            colour: { type: string, enum: [red, blue], default: red }",
    "            other: { x-kubernetes-preserve-unknown-fields: true }\n",
  ].join("\n"),
};

const folder = temporaryFolders();

beforeAll(async () => {
  await freshSandbox();
  env = await environment();
  stack = stackOf(env);
  await stack.configure({ extensions: [{ source: "./extensions/demo" }, { source: await folder(KINDS) }] });
  succeeded(await stack.up());
});

interface Difference {
  readonly object: string;
  readonly drift: string;
  readonly release?: string;
  readonly properties: readonly { path: string; is?: unknown; wanted?: unknown; by: readonly { manager: string }[] }[];
  readonly wayBack: readonly string[];
  readonly notKept?: string;
}
const drift = (...args: string[]): Promise<Ran> => run(process.execPath, ["cli/luban.mjs", "drift", ...args], { env });
const differences = async () => (JSON.parse((await drift("--json")).stdout) as { differences: Difference[] }).differences;
const told = ({ object, drift, properties }: Difference) => ({
  object,
  drift,
  properties: properties.map(({ path, is, wanted, by }) => ({ path, is, wanted, by: by[0]?.manager })),
});

const DEPLOYMENT = "/apis/apps/v1/namespaces/kubesphere-system/deployments/ks-apiserver";
const PLAN = "/apis/kubesphere.io/v1alpha1/installplans/demo";
const change = async (path: string, manager: string, body: object) => {
  const { status, body: said } = await api(env, "PATCH", `${path}?fieldManager=${manager}`, body);
  if (status !== 200) throw new Error(said);
};

test("right after an up nothing has drifted, although webhooks and controllers have written to every object", async () => {
  expect(await drift()).toMatchObject({ code: 0, stdout: "the selected stack: no drift\n" });
});

test("what somebody changed or deleted in a Helm release, which no refresh sees, is named with who did it; the way back undoes it", async () => {
  const CATEGORY = "/apis/kubesphere.io/v1alpha1/categories/networking";
  await change(DEPLOYMENT, "kubectl-edit", { spec: { template: { metadata: { annotations: { note: "theirs" } } }, replicas: 3 } });
  expect((await api(env, "DELETE", CATEGORY)).status).toBe(200);
  const found = await differences();
  expect(found.map(told)).toEqual([
    {
      object: "Deployment kubesphere-system/ks-apiserver",
      drift: "changed",
      properties: [{ path: "spec.replicas", is: 3, wanted: 1, by: "kubectl-edit" }],
    },
    { object: "Category networking", drift: "missing", properties: [] },
  ]);
  succeeded(await stack.pulumi("refresh", "--preview-only", "--expect-no-changes"));
  const wayBack = "helm rollback ks-core 1 --namespace kubesphere-system";
  expect(found.map((it) => it.wayBack)).toEqual([[wayBack], [wayBack]]);
  const [helm = "", ...args] = wayBack.split(" ");
  succeeded(await run(helm, args, { env }));
  // Helm counts a rollback as a revision, and a refresh takes note of it.
  expect((await differences()).map(told)).toEqual([
    { object: "Release kubesphere-system/ks-core", drift: "upgraded", properties: [{ path: "revision", is: 2, wanted: 1, by: undefined }] },
  ]);
  succeeded(await stack.pulumi("refresh", "--yes"));
  expect(await drift()).toMatchObject({ code: 0 });
});

test("what an administrator set in the console is named, and `--take` keeps it", async () => {
  const plan = await stack.get<{ spec: { config: string } }>(PLAN);
  const theirs = `demo:\n  replicaCount: 2\n${plan?.spec.config ?? ""}`;
  await change(PLAN, "ks-apiserver", { spec: { config: theirs } });
  const found = await differences();
  expect(found.map(told)).toEqual([
    {
      object: "InstallPlan demo",
      drift: "changed",
      properties: [{ path: "spec.config", is: theirs, wanted: plan?.spec.config, by: "ks-apiserver" }],
    },
  ]);
  expect(found[0]?.wayBack).toEqual(["pulumi up --refresh", "npx luban drift --take demo"]);

  succeeded(await drift("--take", "demo"));
  succeeded(await stack.pulumi("up", "--refresh", "--yes", "--skip-preview"));
  expect((await stack.get<{ spec: { config: string } }>(PLAN))?.spec.config).toBe(theirs);
  expect(await drift()).toMatchObject({ code: 0 });
  succeeded(await stack.pulumi("preview", "--expect-no-changes"));
});

test.each([
  { manager: "ks-apiserver", after: "" },
  // The state then holds what somebody has set, and the program wants what it wanted.
  { manager: "kubectl-patch", after: " and refreshed into the state" },
])(
  "an edit of a plan by $manager$after is undone by the command that the report names, once and for all later runs",
  async ({ manager, after }) => {
    const plan = await stack.get<{ spec: { config: string } }>(PLAN);
    await change(PLAN, manager, { spec: { enabled: false, config: `demo: {replicaCount: 3}\n${plan?.spec.config ?? ""}` } });
    if (after !== "") succeeded(await stack.pulumi("refresh", "--yes"));
    const [found] = await differences();
    expect(found?.properties.map(({ path }) => path).sort()).toEqual(["spec.config", "spec.enabled"]);
    const [wayBack = ""] = found?.wayBack ?? [];
    const [pulumi = "", ...args] = wayBack.split(" ");
    succeeded(await run(pulumi, [...args, "--yes", "--skip-preview", "--non-interactive"], { env }));
    expect(await stack.get(PLAN)).toMatchObject({ spec: { ...plan?.spec, enabled: true }, status: { state: "Installed", enabled: true } });
    expect(await drift()).toMatchObject({ code: 0 });
    succeeded(await stack.pulumi("preview", "--expect-no-changes"));
    await stack.setConfig("extensions[0].install.attempt", manager);
    // What is only yet to be deployed nobody has changed.
    expect(await drift()).toMatchObject({ code: 0 });
    succeeded(await stack.up());
    succeeded(await stack.pulumi("preview", "--expect-no-changes"));
  },
);

const CLIENT = "/api/v1/namespaces/kubesphere-system/secrets/oauthclient-test";
const NAMESPACE = "/api/v1/namespaces/extension-demo";
const CONTROLLER = "/api/v1/namespaces/ingress-nginx";
const configuration = async () => {
  const secret = await stack.get<{ data: Record<string, string> }>(CLIENT);
  return Buffer.from(secret?.data["configuration.yaml"] ?? "", "base64").toString();
};
const typed = async (command: string) => {
  const questions = command.startsWith("pulumi up") ? ["--yes", "--skip-preview", "--non-interactive"] : [];
  return succeeded(await run("bash", ["-c", [command, ...questions].join(" ")], { env }));
};

test("edits of an OAuth client and of a namespace's labels by whomever are undone by the command that the report names, for all later runs too", async () => {
  const wanted = await configuration();
  await change(CLIENT, "ks-apiserver", { stringData: { "configuration.yaml": wanted.replace("grantMethod: auto", "grantMethod: deny") } });
  await change(NAMESPACE, "Mozilla", { metadata: { labels: { "kubesphere.io/workspace": "theirs" } } });
  await change(CONTROLLER, "Mozilla", { metadata: { labels: { "kubesphere.io/workspace": "theirs" } } });
  const found = [...(await differences())].sort((a, b) => a.object.localeCompare(b.object));
  const properties = [{ path: 'metadata.labels["kubesphere.io/workspace"]', is: "theirs", wanted: "system-workspace", by: "Mozilla" }];
  expect(found.map(told)).toEqual([
    { object: "Namespace extension-demo", drift: "changed", properties },
    { object: "Namespace ingress-nginx", drift: "changed", properties },
    {
      object: "Secret kubesphere-system/oauthclient-test",
      drift: "changed",
      properties: [{ path: 'data["configuration.yaml"]', is: "[secret]", wanted: "[secret]", by: "ks-apiserver" }],
    },
  ]);
  expect(found.map(({ wayBack, notKept }) => [...wayBack, ...(notKept === undefined ? [] : [notKept])])).toEqual([
    ["pulumi up --refresh", "npx luban drift --take-namespace extension-demo"],
    ["pulumi up --refresh", "KubeSphere lets go of a namespace that it held under 4.1.2 only where it has a workspace"],
    ["pulumi up --refresh", "npx luban drift --take-client test"],
  ]);
  await typed("pulumi up --refresh");
  expect(await configuration()).toBe(wanted);
  expect(await drift()).toMatchObject({ code: 0 });
  await stack.setConfig("oauthClients[0].grantMethod", "prompt");
  succeeded(await stack.up());
  succeeded(await stack.pulumi("preview", "--expect-no-changes"));
});

test("labels that were set of an extension's namespace are kept by the command that the report names, also after a refresh", async () => {
  const theirs = { "kubesphere.io/workspace": "theirs", "pod-security.kubernetes.io/enforce": "baseline" };
  await change(NAMESPACE, "kubectl-label", { metadata: { labels: theirs } });
  succeeded(await stack.pulumi("refresh", "--yes"));
  const [found, ...more] = await differences();
  expect([found?.object, found?.properties.map(({ path, is }) => [path, is]), more]).toEqual([
    "Namespace extension-demo",
    [['metadata.labels["kubesphere.io/workspace"]', "theirs"]],
    [],
  ]);
  expect(await typed(found?.wayBack[1] ?? "")).toContain('kubesphere:extensions[0].install.namespaceLabels["kubesphere.io/workspace"]');
  await typed("pulumi up --refresh");
  expect((await stack.get<{ metadata: { name: string; labels: object } }>(NAMESPACE))?.metadata.labels).toMatchObject({
    ...theirs,
    "kubesphere.io/managed": "true",
  });
  expect(await drift()).toMatchObject({ code: 0 });
  succeeded(await stack.pulumi("preview", "--expect-no-changes"));
});

test("what was set of an OAuth client in the cluster, its secret too, is kept by the command that the report names", async () => {
  const redirects = '"http://127.0.0.1:5556/theirs"';
  const theirs = (await configuration())
    .replace(/^secret: .*$/m, "secret: theirs-and-long-enough-for-anybody")
    .replace(/^redirectURIs:\n(?: .*\n)+/m, `redirectURIs: [${redirects}]\n`);
  await change(CLIENT, "Mozilla", { stringData: { "configuration.yaml": theirs } });
  const stored = await configuration();
  expect(await typed("npx luban drift --take-client test")).toContain("oauthClients[0].redirectURIs");
  expect(await readFile(configFile(), "utf8")).not.toContain("theirs-and-long-enough");
  await typed("pulumi up --refresh");
  expect(await configuration()).toBe(stored);
  expect(await drift()).toMatchObject({ code: 0 });
  succeeded(await stack.pulumi("preview", "--expect-no-changes"));
});

test("what is declared and was deleted comes back by the command that the report names", async () => {
  expect((await api(env, "DELETE", CLIENT)).status).toBe(200);
  expect((await differences()).map(told)).toEqual([
    { object: "Secret kubesphere-system/oauthclient-test", drift: "missing", properties: [] },
  ]);
  await typed("pulumi up --refresh");
  expect(await drift()).toMatchObject({ code: 0 });
});

test("a stack that is not there is one clear error, and no drift", async () => {
  const { code, stdout, stderr } = await drift("--stack", "nowhere");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("nowhere");
});
