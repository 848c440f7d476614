import { readFileSync } from "fs";
import { join } from "path";
import { load } from "js-yaml";
import { readChart } from "../../../kubesphere/chart/chart";
import { CHART_LINES, lineOfChart, type ChartLine } from "../../../kubesphere/ksCore/chartLines";
import { VALUE_MOVES } from "../../../kubesphere/ksCore/valueMoves";
import { writeKsCoreCharts } from "../../../sandbox/src/ksCoreCharts";
import { temporaryFolders } from "../../support/charts";

const folder = temporaryFolders();
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

const CHART_OF: Readonly<Record<string, string>> = { "1.1.5": "ks-core-lines/1.1.5", "1.2.4": "ks-core-lines/1.2.4" };

/** The recorded defaults of 1.1.2, as a chart of another line calls them. */
function defaultsOf(version: string, tag: string): ReadonlyMap<string, unknown> {
  const { kubesphere } = lineOfChart(version) as ChartLine;
  const lines = CHART_LINES.map((it) => it.kubesphere);
  const moves = VALUE_MOVES.filter(({ since }) => lines.indexOf(since) <= lines.indexOf(kubesphere));
  const moved = (path: string) =>
    moves.reduce(
      (now, { from, to }) =>
        from !== undefined && (now === from || now.startsWith(`${from}.`)) ? (to ?? "") + now.slice(from.length) : now,
      path,
    );
  return new Map([...leaves(valuesDefaults).map(([path, value]) => [moved(path), value] as const), ["global.tag", tag]]);
}

test.each([
  ["1.1.3", "v4.1.2"],
  ["1.1.5", "v4.1.3"],
  ["1.2.4", "v4.2.1"],
])("a value that works in the sandbox would do nothing, or something else, in the real ks-core chart %s", (version, tag) => {
  const chart = CHART_OF[version] ?? "ks-core";
  expect(read(chart, "Chart.yaml")).toMatchObject({ name: "ks-core", version, appVersion: tag });
  const real = defaultsOf(version, tag);
  // The real default is the vendor's own registry; here nothing is pulled.
  const ours = leaves(read(chart, "values.yaml")).filter(([path]) => path !== "global.imageRegistry");
  expect(ours).toEqual(ours.map(([path]) => [path, real.get(path)]));
});

test("who tries an upgrade in the sandbox would have no chart to go to", async () => {
  const place = join(await folder({}), "charts");
  writeKsCoreCharts(join(__dirname, "../../.."), place);
  const found = async (version: string) => {
    const { metadata, values, files } = await readChart(join(place, `ks-core-${version}`));
    return [
      metadata.version,
      metadata.appVersion,
      Object.keys(values).filter((key) => /^role$|multicluster|Repository/.test(key)),
      files.length,
    ];
  };
  const count = (await readChart(join(CHARTS, "ks-core"))).files.length;
  expect(await Promise.all(["1.1.5", "1.2.4"].map(found))).toEqual([
    ["1.1.5", "v4.1.3", ["multicluster", "ksExtensionRepository"], count + 1],
    ["1.2.4", "v4.2.1", ["multicluster", "kseExtensionRepository"], count + 1],
  ]);
});
