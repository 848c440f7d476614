import type { Values } from "../../kubesphere/chart/helmValues";
import { tagsOf, type Part } from "../../kubesphere/extension/installedParts";
import { subcharts } from "../../cli/extension/subchartValues";
import { chartFiles } from "../support/charts";

test("a chart within a chart is linted with what it gets there, globals included, and not with its own defaults alone", () => {
  const files = chartFiles({
    "Chart.yaml": "name: web",
    "values.yaml": "global: {registry: ours}\nshop: {db: {size: 3}, global: {tier: front}}\n",
    "charts/shop/Chart.yaml": "name: shop",
    "charts/shop/values.yaml": "title: Shop\ndb: {size: 1, name: shop}\n",
    "charts/shop/charts/db/Chart.yaml": "name: db",
    "charts/shop/charts/db/values.yaml": "size: 0\nname: db\nport: 5432\n",
    "charts/shop/charts/db/templates/Chart.yaml": "no: chart",
  });
  const global = { registry: "ours", tier: "front" };
  expect(subcharts(files, {}, { stated: [], tags: {} })).toEqual([
    { folder: "charts/shop", values: { title: "Shop", db: { size: 3, name: "shop" }, global } },
    { folder: "charts/shop/charts/db", values: { size: 3, name: "shop", port: 5432, global } },
  ]);
});

test("a chart that is for members only is linted with what a member gets, and not as the host's", () => {
  const files = chartFiles({
    "Chart.yaml": "name: shop",
    "charts/web/Chart.yaml": "name: web",
    "charts/agent/Chart.yaml": "name: agent",
    "charts/agent/charts/db/Chart.yaml": "name: db",
    "charts/off/Chart.yaml": "name: off",
  });
  const stated = [
    { name: "web", tags: ["extension"] },
    { name: "agent", tags: ["agent"] },
    { name: "off", tags: ["agent"], condition: "off.enabled" },
  ];
  const global = { clusterInfo: { role: "member" } };
  const folders = (part: Part, over: Values) => subcharts(files, over, { stated, tags: tagsOf(part) }).map(({ folder }) => folder);
  expect(folders("extension", {})).toEqual(["charts/web"]);
  expect(folders("agent", { global, off: { enabled: false } })).toEqual(["charts/agent", "charts/agent/charts/db"]);
  expect(subcharts(files, { global }, { stated, tags: tagsOf("agent") })[1]).toEqual({
    folder: "charts/agent/charts/db",
    values: { global },
  });
});
