import { aliasedConditions } from "../../../kubesphere/chart/aliasedConditions";
import { writeChartArchive } from "../../../kubesphere/chart/archive";
import { readChart } from "../../../kubesphere/chart/chart";
import { chartFiles, temporaryFolders, type Files } from "../../support/charts";

const folder = temporaryFolders();
const chart = (name: string, ...dependencies: string[]): Files => ({
  "Chart.yaml": [
    `apiVersion: v2\nname: ${name}\nversion: 1.0.0`,
    ...(dependencies.length > 0 ? ["dependencies:"] : []),
    ...dependencies.map((it) => `  - { version: 1.0.0, ${it} }`),
    "",
  ].join("\n"),
});
const within = (path: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${path}/${name}`, text]));
const conditions = async (files: Files) => aliasedConditions(await readChart(await folder(files)));

const DB = chart("db");
/** With a database that its own values switch off. */
const APP: Files = {
  ...chart("app", "name: db, condition: db.enabled"),
  "values.yaml": "db: { enabled: false }\n",
  ...within("charts/db", DB),
};

test("what an aliased chart leaves out comes along in the package: Helm looks for the condition under the chart's own name", async () => {
  expect(await conditions({ ...chart("web", "name: app, alias: front"), ...within("charts/app", APP) })).toEqual({
    front: { db: { enabled: false } },
  });
  const packed = { "charts/app-1.0.0.tgz": await writeChartArchive("app", chartFiles(APP)) };
  expect(await conditions({ ...chart("web", "name: app, alias: front"), ...packed })).toEqual({ front: { db: { enabled: false } } });
});

test("two aliases of one chart are switched as each of them is", async () => {
  const values = { "values.yaml": "front: { db: { enabled: true } }\n" };
  const web = chart("web", "name: app, alias: front", "name: app, alias: back");
  expect(await conditions({ ...web, ...values, ...within("charts/app", APP) })).toEqual({ back: { db: { enabled: false } } });
});

test("a chart further down is switched off too, by its parent's or its own values", async () => {
  const outer = { ...chart("outer", "name: app"), ...within("charts/app", APP) };
  expect(await conditions({ ...chart("web", "name: outer, alias: front"), ...within("charts/outer", outer) })).toEqual({
    front: { app: { db: { enabled: false } } },
  });
  const own = { ...chart("app", "name: db, condition: db.enabled"), ...within("charts/db", { ...DB, "values.yaml": "enabled: false\n" }) };
  expect(await conditions({ ...chart("web", "name: app, alias: front"), ...within("charts/app", own) })).toEqual({
    front: { db: { enabled: false } },
  });
});

test.each<[string, Files]>([
  ["no alias, which Helm finds", { ...chart("web", "name: app"), ...within("charts/app", APP) }],
  [
    "a condition that says yes",
    { ...chart("web", "name: app, alias: front"), "values.yaml": "front: { db: { enabled: true } }\n", ...within("charts/app", APP) },
  ],
  ["an alias of a chart that is not there", chart("web", "name: app, alias: front")],
  ["no dependencies", chart("web")],
])("values are set for %s, and stand in the way of the chart's next version", async (_, files) => {
  expect(await conditions(files)).toEqual({});
});
