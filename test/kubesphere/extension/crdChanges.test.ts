import { broughtCrds, crdWords, specDigest, staleCrds, type Crd } from "../../../kubesphere/extension/crdChanges";
import type { RenderedObject } from "../../../kubesphere/chart/renderedObject";
import { chartFiles } from "../../support/charts";

const FILE = "charts/web/crds/foos.yaml";
const definition = (field: string): RenderedObject => ({
  apiVersion: "apiextensions.k8s.io/v1",
  kind: "CustomResourceDefinition",
  metadata: { name: "foos.example.com" },
  spec: { group: "example.com", names: { kind: "Foo", plural: "foos" }, versions: [{ name: "v1", schema: field }] },
});
const text = (field: string) => JSON.stringify(definition(field));
const contents = chartFiles({ "Chart.yaml": "name: web\n", [FILE]: text("new") });
const crds = broughtCrds([
  { ...definition("new"), templateFile: FILE },
  { ...definition("new"), metadata: { name: "of-a-template" }, templateFile: "templates/crd.yaml" },
]);

/** As the API server keeps it. */
const kept = (field: string): Crd => {
  const { metadata, spec } = definition(field);
  const names = { plural: "foos", singular: "foo", kind: "Foo", listKind: "FooList" };
  return { metadata, spec: { ...(spec as object), names, conversion: { strategy: "None" } } };
};
const cluster = (crd: Crd | undefined, applied: () => Promise<Crd> = () => Promise.reject(new Error("not to be asked"))) => ({
  crd: () => Promise.resolve(crd),
  appliedCrd: applied,
});
const told = async (isInstalled: boolean, of: ReturnType<typeof cluster>) =>
  crdWords(await staleCrds({ crds, contents, isInstalled }, of), isInstalled, "./my web");

const APPLY = "npx luban extension crds './my web' foos.example.com | kubectl apply --server-side --force-conflicts -f -";

test("only what stands in crds/ is Helm's to leave", () =>
  expect(crds.map(({ name, file }) => [name, file])).toEqual([["foos.example.com", FILE]]));

test.each([true, false])("one that is as the chart has it is no news, and costs one question", async (isInstalled) => {
  expect(await told(isInstalled, cluster(kept("new")))).toEqual([]);
});

test("a first install makes those that are not there", async () => expect(await told(false, cluster(undefined))).toEqual([]));

test("an upgrade does not make a new one: told, with the way", async () => {
  expect(await told(true, cluster(undefined))).toEqual([
    `CRD foos.example.com (${FILE}): the cluster does not have it, and Helm makes what stands in crds/ at a first install only. To make it: ${APPLY}`,
  ]);
});

test("an upgrade does not change one: told, with the way", async () => {
  const tried: unknown[] = [];
  const [said] = await told(
    true,
    cluster(kept("old"), (...asked) => {
      tried.push(...asked);
      return Promise.resolve(kept("new"));
    }),
  );
  expect(said).toBe(
    `CRD foos.example.com (${FILE}): the cluster has another one, and Helm leaves it so at an upgrade: what only the chart's has will be dropped or ` +
      `refused. To apply the chart's, for all that use it: ${APPLY}`,
  );
  expect(tried).toEqual([definition("new")]);
});

test("a first install that inherits an older one says so", async () => {
  const [said] = await told(
    false,
    cluster(kept("old"), () => Promise.resolve(kept("new"))),
  );
  expect(said).toContain("the cluster has another one, from an earlier install or from elsewhere, and Helm leaves it so at an install: ");
});

test("what the API server makes the same of is no news, however it is written", async () => {
  expect(
    await told(
      true,
      cluster(kept("pruned"), () => Promise.resolve(kept("pruned"))),
    ),
  ).toEqual([]);
});

test("one that the API server would not take is told with its words, and no command that fails", async () => {
  const [said, ...more] = await told(
    true,
    cluster(kept("old"), () => Promise.reject(new Error("HTTP 422: status.storedVersions[0]: v1alpha1"))),
  );
  expect(said).toContain("the API server does not take the chart's: HTTP 422: status.storedVersions[0]: v1alpha1. The chart's author says");
  expect([said?.includes("kubectl"), more]).toEqual([false, []]);
});

test("specs are equal whatever the order of their keys, and not of their lists", () => {
  expect(specDigest({ a: 1, versions: [1, 2] })).toBe(specDigest({ versions: [1, 2], a: 1 }));
  expect(specDigest({ versions: [1, 2] })).not.toBe(specDigest({ versions: [2, 1] }));
});

test("a chart's names are words of the printed command and no commands of their own", () => {
  const [said] = crdWords([{ name: "a; rm -rf ~", file: FILE, is: "missing" }], true, "./it's");
  expect(said).toContain("npx luban extension crds './it'\\''s' 'a; rm -rf ~' | kubectl apply ");
});
