/** What somebody takes away behind the back of program and KubeSphere: it is told, and the commands that are printed bring it back. */
import { dump } from "js-yaml";
import type { StackStatus } from "../../cli/status/status";
import { temporaryFolders } from "../support/charts";
import { greetingChart, KUBESPHERE } from "../support/extensionStack";
import { api, ask, environment, read, run, succeeded } from "../support/sandbox";
import { openedStack, type OpenedStack } from "../support/stack";
import { until } from "../support/until";

const folder = temporaryFolders();
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const definition = (group: string, kind: string) => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: `${kind.toLowerCase()}s.${group}` },
  spec: {
    group,
    names: { kind, plural: `${kind.toLowerCase()}s` },
    scope: "Namespaced",
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
});
const BASKETS = definition("shop.example", "Basket");
const CARTS = definition("till.example", "Cart");
/** As somebody else's operator has it made, of which the stack knows nothing. */
const GUESTS = definition("inn.example", "Guest");
/** As Helm has it that made it in an earlier rollout: with the object beside it no first one would succeed. */
const CARTS_OF_TILL = {
  ...CARTS,
  metadata: {
    ...CARTS.metadata,
    labels: { "app.kubernetes.io/managed-by": "Helm" },
    annotations: { "meta.helm.sh/release-name": "till", "meta.helm.sh/release-namespace": "extension-till" },
  },
};
const BASKET = "/apis/shop.example/v1/namespaces/extension-shop/baskets/mine";
const CART = "/apis/till.example/v1/namespaces/extension-till/carts/mine";
const GUEST = "/apis/inn.example/v1/namespaces/extension-till/guests/mine";
const DEMO = "/apis/apps/v1/namespaces/extension-demo/deployments/demo";
const DEMO_SERVICE = "/api/v1/namespaces/extension-demo/services/demo";
const TILL_SERVICE = "/api/v1/namespaces/extension-till/services/till";
const SHOP_SERVICE = "/api/v1/namespaces/extension-shop/services/shop";

let opened: OpenedStack;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  opened = await openedStack();
  env = await environment();
  const shop = await folder({
    ...greetingChart("shop", "0.1.0"),
    "crds/baskets.yaml": dump(BASKETS),
    "templates/basket.yaml": dump({ apiVersion: "shop.example/v1", kind: "Basket", metadata: { name: "mine" } }),
  });
  const till = await folder({
    ...greetingChart("till", "0.1.0"),
    "templates/carts.yaml": dump(CARTS),
    "templates/cart.yaml": dump({ apiVersion: "till.example/v1", kind: "Cart", metadata: { name: "mine" } }),
    "templates/guest.yaml": dump({ apiVersion: "inn.example/v1", kind: "Guest", metadata: { name: "mine" } }),
  });
  for (const crd of [CARTS_OF_TILL, GUESTS]) expect((await api(env, "POST", CRDS, crd)).status).toBe(201);
  await opened.stack.configure({ extensions: [{ source: "./extensions/demo" }, { source: shop }, { source: till }] });
  succeeded(await opened.stack.up());
});

const operate = (...args: string[]) => run(process.execPath, ["cli/luban.mjs", ...args], { env });
const json = async <T>(...args: string[]) => JSON.parse((await operate(...args, "--json")).stdout) as T;
const remove = async (path: string) => expect((await api(env, "DELETE", path)).status).toBe(200);
const scaleToNothing = async () =>
  expect((await api(env, "PATCH", `${DEMO}?fieldManager=kubectl-scale`, { spec: { replicas: 0 } })).status).toBe(200);
const gone = (path: string) => until(async () => (await read(path, env)) === undefined, 60_000, 100);
/** As somebody types it who copies it; a question that the engine would ask is answered. */
const typed = async (command: string) =>
  succeeded(
    await run("bash", ["-c", command.startsWith("pulumi up") ? `${command} --yes --skip-preview --non-interactive` : command], { env }),
  );

const reasons = async (name: string) => (await json<StackStatus>("status")).extensions.find((it) => it.name === name)?.reasons ?? [];
const findings = async () =>
  (await json<{ checks: { check: string; findings: { object: string; mend: string[] }[] }[] }>("doctor")).checks.flatMap(
    ({ check, findings: all }) => (check === "taken" || check === "crds" ? all : []),
  );
const drift = async () =>
  (await json<{ differences: { object: string; drift: string; wayBack: string[] }[] }>("drift")).differences.map(
    ({ object, drift: how, wayBack }) => `${object} ${how}: ${wayBack.join(", ")}`,
  );

