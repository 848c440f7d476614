import { partsIn, releaseOfPart, valuesOfPart } from "../../../kubesphere/extension/installedParts";
import { chartFiles } from "../../support/charts";

const withDependencies = (dependencies: string, more = {}) =>
  chartFiles({ "Chart.yaml": `name: shop\nversion: 1.0.0\ndependencies: ${dependencies}\n`, ...more });

test("charts of the other part are switched off by their tag, and by each of their conditions, beside their own tag or not", async () => {
  const files = withDependencies(
    "[{name: a, tags: [extension], condition: a.on}, {name: b, tags: [agent], condition: 'b.on,all.on'}, {name: c, tags: [extension, agent], condition: c}, {name: d}]",
  );
  expect(await valuesOfPart("extension", files)).toEqual({
    tags: { extension: true, agent: false },
    b: { on: false },
    all: { on: false },
    c: false,
  });
  expect(await valuesOfPart("agent", files)).toEqual({
    tags: { extension: false, agent: true },
    global: { clusterInfo: { name: "member", role: "member" } },
    a: { on: false },
    c: false,
  });
});

test("what charts of Helm 2 state beside Chart.yaml counts as well", async () => {
  const files = chartFiles({
    "Chart.yaml": "name: shop\nversion: 1.0.0\n",
    "requirements.yaml": "dependencies: [{name: b, tags: [agent], condition: b.on}]\n",
  });
  expect(await valuesOfPart("extension", files)).toMatchObject({ b: { on: false } });
});

test("an agent is another release than the extension, and only an extension for several clusters has one", async () => {
  expect([releaseOfPart("extension", "shop"), releaseOfPart("agent", "shop")]).toEqual(["shop", "shop-agent"]);
  expect(await partsIn(chartFiles({ "extension.yaml": "installationMode: Multicluster\n" }))).toEqual(["extension", "agent"]);
  expect(await partsIn(chartFiles({ "extension.yaml": "name: shop\n" }))).toEqual(["extension"]);
  expect(await partsIn([])).toEqual(["extension"]);
});
