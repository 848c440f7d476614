/**
 * An upgrade of ks-core, chart and CRDs, in one run with changes of what lies on it, and in the outage of the admission webhooks that
 * each upgrade brings: their new certificate is demanded before the controller manager has it.
 */
import { cp, readFile, writeFile } from "fs/promises";
import { join } from "path";
import { CERTIFICATE } from "../support/certificate";
import { temporaryFolders } from "../support/charts";
import { extensionStack, greetingChart, KUBESPHERE, PLAN_CHANGES, type ExtensionStack } from "../support/extensionStack";
import { api, environment, read, run as command, succeeded } from "../support/sandbox";
import { until } from "../support/until";
import { Run } from "../recovery/support";

const CHART = "sandbox/charts/ks-core";
const OURS = "/api/v1/namespaces/extension-shop/configmaps";
const SYSTEM = "/api/v1/namespaces/kubesphere-system";
const CALLBACK = "https://app.example.com/callback";

const folder = temporaryFolders();
let env: NodeJS.ProcessEnv;
let stack: ExtensionStack;
let shop: string;
let upgraded: string;

extensionStack(async (ready) => {
  stack = ready;
  env = await environment();
  shop = await folder(greetingChart("shop", "0.1.0"));
  upgraded = await folder({});
  await cp(CHART, upgraded, { recursive: true });
  const edit = async (file: string, from: string, to: string) => {
    const text = await readFile(join(upgraded, file), "utf8");
    if (!text.includes(from)) throw new Error(`${file} has no ${from}`);
    await writeFile(join(upgraded, file), text.replace(from, to));
  };
  await edit("Chart.yaml", "version: 1.1.3", "version: 1.1.4");
  await edit("Chart.yaml", "appVersion: v4.1.2", "appVersion: v4.1.3");
  const icon = "                icon: { type: string }";
  await edit("crds/categories.kubesphere.io.yaml", icon, `${icon}\n                color: { type: string }`);
  await declare("old", "hello");
  await stack.deploy();
  const made = await api(env, "POST", OURS, { metadata: { name: "orders" }, data: { orders: "7" } });
  if (made.status !== 201) throw new Error(made.body);
});

/** What lies on ks-core changes with it. */
const declare = (version: "old" | "new", greeting: string) =>
  stack.configure({
    ksCore: version === "old" ? { chart: `./${CHART}` } : { chart: upgraded, values: { helmExecutor: { timeout: "15m" } } },
    extensions: [{ source: shop, install: { config: { shop: { greeting } } } }],
    oauthClients: [{ name: "app", redirectURIs: [version === "old" ? CALLBACK : `${CALLBACK}/new`], scopes: ["openid"] }],
  });

/** Whether the API server takes the field that the new chart's CRD has. */
const takesNewField = async () => {
  const category = { apiVersion: "kubesphere.io/v1alpha1", kind: "Category", metadata: { name: "ours" }, spec: { color: "red" } };
  const { status, body } = await api(env, "POST", `${KUBESPHERE}/categories?dryRun=All&fieldValidation=Strict`, category);
  if (status === 201) return true;
  expect([status, body]).toEqual([400, expect.stringContaining('unknown field \\"spec.color\\"')]);
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

test("a preview of the upgrade shows the release's change, and takes nothing away", async () => {
  before = await identities();
  expect(before).toEqual(before.map(() => expect.any(String) as string));
  expect([await takesNewField(), await executorTimeout()]).toEqual([false, "10m"]);
  await declare("new", "hi");
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
  await run.says("admission webhooks do not answer yet").finally(mend);
  succeeded(await run.ended);
  expect([await takesNewField(), await executorTimeout()]).toEqual([true, "15m"]);
  expect(await identities()).toEqual(before);
  expect(await stack.plan()).toMatchObject({ state: "Installed", version: "0.1.0" });
  expect(await stack.greeting()).toBe("hi from 0.1.0");
  expect(await client()).toContain(`${CALLBACK}/new`);
  expect(await stack.preview()).toEqual([]);
});

test("the way back to the old chart is the same, and takes the new field away again", async () => {
  await declare("old", "hello");
  await stack.deploy();
  expect([await takesNewField(), await executorTimeout()]).toEqual([false, "10m"]);
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
  const recover = (...args: string[]) => command(process.execPath, ["cli/luban.mjs", "recover", "--stack", "sandbox", ...args], { env });
  const shown = await recover();
  expect(shown.stdout).toContain(
    "held by kubesphere.io/cascading-deletion: another release of KubeSphere set it, and 4.1.2 does not take it off",
  );
  succeeded(await recover("--yes"));
  expect(await namespace()).toBeUndefined();
  succeeded(await new Run(["destroy"], env).ended);
});