async function expectAsWanted(): Promise<void> {
  const [status, drifted, found, preview, { status: answer }] = await Promise.all([
    ...([operate("status"), operate("drift")] as const),
    findings(),
    opened.stack.pulumi("preview", "--expect-no-changes"),
    url().then(ask),
  ]);
  // Whole, since what they print says what is not as wanted.
  expect(status).toEqual({ ...status, code: 0 });
  expect(drifted).toEqual({ ...drifted, code: 0 });
  expect({ found, answer }).toEqual({ found: [], answer: 200 });
  succeeded(preview);
}
const url = async () =>
  (JSON.parse(succeeded(await opened.stack.pulumi("stack", "output", "--json"))) as { extensions: { demo: { url: string } } }).extensions
    .demo.url;

const REFRESHED = "pulumi up --refresh";
const RESTORED = (lost: string) =>
  `extension shop: the cluster does not have CRD baskets.shop.example, and ${lost}: this run makes it, and rolls the extension out again`;

test("a namespace that was deleted and a release that was uninstalled are told by status, doctor and drift, and one run has both installed again", async () => {
  await remove("/api/v1/namespaces/extension-demo");
  succeeded(await run("helm", ["uninstall", "shop", "--namespace", "extension-shop"], { env }));
  await gone("/api/v1/namespaces/extension-demo");
  const said = (what: string) => [`Somebody has taken away what was installed: ${what}. \`${REFRESHED}\` brings it back.`];
  expect(await reasons("demo")).toEqual(said("the namespace extension-demo is gone"));
  expect(await reasons("shop")).toEqual(said("the namespace extension-shop has no Helm release shop"));
  expect((await findings()).map(({ object, mend }) => ({ object, mend }))).toEqual([
    { object: "Namespace extension-demo", mend: [REFRESHED] },
    { object: "Release extension-shop/shop", mend: [REFRESHED] },
  ]);
  expect((await drift()).sort()).toEqual([
    `Namespace extension-demo missing: ${REFRESHED}`,
    `Release extension-demo/demo missing: ${REFRESHED}`,
    `Release extension-shop/shop missing: ${REFRESHED}`,
  ]);
  await typed(REFRESHED);
  expect(await read(SHOP_SERVICE, env)).toBeDefined();
  await expectAsWanted();
});

test("a release that was uninstalled is foreseen by a preview and installed again by a run that refreshes nothing", async () => {
  succeeded(await run("helm", ["uninstall", "shop", "--namespace", "extension-shop"], { env }));
  expect(await opened.stack.preview()).toContain("replace shop-plan metadata.annotations.kubesphere-luban/reinstalled");
  succeeded(await opened.stack.up());
  expect(await read(SHOP_SERVICE, env)).toBeDefined();
  await expectAsWanted();
});

test("what was deleted, scaled to 0 or lost its kind is told with the command that brings it back, as a preview foresees", async () => {
  await remove(DEMO_SERVICE);
  await scaleToNothing();
  await remove(SHOP_SERVICE);
  await remove(`${CRDS}/baskets.shop.example`);
  await gone(`${CRDS}/baskets.shop.example`);
  const told = await reasons("demo");
  expect(told[0]).toMatch(
    /^Somebody has taken away what was installed: .*Service demo is gone.*\. `pulumi up --refresh` brings them back\.$/,
  );
  expect(told[0]).toContain("Deployment extension-demo/demo is scaled to 0");
  expect(await reasons("shop")).toEqual([
    `CRD baskets.shop.example (charts/shop/crds/baskets.yaml): the cluster does not have it. \`${REFRESHED}\` brings it back.`,
    "Somebody has taken away what was installed: Service shop is gone, Basket mine is gone with its kind: the cluster has no Basket of " +
      `shop.example/v1. \`${REFRESHED}\` brings them back.`,
  ]);
  const found = await findings();
  expect(found.map(({ object }) => object).sort()).toEqual([
    "CustomResourceDefinition baskets.shop.example",
    expect.stringContaining("Service demo"),
    "Service shop, Basket mine",
  ]);
  expect((await drift()).sort()).toEqual([
    `Basket mine missing: ${REFRESHED}`,
    `CustomResourceDefinition baskets.shop.example missing: ${REFRESHED}`,
    `Deployment extension-demo/demo changed: ${REFRESHED}`,
    `Service demo missing: ${REFRESHED}`,
    `Service shop missing: ${REFRESHED}`,
  ]);
  const preview = succeeded(await opened.stack.pulumi("preview"));
  expect(preview).toMatch(/extension demo: .*Service demo is gone.*: it is rolled out again/);
  expect(preview).toContain(RESTORED("Service shop is gone, Basket mine is gone"));
  for (const command of new Set(found.flatMap(({ mend }) => mend))) await typed(command);
  await until(async () => (await read<{ status: { readyReplicas?: number } }>(DEMO, env))?.status.readyReplicas === 1, 60_000, 100);
  expect(await read(BASKET, env)).toBeDefined();
  await expectAsWanted();
});

