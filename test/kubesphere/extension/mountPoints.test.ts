import type { RenderedObject } from "../../../kubesphere/chart/renderedObject";
import { frontendIntegrations, goneEntries, wrongPlacements } from "../../../kubesphere/extension/mountPoints";

const EXTENSIONS = "extensions.kubesphere.io/v1alpha1";
const entry = (...parents: string[]): RenderedObject => ({
  ...{ apiVersion: EXTENSIONS, kind: "ExtensionEntry", metadata: { name: "shop" }, templateFile: "templates/entry.yaml" },
  spec: { entries: parents.map((parent) => ({ parent, name: "shop" })) },
});
const bundle = (spec: object): RenderedObject => ({ apiVersion: EXTENSIONS, kind: "JSBundle", metadata: { name: "shop-js" }, spec });
const inConfigMap = (text: string): RenderedObject[] => [
  bundle({ rawFrom: { configMapKeyRef: { name: "front", namespace: "extension-shop", key: "index.js" } } }),
  { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "front" }, data: { "index.js": text } },
];
const found = (objects: readonly RenderedObject[]) => goneEntries(objects).map(({ by, place }) => `${by}: ${place}`);

test("an entry that 4.2 does not show would be found by nobody before the upgrade", () => {
  expect(found([entry("global", "topbar", "workspace", "project.workloads", "topbar")])).toEqual([
    "ExtensionEntry shop: topbar",
    "ExtensionEntry shop: project",
  ]);
  expect(goneEntries([entry("topbar")])).toEqual([{ place: "topbar", by: "ExtensionEntry shop", templateFile: "templates/entry.yaml" }]);
  expect(found([entry("global", "workspace", "cluster", "projects")])).toEqual([]);
});

test.each([
  ["as JSON", '{"name":"shop","parent":"topbar"}', ["JSBundle shop-js: topbar"]],
  ["as an author writes it", "const menus = [{ parent: 'project', name: 'shop' }];", ["JSBundle shop-js: project"]],
  ["minified", 'a={parent:"topbar",name:"b"}', ["JSBundle shop-js: topbar"]],
  ["at a place that is still there", '{"parent":"global"}', []],
  ["in a word of another meaning", 'parent: topbar; transparent="topbar"', []],
])("a menu that a bundle registers would be missed: %s", (_, text, places) => {
  expect(found(inConfigMap(text))).toEqual(places);
  expect(found([bundle({ raw: Buffer.from(text).toString("base64") })])).toEqual(places);
});

test("a bundle's menu would be counted although the console passes over it: entries win over it", () => {
  expect(found([entry("global"), ...inConfigMap('{"parent":"topbar"}')])).toEqual([]);
});

test("kinds of the same name of other groups would be taken for KubeSphere's", () => {
  expect(found([{ ...entry("topbar"), apiVersion: "example.com/v1" }])).toEqual([]);
  const integration = (apiVersion: string): RenderedObject => ({ apiVersion, kind: "FrontendIntegration", metadata: { name: "a" } });
  const ours = integration("frontend-forge.kubesphere.io/v1alpha1");
  expect(frontendIntegrations([ours, integration("example.com/v1")])).toEqual([ours]);
  expect(wrongPlacements({ ...ours, spec: { menus: [{ placement: "global" }, { placement: "topbar" }, {}] } })).toEqual(["topbar"]);
});
