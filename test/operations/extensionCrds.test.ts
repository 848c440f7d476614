/** CRDs of an extension's `crds/`, and what else Helm leaves as it is, told before and after, with ways that are typed as they are printed. */
import type { Report } from "../../cli/preview/model";
import { temporaryFolders } from "../support/charts";
import { extensionStack, greetingChart, type ExtensionStack } from "../support/extensionStack";
import { api, environment, run, succeeded } from "../support/sandbox";
import { until } from "../support/until";

const NAME = "foos.shop.example.com";
/** The stack's own resource of it. */
const DECLARED = `kubesphere-${NAME}`;
const PATH = `/apis/apiextensions.k8s.io/v1/customresourcedefinitions/${NAME}`;
const FOOS = "/apis/shop.example.com/v1/namespaces/default/foos";
const crd = (...fields: string[]) => `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: ${NAME}, creationTimestamp: null}
spec:
  group: shop.example.com
  scope: Namespaced
  names: {kind: Foo, plural: foos}
  versions:
    - name: v1
      served: true
      storage: true
      schema:
        openAPIV3Schema:
          type: object
          properties:
            spec: {type: object, properties: {${fields.map((field) => `${field}: {type: string}`).join(", ")}}}
`;
/** An object of the cluster, and one of the namespace, that the chart has Helm keep. */
const KEPT = `apiVersion: v1
kind: ConfigMap
metadata: {name: orders, annotations: {helm.sh/resource-policy: keep}}
---
apiVersion: scheduling.k8s.io/v1
kind: PriorityClass
metadata: {name: shop-first, annotations: {helm.sh/resource-policy: keep}}
value: 7
`;

const folder = temporaryFolders();
let stack: ExtensionStack;
let env: NodeJS.ProcessEnv;
const shop = (version: string, ...fields: string[]) =>
  folder({ ...greetingChart("shop", version), "crds/foos.yaml": crd(...fields), "templates/kept.yaml": KEPT });
const extension = (...args: string[]) => run(process.execPath, ["cli/luban.mjs", "extension", ...args], { env });
const report = async () => JSON.parse((await run(process.execPath, ["cli/luban.mjs", "preview", "--json"], { env })).stdout) as Report;
const fields = async () => {
  const found = await stack.get<{
    spec: { versions: { schema: { openAPIV3Schema: { properties: { spec: { properties: object } } } } }[] };
  }>(PATH);
  return Object.keys(found?.spec.versions[0]?.schema.openAPIV3Schema.properties.spec.properties ?? {}).sort();
};
const WAY = /npx luban extension crds \S+ \S+/;
const APPLIED = " | kubectl apply --server-side --force-conflicts -f -";

extensionStack(async (made) => {
  stack = made;
  env = await environment();
});

/** What `kubectl apply --server-side --force-conflicts -f -` does with what the printed command prints. */
async function typed(warning: string): Promise<void> {
  const [command = ""] = WAY.exec(warning) ?? [];
  expect(warning).toContain(command + APPLIED);
  const { items } = JSON.parse(succeeded(await run("sh", ["-c", command], { env }))) as { items: { metadata: { name: string } }[] };
  expect(items.map(({ metadata }) => metadata.name)).toEqual([NAME]);
  for (const item of items) expect([200, 201]).toContain((await api(env, "APPLY", PATH, item)).status);
}

test("what a first install makes is no news, nor is it on the runs that follow", async () => {
  await stack.declare([await shop("0.1.0", "size")]);
  expect((await report()).warnings).toEqual([]);
  expect(await stack.deploy()).not.toContain("CRD ");
  expect(await fields()).toEqual(["size"]);
  expect((await report()).warnings).toEqual([]);
});

test("a changed CRD is told by every preview and up until it is applied in the way that is printed, and not after", async () => {
  const source = await shop("0.2.0", "colour", "weight");
  await stack.declare([source]);
  const { warnings, packages } = await report();
  expect(warnings).toEqual([
    `kubesphere:extensions[0] (shop): CRD ${NAME} (charts/shop/crds/foos.yaml): the cluster has another one, and Helm leaves it so at an upgrade: ` +
      `what only the chart's has will be dropped or refused. To apply the chart's, for all that use it: npx luban extension crds ${source} ${NAME}${APPLIED}`,
  ]);
  expect(packages[0]?.files.find(({ path }) => path === "charts/shop/crds/foos.yaml")).toMatchObject({ change: "changed" });
  const text = (await run(process.execPath, ["cli/luban.mjs", "preview"], { env })).stdout;
  expect(text).toContain(`warning: ${warnings[0] ?? ""}`);
  expect(text).toContain("~ charts/shop/crds/foos.yaml changed (Helm makes CRDs at a first install, and changes and removes none)");
  for (const said of [(await stack.pulumi("preview")).stdout, await stack.deploy(), (await stack.pulumi("preview")).stdout])
    expect(said.replaceAll(/\s+/g, " ")).toContain(warnings[0]);
  expect(await fields()).toEqual(["size"]);

  await typed(warnings[0] ?? "");
  expect(await fields()).toEqual(["colour", "weight"]);
  expect((await report()).warnings).toEqual([]);
});

