/**
 * How an extension is rolled out on the real engine and a real API server. Each preview lists exactly what its step changes, and so
 * says too that the step before it left nothing to do.
 */
import { writeFile } from "fs/promises";
import { join } from "path";
import { temporaryFolders } from "../support/charts";
import { extensionStack, GREETING, greetingChart, KUBESPHERE, PLAN_CHANGES, type ExtensionStack } from "../support/extensionStack";
import { changes, nameOf } from "../support/stack";

jest.setTimeout(5 * 60_000);

const folder = temporaryFolders();
let stack: ExtensionStack;
let old: string;
let young: string;
extensionStack(async (ready) => {
  stack = ready;
  old = await folder(greetingChart("shop", "0.1.0"));
  young = await folder(greetingChart("shop", "0.2.0"));
});

test("the Marketplace offers every version declared, and the one chosen is installed", async () => {
  await stack.declare([old, young], { version: "0.1.0" });
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
  await stack.deploy();
  expect(await stack.offered()).toEqual(["0.1.0", "0.2.0"]);
  expect(await stack.plan()).toMatchObject({ state: "Installed", version: "0.1.0", targetNamespace: "extension-shop" });
  expect(await stack.greeting()).toBe("hello from 0.1.0");
});

test("an upgrade is the plan's change alone, and the highest version is the default", async () => {
  await stack.declare([old, young]);
  expect(await stack.preview()).toEqual(["update shop", `update shop-plan ${PLAN_CHANGES} spec.extension.version`]);
  await stack.deploy();
  expect(await stack.greeting()).toBe("hello from 0.2.0");
});

test("a rollback installs the older version again", async () => {
  await stack.declare([old, young], { version: "0.1.0" });
  expect(await stack.preview()).toEqual(["update shop", `update shop-plan ${PLAN_CHANGES} spec.extension.version`]);
  await stack.deploy();
  expect(await stack.plan()).toMatchObject({ state: "Installed", version: "0.1.0" });
  expect(await stack.greeting()).toBe("hello from 0.1.0");
});

test("a config given as text is rolled out, kept as it was written but for white space at the ends of lines", async () => {
  await stack.declare([old, young], { version: "0.1.0", config: "# how we greet   \nshop: {greeting: 'good day'}\n" });
  expect(await stack.preview()).toEqual(["update shop", `update shop-plan ${PLAN_CHANGES}`]);
  await stack.deploy();
  const config = (await stack.get(`${KUBESPHERE}/installplans/shop`))?.spec["config"];
  expect(config).toMatch(/^# how we greet\nshop: \{greeting: 'good day'\}\n# package sha256:[0-9a-f]{64}\n$/);
  expect(await stack.greeting()).toBe("good day from 0.1.0");
});

test("an extension that is switched off stays installed and leaves the console, and comes back", async () => {
  const bundles = "/apis/extensions.kubesphere.io/v1alpha1/jsbundles?labelSelector=kubesphere.io/extension-ref=shop";
  const bundle = async () =>
    (await stack.get<{ items: { status?: { state: string } }[] }>(bundles))?.items.map(({ status }) => status?.state);
  const settled = { version: "0.1.0", config: { shop: { greeting: "good day" } } };
  await stack.declare([old, young], { ...settled, enabled: false });
  expect(await stack.preview()).toEqual(["update shop", `update shop-plan ${PLAN_CHANGES} spec.enabled`]);
  await stack.deploy();
  expect([(await stack.plan())?.["enabled"], await bundle(), await stack.greeting()]).toEqual([
    undefined,
    ["Disabled"],
    "good day from 0.1.0",
  ]);
  await stack.declare([old, young], settled);
  expect(await stack.preview()).toEqual(["update shop", 'update shop-plan metadata.annotations["pulumi.com/waitFor"] spec.enabled']);
  await stack.deploy();
  expect([(await stack.plan())?.["enabled"], await bundle()]).toEqual([true, ["Available"]]);
});

test("a chart that changed under the same version is rolled out, and the preview names its files and shows no bytes", async () => {
  await writeFile(join(old, "templates/greeting.yaml"), `${GREETING}  changed: "yes"\n`);
  const steps = await stack.steps();
  expect(changes(steps)).toEqual(["update shop", 'update shop-0.1.0-chart binaryData["chart.tgz"]', `update shop-plan ${PLAN_CHANGES}`]);
  const component = steps.find((step) => nameOf(step) === "shop");
  const filesOf = (inputs: unknown) => (inputs as { versions: Record<string, { files: Record<string, string> }> }).versions["0.1.0"]?.files;
  const [before, after] = [filesOf(component?.oldState?.inputs), filesOf(component?.newState?.inputs)];
  expect(Object.keys(after ?? {}).filter((path) => after?.[path] !== before?.[path])).toEqual(["charts/shop/templates/greeting.yaml"]);
  await stack.deploy();
  expect((await stack.get<{ data: object }>("/api/v1/namespaces/extension-shop/configmaps/greeting"))?.data).toHaveProperty(
    "changed",
    "yes",
  );
  // What every gzip archive begins with, in base64.
  for (const text of [JSON.stringify(steps), await stack.state()]) expect(text).not.toContain('"H4sI');
});

test("an upgrade that fails ends the run with KubeSphere's reason and the Job's log, every time, until its mend goes through", async () => {
  await stack.declare([old, young], { version: "0.1.0", config: { shop: { greeting: "fail" } } });
  const failed = await stack.up();
  expect(failed.code).not.toBe(0);
  const said = /extension shop: UpgradeFailed: .+\n.*kubectl --namespace extension-shop logs job\/helm-executor-upgrade-shop-\w{6}/;
  expect(failed.stdout + failed.stderr).toMatch(said);
  expect(await stack.preview()).toEqual([]);
  expect((await stack.up()).code).not.toBe(0);
  await stack.declare([old, young], { version: "0.1.0" });
  expect(await stack.preview()).toEqual(["update shop", `update shop-plan ${PLAN_CHANGES}`]);
  await stack.deploy();
  expect(await stack.plan()).toMatchObject({ state: "Installed", version: "0.1.0" });
});
