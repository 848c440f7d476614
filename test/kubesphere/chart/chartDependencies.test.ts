import { readTree } from "../../../kubesphere/chart/fileTree";
import { checkDependencies, isEnabled, statedDependencies, type Dependency } from "../../../kubesphere/chart/chartDependencies";
import type { Values } from "../../../kubesphere/chart/helmValues";
import { temporaryFolders, type Files } from "../../support/charts";

const folder = temporaryFolders();
const CHART = "name: web\nversion: 1.0.0\n";
const check = async (files: Files, stated: Dependency[], values: Values = {}, tags: Values = {}) => {
  const source = await folder({ "Chart.yaml": CHART, ...files });
  const tree = await readTree(source);
  return () => checkDependencies(tree, statedDependencies(tree, stated.length === 0 ? undefined : stated), values, tags);
};
const SUB = { "charts/db/Chart.yaml": "name: db\nversion: 1.0.0\n" };

describe("what a chart depends on came along, or KubeSphere would install half of it in silence", () => {
  test.each<[how: string, files: Files, stated: Dependency[]]>([
    ["unpacked", SUB, [{ name: "db" }]],
    ["packed", { "charts/db-1.0.0.tgz": "x" }, [{ name: "db" }]],
    ["packed, with a v in its version", { "charts/my-db-v1.0.0.tgz": "x" }, [{ name: "my-db" }]],
    ["under an alias", SUB, [{ name: "db", alias: "store" }]],
    [
      "twice under two",
      SUB,
      [
        { name: "db", alias: "one" },
        { name: "db", alias: "two" },
      ],
    ],
  ])("%s", async (_, files, stated) => {
    expect(await check(files, stated)).not.toThrow();
  });

  test("or is refused with the command that brings it", async () => {
    expect(await check({}, [{ name: "db" }, { name: "cache" }])).toThrow(
      /\/charts: "no db, cache" is not allowed; allowed: every chart that Chart\.yaml names .*`helm dependency build \S+` fetches them\.$/,
    );
    expect(await check({ "charts/db-extra-1.0.0.tgz": "x" }, [{ name: "db" }])).toThrow("no db");
  });

  test("also where a chart of the old form has a requirements.yaml", async () => {
    expect(await check({ "requirements.yaml": "dependencies: [{name: db}]\n" }, [])).toThrow("no db");
    expect(await check({ ...SUB, "requirements.yaml": "dependencies: [{name: db}]\n" }, [])).not.toThrow();
  });

  test("unless its condition leaves it out", async () => {
    expect(await check({}, [{ name: "db", condition: "db.enabled" }], { db: { enabled: false } })).not.toThrow();
    expect(await check({}, [{ name: "db", condition: "db.enabled" }], { db: { enabled: true } })).toThrow("no db");
  });
});

test.each<[dependency: Partial<Dependency>, values: Values, tags: Values, enabled: boolean]>([
  [{}, {}, {}, true],
  [{ condition: "a.on" }, {}, {}, true],
  [{ condition: "a.on,b.on" }, { b: { on: false } }, {}, false],
  [{ condition: "a.on,b.on" }, { a: { on: true }, b: { on: false } }, {}, true],
  [{ condition: "a.on" }, { a: { on: "no truth value" } }, {}, true],
  [{ tags: ["x"] }, {}, { x: false }, false],
  [{ tags: ["x", "y"] }, {}, { x: false, y: true }, true],
  [{ tags: ["x"] }, {}, {}, true],
  [{ condition: "a.on", tags: ["x"] }, { a: { on: true } }, { x: false }, true],
])("a condition decides before the tags, as in Helm: %j with %j and %j is %j", (dependency, values, tags, enabled) => {
  expect(isEnabled({ name: "db", ...dependency }, values, tags)).toBe(enabled);
});
