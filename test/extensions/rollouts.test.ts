/**
 * How an extension is rolled out on the real engine and a real API server. Each preview lists exactly what its step changes, and so
 * says too that the step before it left nothing to do.
 */
import { writeFile } from "fs/promises";
import { join } from "path";
import { temporaryFolders, type Files } from "../support/charts";
import { extensionStack, GREETING, greetingChart, KUBESPHERE, PLAN_CHANGES, type ExtensionStack } from "../support/extensionStack";
import { api, environment } from "../support/sandbox";
import { changes, nameOf } from "../support/stack";
import { until } from "../support/until";

const folder = temporaryFolders();
const within = (path: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, it]) => [`${path}/${name}`, it]));
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
  expect(config).toMatch(/^# how we greet\nshop: \{greeting: 'good day'\}\n# package sha256:[0-9a-f]{64}\n# platform [0-9a-f]{16}\n$/);
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
  expect(await stack.preview()).toEqual(["update shop", "update shop-plan spec.enabled"]);
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

test("an upgrade that fails ends the run with what Helm said and the Job's name, every time, until its mend goes through", async () => {
  await stack.declare([old, young], { version: "0.1.0", config: { shop: { greeting: "fail" } } });
  const failed = await stack.up();
  expect(failed.code).not.toBe(0);
  const said =
    /extension shop: UpgradeFailed: UPGRADE FAILED: [^]*nobody-greets-so[^]*\n.*kubectl --namespace extension-shop logs job\/helm-executor-upgrade-shop-\w{6}/;
  expect(failed.stdout + failed.stderr).toMatch(said);
  expect(await stack.preview()).toEqual([]);
  expect((await stack.up()).code).not.toBe(0);
  await stack.declare([old, young], { version: "0.1.0" });
  expect(await stack.preview()).toEqual(["update shop", `update shop-plan ${PLAN_CHANGES}`]);
  await stack.deploy();
  expect(await stack.plan()).toMatchObject({ state: "Installed", version: "0.1.0" });
});

describe("a rollout that failed for a reason outside of the chart", () => {
  const POLICIES = "/apis/admissionregistration.k8s.io/v1";
  const policy = {
    metadata: { name: "no-greetings" },
    spec: {
      matchConstraints: {
        resourceRules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE", "UPDATE"], resources: ["configmaps"] }],
      },
      validations: [{ expression: "object.metadata.name != 'greeting'", message: "nobody is greeted today" }],
    },
  };
  const binding = { metadata: { name: "no-greetings" }, spec: { policyName: "no-greetings", validationActions: ["Deny"] } };
  const refuses = async () =>
    (await api(await environment(), "POST", "/api/v1/namespaces/default/configmaps?dryRun=All", { metadata: { name: "greeting" } }))
      .status === 422;
  const removed = async () => {
    const env = await environment();
    await api(env, "DELETE", `${POLICIES}/validatingadmissionpolicybindings/no-greetings`);
    await api(env, "DELETE", `${POLICIES}/validatingadmissionpolicies/no-greetings`);
  };
  afterAll(removed);

  test("is rolled out again by another word in the configuration, which the error names", async () => {
    const env = await environment();
    await api(env, "POST", `${POLICIES}/validatingadmissionpolicies`, policy);
    await api(env, "POST", `${POLICIES}/validatingadmissionpolicybindings`, binding);
    await until(refuses, 60_000);
    const install = { version: "0.1.0", config: { shop: { greeting: "welcome" } } };
    await stack.declare([old, young], install);
    const failed = await stack.up();
    expect([failed.code === 0, failed.stdout + failed.stderr]).toEqual([
      false,
      expect.stringMatching(/nobody is greeted today[^]*install\.attempt/),
    ]);
    await removed();
    await until(async () => !(await refuses()), 60_000);
    expect((await stack.up()).code).not.toBe(0);
    await stack.declare([old, young], { ...install, attempt: 2 });
    expect(await stack.preview()).toEqual(["update shop", `update shop-plan ${PLAN_CHANGES}`]);
    await stack.deploy();
    expect(await stack.greeting()).toBe("welcome from 0.1.0");
  });
});

describe("an extension for several clusters, when no cluster is to have it any more", () => {
  const NOBODY = { clusterSelector: { matchLabels: { "cluster.kubesphere.io/none": "true" } } };
  const EU = { clusterSelector: { matchLabels: { zone: "eu" } } };
  const PLAN = `${KUBESPHERE}/installplans/fleet`;
  const scheduling = async () => (await stack.get(PLAN))?.spec["clusterScheduling"];
  const install = (placement: object, more: object = {}) => ({ ...more, clusterScheduling: { placement } });
  let fleet: string;
  beforeAll(async () => {
    const agent = { "Chart.yaml": "apiVersion: v2\nname: agent\nversion: 0.1.0\n", "values.yaml": "", "templates/a.yaml": "" };
    fleet = await folder({
      ...within("charts/shop", greetingChart("shop", "0.1.0")),
      ...within("charts/agent", agent),
      "extension.yaml": `apiVersion: kubesphere.io/v1alpha1
name: fleet
version: 0.1.0
displayName: { en: Fleet }
description: { en: Runs everywhere }
category: dev-tools
keywords: [fleet]
kubeVersion: ">=1.25.0-0"
ksVersion: ">=4.0.0-0"
provider: { en: { name: Example, email: "", url: "" } }
icon: ./icon.svg
dependencies: [{ name: shop, tags: [extension] }, { name: agent, tags: [agent] }]
installationMode: Multicluster
`,
      "permissions.yaml": 'kind: Role\nrules:\n  - { apiGroups: ["*"], resources: ["*"], verbs: ["*"] }\n',
      "values.yaml": "",
      "icon.svg": "<svg/>",
    });
  });

  const write = async (spec: object) => (await api(await environment(), "PATCH", PLAN, { spec })).status;

  test("leaves KubeSphere's controller manager alive, and the next run nothing to do", async () => {
    await stack.declare([fleet], install(EU));
    await stack.deploy();
    await stack.declare([fleet], install({ clusters: [] }));
    await stack.deploy();
    expect([await scheduling(), await stack.preview(), await write({})]).toEqual([{ placement: NOBODY }, [], 200]);
    expect(await stack.plan("fleet")).toMatchObject({ state: "Installed" });
  });

  test("as it would not be without a placement, until a write gets through between two of its deaths", async () => {
    const { extension, enabled } = (await stack.get(PLAN))?.spec as { extension: object; enabled: boolean };
    const apply = async (placement: object) => {
      const spec = { extension, enabled, clusterScheduling: { placement } };
      const object = { apiVersion: "kubesphere.io/v1alpha1", kind: "InstallPlan", metadata: { name: "fleet" }, spec };
      return [(await api(await environment(), "APPLY", PLAN, object)).status, await scheduling()];
    };
    expect([await apply(EU), await apply({})]).toEqual([
      [200, { placement: EU }],
      [200, {}],
    ]);
    await until(async () => (await write({})) === 500, 60_000);
    // What doctor says.
    await until(async () => (await write({ clusterScheduling: { placement: NOBODY } })) === 200, 60_000);
    await until(async () => (await write({})) === 200, 60_000);
  });
});
