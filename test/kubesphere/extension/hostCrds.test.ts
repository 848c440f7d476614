/** Of the CRDs in a package, those that the host has: no command may miss the others there. */
import { writeChartArchive } from "../../../kubesphere/chart/archive";
import { hostCrds } from "../../../kubesphere/extension/stayingCrds";
import { chartFiles, type Files } from "../../support/charts";

const crd = (name: string) => `apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: { name: ${name} }\n`;
const chart = (name: string, more = "", files: Files = {}): Files => ({
  "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${more}`,
  [`crds/${name}.yaml`]: crd(name),
  ...files,
});
const within = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, data]) => [`charts/${folder}/${path}`, data]));
const DEPENDENCIES = [
  ...["dependencies:", "  - { name: front, version: 1.0.0, tags: [extension] }", "  - { name: back, version: 1.0.0, tags: [agent] }"],
  ...["  - { name: both, version: 1.0.0, tags: [extension, agent] }", "  - { name: choice, version: 1.0.0, condition: choice.enabled }"],
  ...["  - { name: both-but-off, version: 1.0.0, tags: [extension, agent], condition: off.enabled }", ""],
].join("\n");

const packed = async (files: Files) => writeChartArchive("shop", chartFiles(files));
const shop = async () => {
  const inner = chart("inner");
  const front = chart("front", "dependencies: [{ name: inner, version: 1.0.0, condition: inner.enabled }]\n", {
    "values.yaml": "inner: { enabled: false }\n",
    ...within("inner", inner),
  });
  return packed({
    "Chart.yaml": `apiVersion: v2\nname: shop\nversion: 1.0.0\n${DEPENDENCIES}`,
    "values.yaml": "choice: { enabled: false }\n",
    ...within("front", front),
    "charts/back-1.0.0.tgz": await writeChartArchive("back", chartFiles(chart("back"))),
    ...["both", "choice", "both-but-off", "unstated"].reduce<Files>((all, name) => ({ ...all, ...within(name, chart(name)) }), {}),
  });
};
const names = async (config: string) => (await hostCrds(await shop(), config)).map(({ metadata }) => metadata.name).sort();

test("CRDs that only members have would be missed on the host, and `pulumi up --refresh` would not bring them", async () => {
  expect(await names("")).toEqual(["both", "front", "unstated"]);
});

test("what the config switches on is missed, at any depth, and what it switches off is not", async () => {
  expect(await names("choice: { enabled: true }\nfront: { inner: { enabled: true } }\n")).toEqual([
    "both",
    "choice",
    "front",
    "inner",
    "unstated",
  ]);
});

test("a plan that somebody has broken ends no command", async () => {
  expect(await names("just words")).toEqual(["both", "front", "unstated"]);
  expect(await names("a: [")).toEqual([]);
});
