/**
 * Upgrades of ks-core, 4.1.2 → 4.1.3 → 4.2, chart and CRDs, in one run with changes of what lies on it, and in the outage of the admission
 * webhooks that each upgrade brings: their new certificate is demanded before the controller manager has it. Of 4.2 the sandbox has what
 * documents say; its chart is closed.
 */
import { join } from "path";
import { writeKsCoreCharts } from "../../sandbox/src/ksCoreCharts";
import { CERTIFICATE } from "../support/certificate";
import { temporaryFolders } from "../support/charts";
import { extensionStack, greetingChart, KUBESPHERE, PLAN_CHANGES, type ExtensionStack } from "../support/extensionStack";
import { api, CHECKOUT, environment, read, run as command, succeeded } from "../support/sandbox";
import { until } from "../support/until";
import { Run } from "../recovery/support";

/** KubeSphere's release, and the stand-in of the chart that brings it. */
const CHARTS = { "4.1.2": "./sandbox/charts/ks-core", "4.1.3": "ks-core-1.1.5", "4.2.1": "ks-core-1.2.4" } as const;
type Release = keyof typeof CHARTS;
const OURS = "/api/v1/namespaces/extension-shop/configmaps";
const SYSTEM = "/api/v1/namespaces/kubesphere-system";
const CALLBACK = "https://app.example.com/callback";

const folder = temporaryFolders();
let env: NodeJS.ProcessEnv;
let stack: ExtensionStack;
let shop: string;
let charts: string;

extensionStack(async (ready) => {
  stack = ready;
  env = await environment();
  shop = await folder(greetingChart("shop", "0.1.0"));
  charts = join(await folder({}), "charts");
  writeKsCoreCharts(CHECKOUT, charts);
  await declare("4.1.2", "hello");
  await stack.deploy();
  const made = await api(env, "POST", OURS, { metadata: { name: "orders" }, data: { orders: "7" } });
  if (made.status !== 201) throw new Error(made.body);
});

/** What lies on ks-core changes with it. */
const declare = (release: Release, greeting: string, values: object = {}, base?: object) => {
  const isOld = release === "4.1.2";
  return stack.configure({
    ksCore: isOld ? { chart: CHARTS[release], values } : { chart: join(charts, CHARTS[release]), values: { ...LATER, ...values } },
    extensions: [{ source: shop, install: { config: { shop: { greeting }, ...(base && { base }) } } }],
    oauthClients: [{ name: "app", redirectURIs: [isOld ? CALLBACK : `${CALLBACK}/new`], scopes: ["openid"] }],
  });
};
const LATER = { helmExecutor: { timeout: "15m" } };

/** Whether the API server takes the field that the new chart's CRD has. */
const takesNewField = async () => {
  const spec = { url: "https://charts.example.com", depth: 1 };
  const repository = { apiVersion: "kubesphere.io/v1alpha1", kind: "Repository", metadata: { name: "ours" }, spec };
  const { status, body } = await api(env, "POST", `${KUBESPHERE}/repositories?dryRun=All&fieldValidation=Strict`, repository);
  if (status === 201) return true;
  expect([status, body]).toEqual([400, expect.stringContaining('unknown field \\"spec.depth\\"')]);
  return false;
};

/** By which an object is known to be the same as before, not another of its name. */
const identities = async () => {
  const paths = ["/api/v1/namespaces/extension-shop", `${KUBESPHERE}/installplans/shop`, `${KUBESPHERE}/extensions/shop`, `${OURS}/orders`];
  const objects = await Promise.all(paths.map((path) => read<{ metadata: { uid: string } }>(path, env)));
  return objects.map((object) => object?.metadata.uid);
};
const textOf = async (path: string, field: "data", key: string) =>
  (await read<Record<typeof field, Record<string, string>>>(path, env))?.[field][key] ?? "";
const executorTimeout = async () =>
  /timeout: (\w+)/.exec(await textOf(`${SYSTEM}/configmaps/kubesphere-config`, "data", "kubesphere.yaml"))?.[1];
