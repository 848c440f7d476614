import { subcharts } from "../../operate/extension/subchartValues";
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
  expect(subcharts(files)).toEqual([
    { folder: "charts/shop", values: { title: "Shop", db: { size: 3, name: "shop" }, global } },
    { folder: "charts/shop/charts/db", values: { size: 3, name: "shop", port: 5432, global } },
  ]);
});
