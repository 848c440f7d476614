/**
 * The life of an extension on the real engine and a real API server. Each preview lists exactly what its step changes, and so says too
 * that the step before it left nothing to do.
 */
import { readFile, writeFile } from "fs/promises";
import { createServer } from "http";
import type { AddressInfo } from "net";
import { join } from "path";
import { packExtension } from "../../kubesphere/extensionPackage";
import { temporaryFolders, type Files } from "../support/charts";
import { environment, sandboxCommand, succeeded } from "../support/sandbox";
import { changes, nameOf, stackOf, type Stack } from "../support/stack";

jest.setTimeout(5 * 60_000);

const SERVICE = "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  ports:\n    - port: 80\n";
const GREETING = [
  '{{- if eq .Values.greeting "fail" }}{{ fail "nobody greets so" }}{{ end }}',
  "apiVersion: v1",
  "kind: ConfigMap",
  "metadata:",
  "  name: greeting",
  "data:",
  '  greeting: "{{ .Values.greeting }} from {{ .Chart.Version }}"',
  "",
].join("\n");
const chart = (name: string, version: string): Files => ({
  "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: ${version}\n`,
  "values.yaml": "greeting: hello\n",
  "templates/service.yaml": SERVICE,
  "templates/greeting.yaml": GREETING,
});

const PLAN_CHANGES = 'metadata.annotations["pulumi.com/waitFor"] spec.config';
const KUBESPHERE = "/apis/kubesphere.io/v1alpha1";

const folder = temporaryFolders();
let stack: Stack;
let configFile: string;
let configBefore: string;
let objectsBefore: string[];
let old: string;
let young: string;

/** What `install` of the one extension says; `versions` are its sources. */
const declare = (versions: string[], install: object | false = {}, rest: object = {}) =>
  stack.configure({ extensions: [{ versions: versions.map((source) => ({ source })), install, ...rest }] });
const up = async () => succeeded(await stack.up());
const plan = async (name = "shop") => (await stack.get(`${KUBESPHERE}/installplans/${name}`))?.status;
const greeting = async (namespace = "extension-shop") =>
  (await stack.get<{ data: { greeting: string } }>(`/api/v1/namespaces/${namespace}/configmaps/greeting`))?.data.greeting;
const offered = async (name = "shop") =>
  ((await stack.get(`${KUBESPHERE}/extensions/${name}`))?.status?.["versions"] as { version: string }[])
    .map(({ version }) => version)
    .sort();

beforeAll(async () => {
  succeeded(await sandboxCommand(["sandbox", "up"]));
  const env = await environment();
  stack = stackOf(env);
  configFile = env["PULUMI_OPTION_CONFIG_FILE"] as string;
  configBefore = await readFile(configFile, "utf8");
  old = await folder(chart("shop", "0.1.0"));
  young = await folder(chart("shop", "0.2.0"));
  await stack.configure({ extensions: [], oauthClients: [], ingressNginx: { install: false } });
  await up();
  objectsBefore = await stack.clusterObjects();
}, 10 * 60_000);
afterAll(async () => {
  succeeded(await stack.pulumi("destroy", "--yes", "--skip-preview"));
  await writeFile(configFile, configBefore);
});

test("the Marketplace offers every version declared, and the one chosen is installed", async () => {
  await declare([old, young], { version: "0.1.0" });
  expect(await stack.preview()).toEqual([
    "create shop",
    "create shop-0.1.0",
    "create shop-0.1.0-chart",
    "create shop-0.2.0",
    "create shop-0.2.0-chart",
    "create shop-executor",
    "create shop-executor-binding",
    "create shop-extension",
    "create shop-namespace",
    "create shop-plan",
  ]);
  await up();
  expect(await offered()).toEqual(["0.1.0", "0.2.0"]);
  expect(await plan()).toMatchObject({ state: "Installed", version: "0.1.0", targetNamespace: "extension-shop" });
  expect(await greeting()).toBe("hello from 0.1.0");
});

test("an upgrade is the plan's change alone, and the highest version is the default", async () => {
  await declare([old, young]);
  expect(await stack.preview()).toEqual(["update shop", `update shop-plan ${PLAN_CHANGES} spec.extension.version`]);
  await up();
  expect(await greeting()).toBe("hello from 0.2.0");
});

test("a rollback installs the older version again", async () => {
  await declare([old, young], { version: "0.1.0" });
  expect(await stack.preview()).toEqual(["update shop", `update shop-plan ${PLAN_CHANGES} spec.extension.version`]);
  await up();
  expect(await plan()).toMatchObject({ state: "Installed", version: "0.1.0" });
  expect(await greeting()).toBe("hello from 0.1.0");
});