const client = async () =>
  Buffer.from(await textOf(`${SYSTEM}/secrets/oauthclient-app`, "data", "configuration.yaml"), "base64").toString();

/** What the console asks for to show the extension in its menus. */
const menuEntry = async () => {
  const bundle = await read<{ status: { state: string } }>(`/apis/extensions.kubesphere.io/v1alpha1/jsbundles/shop-js`, env);
  const maps = await read<{ items: { data?: Record<string, string> }[] }>(OURS, env);
  const [script = ""] = maps?.items.flatMap(({ data }) => data?.["index.js"] ?? []) ?? [];
  return [bundle?.status.state, /"parent":"(\w+)"/.exec(script)?.[1]];
};

/** What a run tells of the upgrade. */
const told = async () => {
  const shown = await command(process.execPath, ["cli/luban.mjs", "preview", "--stack", "sandbox", "--json"], { env });
  if (shown.code !== 2) throw new Error(shown.stderr + shown.stdout);
  return (JSON.parse(shown.stdout) as { warnings: string[] }).warnings.filter((it) => it.includes("goes from KubeSphere"));
};

const protection = async () => (await api(env, "DELETE", "/api/v1/namespaces/kubesphere-system?dryRun=All")).status;

/** All of KubeSphere's webhooks are demanded a certificate of, that nobody has. @returns what ends it, as the manager's new certificate does */
async function breakWebhooks(): Promise<() => Promise<void>> {
  type Configuration = { metadata: { name: string }; webhooks: { clientConfig: object }[] };
  const root = "/apis/admissionregistration.k8s.io/v1";
  const found: [path: string, webhooks: Configuration["webhooks"]][] = [];
  for (const kind of ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"]) {
    const { items } = (await read<{ items: Configuration[] }>(`${root}/${kind}`, env)) as { items: Configuration[] };
    for (const { metadata, webhooks } of items) found.push([`${root}/${kind}/${metadata.name}`, webhooks]);
  }
  const caBundle = Buffer.from(CERTIFICATE).toString("base64");
  const write = async (path: string, webhooks: object[]) => expect((await api(env, "PATCH", path, { webhooks })).status).toBe(200);
  for (const [path, webhooks] of found)
    await write(
      path,
      webhooks.map((webhook) => ({ ...webhook, clientConfig: { ...webhook.clientConfig, caBundle } })),
    );
  return async () => {
    for (const [path, webhooks] of found) await write(path, webhooks);
  };
}

/** What the API server says to a write like those of the run. */
const touchPlan = async () =>
  (await api(env, "PATCH", `${KUBESPHERE}/installplans/shop?dryRun=All`, { metadata: { annotations: { touched: "" } } })).body;

let before: (string | undefined)[];

test("what the chart of another release calls otherwise is refused before anything is made", async () => {
  await declare("4.1.3", "hi", { hostClusterName: "main" });
  const { code, stdout, stderr } = await stack.pulumi("preview");
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain(
    'kubesphere:ksCore.values.hostClusterName: "main" is not allowed; allowed: nothing here: ks-core 1.1.5 (KubeSphere 4.1.3) does not read it; what it takes instead is multicluster.hostClusterName.',
  );
});

test("a preview of the upgrade shows the release's change, names what moves with it, and takes nothing away", async () => {
  before = await identities();
  expect(before).toEqual(before.map(() => expect.any(String) as string));
  expect([await takesNewField(), await executorTimeout(), await protection()]).toEqual([false, "10m", 200]);
  await declare("4.1.3", "hi");
  expect(await told()).toEqual(
    ["role is multicluster.role", "protector.kubesphere.io", "cascading-deletion", "updateStrategy.timeout"].map(
      (it) => expect.stringContaining(it) as string,
    ),
  );
  expect(await stack.preview()).toEqual([
    "update ks-core",
    "update ks-core-release chart description values.helmExecutor version",
    "update oauth-app",
    'update oauth-app-config data["configuration.yaml"]',
    "update shop",
    `update shop-plan ${PLAN_CHANGES}`,
  ]);
});