test("a CRD among templates that is gone with objects of its release is told with what brings both back, and rolls out nothing before", async () => {
  await remove(`${CRDS}/carts.till.example`);
  await gone(`${CRDS}/carts.till.example`);
  const back =
    "helm get manifest till --namespace extension-till | npx luban extension crds - carts.till.example | " +
    "kubectl apply --server-side --force-conflicts -f -";
  expect(await reasons("till")).toEqual([
    `Somebody has taken away what was installed: CustomResourceDefinition carts.till.example is gone. \`${back}\` brings it back.`,
    "Somebody has taken away what was installed: Cart mine is gone with its kind: the cluster has no Cart of till.example/v1. " +
      `\`${REFRESHED}\` brings it back.`,
  ]);
  const unchanged = succeeded(await opened.stack.pulumi("preview", "--expect-no-changes"));
  expect(unchanged).toContain(`extension till: CustomResourceDefinition carts.till.example is gone, which no rollout mends: ${back}`);
  expect((await drift()).sort()).toEqual([
    `Cart mine missing: ${REFRESHED}`,
    `CustomResourceDefinition carts.till.example missing: ${back}`,
  ]);
  const mends = (await findings()).flatMap(({ mend }) => mend);
  expect(mends).toEqual([back, REFRESHED]);
  for (const command of mends) await typed(command);
  expect(await read(CART, env)).toBeDefined();
});

test("what is gone with somebody else's kind, and beside it, is told with what has to be there first, and comes back with the printed command then", async () => {
  await remove(TILL_SERVICE);
  await remove(`${CRDS}/guests.inn.example`);
  await gone(`${CRDS}/guests.inn.example`);
  const withKind = "Service till is gone, Guest mine is gone with its kind: the cluster has no Guest of inn.example/v1";
  const first = "Nothing that is installed here brings that kind: once what does is there again";
  expect(await reasons("till")).toEqual([
    `Somebody has taken away what was installed: ${withKind}. ${first}, \`${REFRESHED}\` brings them back.`,
  ]);
  expect((await findings()).map(({ mend }) => mend)).toEqual([[`${first}: ${REFRESHED}`]]);
  expect((await drift()).sort()).toEqual(["Guest mine missing: ", "Service till missing: "]);
  expect(succeeded(await opened.stack.pulumi("preview", "--expect-no-changes"))).toContain(
    `extension till: ${withKind}. ${first}, a run brings them back`,
  );
  expect((await api(env, "POST", CRDS, GUESTS)).status).toBe(201);
  await until(async () => (await api(env, "GET", "/apis/inn.example/v1/guests")).status === 200, 60_000, 100);
  await typed(REFRESHED);
  expect([await read(GUEST, env), await read(TILL_SERVICE, env)]).toEqual([expect.anything(), expect.anything()]);
});

test("what is deleted, with its CRD of crds/ or alone, or scaled to 0 comes back by a run that refreshes nothing, and whoever takes it away at once again is told another way", async () => {
  await remove(DEMO);
  // For the second time: the state has it.
  await remove(`${CRDS}/baskets.shop.example`);
  await gone(`${CRDS}/baskets.shop.example`);
  expect(await opened.stack.preview()).toEqual([
    "replace baskets.shop.example metadata.annotations.kubesphere-luban/restored",
    "update demo-plan metadata.annotations.kubesphere-luban/repaired spec.config",
    "update shop-plan metadata.annotations.kubesphere-luban/repaired metadata.annotations.kubesphere-luban/restored-crds spec.config",
  ]);
  expect(succeeded(await opened.stack.up())).toContain(RESTORED("Basket mine is gone"));
  expect([await read(DEMO, env), await read(BASKET, env)]).toEqual([expect.anything(), expect.anything()]);

  await scaleToNothing();
  succeeded(await opened.stack.up());
  expect(await read(DEMO, env)).toMatchObject({ spec: { replicas: 1 } });

  await scaleToNothing();
  const unchanged = succeeded(await opened.stack.pulumi("preview", "--expect-no-changes"));
  const [, back = ""] =
    /takes it away each time\. Once they have ended: (helm rollback demo \d+ --namespace extension-demo)/.exec(unchanged) ?? [];
  expect(await reasons("demo")).toContainEqual(expect.stringContaining(`\`${back}\` brings it back.`));
  // The next test ends with everything as wanted.
  await typed(back);
});

test("a plan that was deleted is told with the command that installs it, which does", async () => {
  await remove(`${KUBESPHERE}/installplans/shop`);
  await gone(`${KUBESPHERE}/installplans/shop`);
  expect(await reasons("shop")).toEqual([`It is not installed: the cluster has no InstallPlan of it. \`${REFRESHED}\` installs it.`]);
  await typed(REFRESHED);
  await expectAsWanted();
});
