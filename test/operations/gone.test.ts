/** What somebody takes away behind the back of program and KubeSphere: it is told, and the commands that are printed bring it back. */
import { dump } from "js-yaml";
import type { StackStatus } from "../../operate/status/status";
import { temporaryFolders } from "../support/charts";
import { greetingChart, KUBESPHERE } from "../support/extensionStack";
import { api, ask, environment, read, run, succeeded } from "../support/sandbox";
import { openedStack, type OpenedStack } from "../support/stack";
import { until } from "../support/until";

jest.setTimeout(4 * 60_000);

const folder = temporaryFolders();
const CRD = {
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "baskets.shop.example" },
  spec: {
    group: "shop.example",
    names: { kind: "Basket", plural: "baskets" },
    scope: "Namespaced",
    versions: [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema: { type: "object" } } }],
  },
};
const DEMO = "/apis/apps/v1/namespaces/extension-demo/deployments/demo";
const DEMO_SERVICE = "/api/v1/namespaces/extension-demo/services/demo";
const SHOP_SERVICE = "/api/v1/namespaces/extension-shop/services/shop";

let opened: OpenedStack;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  opened = await openedStack();
  env = await environment();
  const source = await folder({ ...greetingChart("shop", "0.1.0"), "crds/baskets.yaml": dump(CRD) });
  await opened.stack.configure({ extensions: [{ source: "./extensions/demo" }, { source }] });
  succeeded(await opened.stack.up());
}, 5 * 60_000);

const operate = (...args: string[]) => run(process.execPath, ["sandbox/run.mjs", ...args], { env });
const json = async <T>(...args: string[]) => JSON.parse((await operate(...args, "--json")).stdout) as T;
const remove = async (path: string) => expect((await api(env, "DELETE", path)).status).toBe(200);
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
  expect(status).toMatchObject({ code: 0 });
  expect(drifted).toMatchObject({ code: 0 });
  expect({ found, answer }).toEqual({ found: [], answer: 200 });
  succeeded(preview);
}
const url = async () =>
  (JSON.parse(succeeded(await opened.stack.pulumi("stack", "output", "--json"))) as { extensions: { demo: { url: string } } }).extensions
    .demo.url;

const REFRESHED = "pulumi up --refresh";

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

test("what was deleted, scaled to 0 or lost its kind is told with the command that brings it back", async () => {
  await remove(DEMO_SERVICE);
  expect((await api(env, "PATCH", `${DEMO}?fieldManager=kubectl-scale`, { spec: { replicas: 0 } })).status).toBe(200);
  await remove(SHOP_SERVICE);
  await remove("/apis/apiextensions.k8s.io/v1/customresourcedefinitions/baskets.shop.example");
  const [demo, shop] = ["helm rollback demo 1 --namespace extension-demo", "helm rollback shop 1 --namespace extension-shop"];
  const told = await reasons("demo");
  expect(told[0]).toMatch(
    /^Somebody has taken away what was installed: .*Service demo is gone.*\. `helm rollback demo 1 --namespace extension-demo` brings them back\.$/,
  );
  expect(told[0]).toContain("Deployment extension-demo/demo is scaled to 0");
  const [service = "", crd = ""] = await reasons("shop");
  expect(service).toContain(`Service shop is gone. \`${shop}\` brings it back.`);
  expect(crd).toMatch(/^CRD baskets\.shop\.example \(.*\): the cluster does not have it/);
  const found = await findings();
  expect(found.map(({ object }) => object).sort()).toEqual([
    "CustomResourceDefinition baskets.shop.example",
    expect.stringContaining("Service demo"),
    "Service shop",
  ]);
  expect((await drift()).sort()).toEqual([
    `Deployment extension-demo/demo changed: ${demo}`,
    `Service demo missing: ${demo}`,
    `Service shop missing: ${shop}`,
  ]);
  for (const { mend } of found) for (const command of mend) await typed(command);
  await until(async () => (await read<{ status: { readyReplicas?: number } }>(DEMO, env))?.status.readyReplicas === 1, 60_000, 100);
  await expectAsWanted();
});

test("a plan that was deleted is told with the command that installs it, which does", async () => {
  await remove(`${KUBESPHERE}/installplans/shop`);
  await gone(`${KUBESPHERE}/installplans/shop`);
  expect(await reasons("shop")).toEqual([`It is not installed: the cluster has no InstallPlan of it. \`${REFRESHED}\` installs it.`]);
  await typed(REFRESHED);
  await expectAsWanted();
});