test("the upgrade ends well although the webhooks are out, and so does what is written after it: extensions, their data, OAuth clients", async () => {
  const mend = await breakWebhooks();
  await until(async () => /failed calling webhook .*x509/.test(await touchPlan()), 30_000, 200);
  const run = new Run(["up"], env);
  try {
    await run.says("admission webhooks do not answer yet");
  } finally {
    await mend();
  }
  succeeded(await run.ended);
  expect([await takesNewField(), await executorTimeout()]).toEqual([true, "15m"]);
  await until(async () => (await protection()) === 403, 30_000, 200);
  expect(await identities()).toEqual(before);
  expect(await menuEntry()).toEqual(["Available", "global"]);
  expect(await stack.plan()).toMatchObject({ state: "Installed", version: "0.1.0" });
  expect(await stack.greeting()).toBe("hi from 0.1.0");
  expect(await client()).toContain(`${CALLBACK}/new`);
  expect(await stack.preview()).toEqual([]);
});

test("an upgrade to 4.2 names the menu entry that would be gone there, and with it at another place nobody misses anything", async () => {
  await declare("4.2.1", "hi", {}, { extParent: "topbar" });
  expect(await told()).toEqual([
    expect.stringContaining("ksExtensionRepository is kseExtensionRepository"),
    expect.stringContaining("and with them the menu entries of shop (JSBundle shop-js: topbar → global)"),
    expect.stringContaining("clusterId"),
  ]);
  await declare("4.2.1", "hi");
  expect((await told())[1]).toContain("no extension of this stack is known to have an entry there");
  // The chart would refuse a marketplace that is left on, as it is where its old name alone is written.
  await stack.deploy();
  expect(await identities()).toEqual(before);
  expect(await menuEntry()).toEqual(["Available", "global"]);
  expect(await stack.greeting()).toBe("hi from 0.1.0");
  expect([await takesNewField(), await executorTimeout(), await protection()]).toEqual([true, "15m", 403]);
  const system = await read<{ metadata: { uid: string } }>("/api/v1/namespaces/kube-system", env);
  expect(succeeded(await stack.pulumi("stack", "output", "clusterId")).trim()).toBe(system?.metadata.uid);
  expect(await stack.preview()).toEqual([]);
});

test("the way back to the oldest chart is the same, and takes the new field away again", async () => {
  await declare("4.1.2", "hello");
  await stack.deploy();
  expect([await takesNewField(), await executorTimeout()]).toEqual([false, "10m"]);
  await until(async () => (await protection()) === 200, 30_000, 200);
  expect(await identities()).toEqual(before);
  expect(await stack.greeting()).toBe("hello from 0.1.0");
  expect(await client()).not.toContain(`${CALLBACK}/new`);
  expect(await stack.preview()).toEqual([]);
});

test("a destroy after that, which the older release would hold up for ever by the newer one's finalizer, ends after one recover", async () => {
  const namespace = () => read<{ metadata: { deletionTimestamp?: string } }>("/api/v1/namespaces/extension-shop", env);
  const begun = new Run(["destroy"], env);
  await until(async () => (await namespace())?.metadata.deletionTimestamp !== undefined, 60_000, 200);
  await begun.kill();
  // All in one: a kill in the middle of a write hides, until that is cleared, what is behind it.
  const recovered = await command(process.execPath, ["cli/luban.mjs", "recover", "--stack", "sandbox", "--yes"], { env });
  expect(succeeded(recovered)).toContain(
    "held by kubesphere.io/cascading-deletion: another release of KubeSphere set it, and 4.1.2 does not take it off",
  );
  expect(await namespace()).toBeUndefined();
  succeeded(await new Run(["destroy"], env).ended);
});