test("a CRD that the cluster does not have, as one that is new in a version, is made by the run that rolls it out, and follows its file from then on", async () => {
  await api(env, "DELETE", PATH);
  await until(async () => (await stack.get(PATH)) === undefined, 60_000, 100);
  const { warnings, resources } = await report();
  expect(warnings).toEqual([
    `extension shop: the cluster does not have CRD ${NAME}: this run makes it. Whatever others had made of the kind is lost`,
  ]);
  expect(resources.map(({ operation, name }) => `${operation} ${name}`)).toEqual([`create ${DECLARED}`, "update kubesphere-shop-plan"]);
  await stack.deploy();
  expect(await fields()).toEqual(["colour", "weight"]);

  await stack.declare([await shop("0.2.0", "colour", "size")]);
  const changed = await report();
  expect(changed.warnings).toEqual([]);
  expect(changed.resources.find(({ name }) => name === DECLARED)).toMatchObject({ operation: "update" });
  expect(await stack.deploy()).not.toContain("CRD ");
  expect([await fields(), (await report()).resources]).toEqual([["colour", "size"], []]);
});

const KEPT_STAYS =
  "PriorityClass shop-first stays: its chart has Helm keep it (helm.sh/resource-policy: keep); " +
  "when nobody needs it: kubectl delete priorityclass.scheduling.k8s.io shop-first";

test("a removal names the CRD that stays, with its objects, and what the chart has Helm keep, in each preview and run; both do stay", async () => {
  expect((await api(env, "POST", FOOS, { apiVersion: "shop.example.com/v1", kind: "Foo", metadata: { name: "one" } })).status).toBe(201);
  await stack.configure({ extensions: [] });
  const { releases, warnings, resources } = await report();
  // The release says it.
  expect(warnings).toEqual([]);
  expect(resources.map(({ name }) => name)).not.toContain(DECLARED);
  const shopRelease = releases.find(({ release }) => release === "shop");
  expect(shopRelease?.stays).toEqual([
    KEPT_STAYS,
    `CustomResourceDefinition ${NAME} stays: Helm never removes what stands in a chart's crds/; the cluster has 1 Foo; ` +
      `when nothing else needs it: kubectl delete crd ${NAME}, which takes every Foo with it`,
  ]);
  // It goes with its namespace, whatever Helm keeps.
  expect(shopRelease?.objects.filter(({ change }) => change === "deleted").map(({ name }) => name)).toContain("orders");
  expect(shopRelease?.objects.map(({ name }) => name)).not.toContain("shop-first");
  for (const said of [(await stack.pulumi("preview")).stdout, await stack.deploy()])
    for (const words of shopRelease?.stays ?? []) expect(said.replaceAll(/\s+/g, " ")).toContain(`extension shop goes, and ${words}`);
  expect([await fields(), (await api(env, "GET", `${FOOS}/one`)).status]).toEqual([["colour", "size"], 200]);
  expect((await stack.get("/apis/scheduling.k8s.io/v1/priorityclasses/shop-first"))?.metadata.name).toBe("shop-first");
  await api(env, "DELETE", "/apis/scheduling.k8s.io/v1/priorityclasses/shop-first");
});

test("a first install that inherits an older CRD says so, without a stack too, and unpublish names what stays", async () => {
  const source = await shop("0.3.0", "colour");
  await stack.declare([source]);
  expect((await report()).warnings).toEqual([
    expect.stringContaining(
      "the cluster has another one, from an earlier install or from elsewhere, and Helm leaves it so at an install: ",
    ),
  ]);
  await stack.configure({ extensions: [] });
  expect(succeeded(await extension("publish", source, "--install"))).toContain(
    "warning: CRD foos.shop.example.com (charts/shop/crds/foos.yaml): ",
  );
  const { kept } = JSON.parse(succeeded(await extension("unpublish", "shop", "--json"))) as { kept: { object: string; mend: string }[] };
  expect(kept.map(({ object, mend }) => `${object}: ${mend}`)).toEqual([
    // Somebody's, for all that is known.
    "Namespace extension-shop: look at it, keep what is needed, then: kubectl delete namespace extension-shop",
    `CustomResourceDefinition ${NAME}: when nothing else needs it: kubectl delete crd ${NAME}, which takes every Foo with it`,
    "ConfigMap extension-shop/orders: when nobody needs it: kubectl delete configmap orders --namespace extension-shop",
    "PriorityClass shop-first: when nobody needs it: kubectl delete priorityclass.scheduling.k8s.io shop-first",
  ]);
  for (const path of ["/api/v1/namespaces/extension-shop", PATH, "/apis/scheduling.k8s.io/v1/priorityclasses/shop-first"])
    expect([path, (await api(env, "DELETE", path)).status]).toEqual([path, 200]);
});