test("a config given as text is rolled out, kept as it was written but for white space at the ends of lines", async () => {
  await declare([old, young], { version: "0.1.0", config: "# how we greet   \nshop: {greeting: 'good day'}\n" });
  expect(await stack.preview()).toEqual(["update shop", `update shop-plan ${PLAN_CHANGES}`]);
  await up();
  const config = (await stack.get(`${KUBESPHERE}/installplans/shop`))?.spec["config"];
  expect(config).toMatch(/^# how we greet\nshop: \{greeting: 'good day'\}\n# package sha256:[0-9a-f]{64}\n$/);
  expect(await greeting()).toBe("good day from 0.1.0");
});

test("an extension that is switched off stays installed and leaves the console, and comes back", async () => {
  const bundles = "/apis/extensions.kubesphere.io/v1alpha1/jsbundles?labelSelector=kubesphere.io/extension-ref=shop";
  const bundle = async () =>
    (await stack.get<{ items: { status?: { state: string } }[] }>(bundles))?.items.map(({ status }) => status?.state);
  const settled = { version: "0.1.0", config: { shop: { greeting: "good day" } } };
  await declare([old, young], { ...settled, enabled: false });
  expect(await stack.preview()).toEqual(["update shop", `update shop-plan ${PLAN_CHANGES} spec.enabled`]);
  await up();
  expect([(await plan())?.["enabled"], await bundle(), await greeting()]).toEqual([undefined, ["Disabled"], "good day from 0.1.0"]);
  await declare([old, young], settled);
  expect(await stack.preview()).toEqual(["update shop", 'update shop-plan metadata.annotations["pulumi.com/waitFor"] spec.enabled']);
  await up();
  expect([(await plan())?.["enabled"], await bundle()]).toEqual([true, ["Available"]]);
});

test("a chart that changed under the same version is rolled out, and the preview names its files and shows no bytes", async () => {
  await writeFile(join(old, "templates/greeting.yaml"), `${GREETING}  changed: "yes"\n`);
  const steps = await stack.steps();
  expect(changes(steps)).toEqual(["update shop", 'update shop-0.1.0-chart binaryData["chart.tgz"]', `update shop-plan ${PLAN_CHANGES}`]);
  const component = steps.find((step) => nameOf(step) === "shop");
  const filesOf = (inputs: unknown) => (inputs as { versions: Record<string, { files: Record<string, string> }> }).versions["0.1.0"]?.files;
  const [before, after] = [filesOf(component?.oldState?.inputs), filesOf(component?.newState?.inputs)];
  expect(Object.keys(after ?? {}).filter((path) => after?.[path] !== before?.[path])).toEqual(["charts/shop/templates/greeting.yaml"]);
  await up();
  expect((await stack.get<{ data: object }>("/api/v1/namespaces/extension-shop/configmaps/greeting"))?.data).toHaveProperty(
    "changed",
    "yes",
  );
  // What every gzip archive begins with, in base64.
  for (const text of [JSON.stringify(steps), await stack.state()]) expect(text).not.toContain('"H4sI');
});

test("an upgrade that fails ends the run with KubeSphere's reason and the Job's log, every time, until its mend goes through", async () => {
  await declare([old, young], { version: "0.1.0", config: { shop: { greeting: "fail" } } });
  const failed = await stack.up();
  expect(failed.code).not.toBe(0);
  const said = /extension shop: UpgradeFailed: .+\n.*kubectl --namespace extension-shop logs job\/helm-executor-upgrade-shop-\w{6}/;
  expect(failed.stdout + failed.stderr).toMatch(said);
  expect(await stack.preview()).toEqual([]);
  expect((await stack.up()).code).not.toBe(0);
  await declare([old, young], { version: "0.1.0" });
  expect(await stack.preview()).toEqual(["update shop", `update shop-plan ${PLAN_CHANGES}`]);
  await up();
  expect(await plan()).toMatchObject({ state: "Installed", version: "0.1.0" });
});

test("a version that is installed cannot be removed; once another one is, it goes", async () => {
  await declare([young], { version: "0.1.0" });
  const refused = await stack.pulumi("preview");
  expect(refused.code).not.toBe(0);
  expect(refused.stdout).toContain(
    'kubesphere:extensions[0].install.version: "0.1.0" is not allowed; allowed: 0.2.0. An installed version',
  );
  await declare([old, young]);
  await up();
  await declare([young]);
  expect(await stack.preview()).toEqual([
    "delete shop-0.1.0",
    "delete shop-0.1.0-chart",
    "update shop",
    'update shop-extension metadata.annotations["pulumi.com/waitFor"]',
  ]);
  await up();
  expect(await offered()).toEqual(["0.2.0"]);
  expect(await greeting()).toBe("hello from 0.2.0");
});

test("another namespace is a replacement: the old release goes first, and its namespace with it", async () => {
  await declare([young], { namespace: "shops" });
  expect(await stack.preview()).toEqual([
    "replace shop-namespace metadata.name",
    "replace shop-plan",
    "update shop",
    "update shop-0.2.0 spec.namespace",
    "update shop-executor-binding subjects[0].namespace",
  ]);
  await up();
  expect(await plan()).toMatchObject({ state: "Installed", targetNamespace: "shops" });
  expect([await greeting("shops"), await stack.get("/api/v1/namespaces/extension-shop")]).toEqual(["hello from 0.2.0", undefined]);
});

test("a renamed extension is a replacement, and what goes with the old one is said beforehand", async () => {
  await declare([await folder(chart("store", "0.2.0"))], {}, { renamedFrom: "shop" });
  expect((await stack.preview()).map((change) => change.split(" ", 2).join(" "))).toEqual([
    "replace store-0.2.0",
    "replace store-0.2.0-chart",
    "replace store-executor",
    "replace store-executor-binding",
    "replace store-extension",
    "replace store-namespace",
    "replace store-plan",
    "update store",
  ]);
  expect(await up()).toContain("The namespace of shop goes with the data in it");
  expect(await plan("store")).toMatchObject({ state: "Installed" });
  expect([await plan(), await stack.get("/api/v1/namespaces/shops")]).toEqual([undefined, undefined]);
});

test("install: false uninstalls, and goes on offering", async () => {
  await declare([await folder(chart("store", "0.2.0"))], false);
  expect(await stack.preview()).toEqual([
    "delete store-executor",
    "delete store-executor-binding",
    "delete store-namespace",
    "delete store-plan",
    "update store",
  ]);
  await up();
  expect(await offered("store")).toEqual(["0.2.0"]);
  expect(await stack.get("/api/v1/namespaces/extension-store")).toBeUndefined();
});

test("an extension that could not be installed is removed like any other, and nothing of any of them is left", async () => {
  await declare([await folder(chart("store", "0.2.0"))], { config: { store: { greeting: "fail" } } });
  const failed = await stack.up();
  expect(failed.stdout + failed.stderr).toMatch(/extension store: InstallFailed: .+\n.*logs job\/helm-executor-install-store-\w{6}/);
  await stack.configure({ extensions: [] });
  await up();
  expect(await stack.clusterObjects()).toEqual(objectsBefore);
  expect(await stack.preview()).toEqual([]);
});

test("a package on a server is installed from there, and no ConfigMap holds it", async () => {
  const { archive } = await packExtension(young);
  const server = createServer((_, response) => response.end(archive));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  try {
    const chartURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/shop-0.2.0.tgz`;
    await stack.configure({ extensions: [{ chartURL }] });
    await up();
    expect(await plan()).toMatchObject({ state: "Installed", version: "0.2.0" });
    expect(await greeting()).toBe("hello from 0.2.0");
    expect((await stack.get(`${KUBESPHERE}/extensionversions/shop-0.2.0`))?.spec).toMatchObject({ chartURL });
    expect(await stack.get("/api/v1/namespaces/kubesphere-system/configmaps/extension-shop-0.2.0-chart")).toBeUndefined();
    expect(await stack.preview()).toEqual([]);
    await stack.configure({ extensions: [] });
    await up();
    expect(await stack.clusterObjects()).toEqual(objectsBefore);
  } finally {
    await new Promise((closed) => server.close(closed));
  }
});

test("a private marketplace is declared as KubeSphere stores it, and its password is nowhere in clear", async () => {
  const password = "pass-of-the-test";
  await stack.configure({ extensionRepositories: [{ name: "ours", url: "https://charts.example.com/", username: "reader", password }] });
  await up();
  expect((await stack.get(`${KUBESPHERE}/repositories/ours`))?.spec).toEqual({
    url: "https://charts.example.com/",
    basicAuth: { username: "reader", password },
    updateStrategy: { registryPoll: { interval: "1h0m0s" } },
  });
  expect(await stack.state()).not.toContain(password);
  await stack.configure({ extensionRepositories: [] });
  expect(await stack.preview()).toEqual(["delete repository-ours", "delete repository-ours-repository"]);
  await up();
});
