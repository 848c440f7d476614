import { readFileSync } from "fs";
import { join } from "path";
import { load } from "js-yaml";

type Tree = { readonly [key: string]: unknown };

const CHARTS = join(__dirname, "../../../sandbox/charts");
const read = (chart: string, file: string) => load(readFileSync(join(CHARTS, chart, file), "utf8")) as Tree;
const { valuesDefaults } = JSON.parse(readFileSync(join(__dirname, "../../vectors/ks-core.json"), "utf8")) as { valuesDefaults: Tree };

const isTree = (value: unknown): value is Tree => typeof value === "object" && value !== null && !Array.isArray(value);

/** Dotted paths of the values, each with its default. */
const leaves = (values: Tree, prefix = ""): [string, unknown][] =>
  Object.entries(values).flatMap(([key, value]) =>
    isTree(value) && Object.keys(value).length > 0 ? leaves(value, `${prefix}${key}.`) : [[`${prefix}${key}`, value] as [string, unknown]],
  );

test.each([
  ["ks-core", "1.1.3"],
  ["ingress-nginx", "4.15.1"],
])("a stand-in would pass for the real chart: %s", (chart, version) => {
  const metadata = read(chart, "Chart.yaml");
  expect(metadata).toEqual(expect.objectContaining({ apiVersion: "v2", name: chart, version }));
  expect(metadata["description"]).toMatch(/^Stand-in for .* in the sandbox/);
});

test("a value that works in the sandbox would do nothing, or something else, in the real ks-core chart", () => {
  const real = new Map(leaves(valuesDefaults));
  // The real default is the vendor's own registry; here nothing is pulled.
  const ours = leaves(read("ks-core", "values.yaml")).filter(([path]) => path !== "global.imageRegistry");
  expect(ours).toEqual(ours.map(([path]) => [path, real.get(path)]));
});
