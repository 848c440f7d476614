/** What a render tells beyond its objects, by the real Helm; the renderer here hands on no more than the Kubernetes provider does. */
import { writeFile } from "fs/promises";
import { join } from "path";
import type { ChartRenderer } from "../../../kubesphere/chart/chartRenderer";
import { writeChartArchive } from "../../../kubesphere/chart/archive";
import { readableChart, renderRead } from "../../../kubesphere/chart/readRender";
import { textsReader } from "../../../kubesphere/chart/templateTexts";
import type { RenderedObject } from "../../../kubesphere/chart/renderedObject";
import { chartFiles, temporaryFolders } from "../../support/charts";
import { helmRendering } from "../../support/rendering";

const folder = temporaryFolders();

const configMap = (name: string, rest = "") => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n${rest}`;
const chartYaml = (name: string, rest = "") => `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n${rest}`;
const TWICE = "  labels:\n    app: a\n    tier: b\n    app: c\n";

type Files = Record<string, string | Uint8Array>;
const web = (files: Files, dependencies = "") => ({ "Chart.yaml": chartYaml("web", dependencies), ...files });
const packed = (name: string, files: Files) => writeChartArchive(name, chartFiles({ "Chart.yaml": chartYaml(name), ...files }));

/** @returns what is made, by whom: `name: template`; as the provider, the renderer itself does not say it */
async function made(files: Files): Promise<string[]> {
  const { renderer, cluster } = await helmRendering();
  const asProvider: ChartRenderer = {
    id: renderer.id,
    render: async (request) =>
      (await renderer.render(request)).map(
        (it) => Object.fromEntries(Object.entries(it).filter(([key]) => key !== "templateFile")) as RenderedObject,
      ),
  };
  const place = await folder({});
  const write = async (of: Parameters<typeof writeChartArchive>[1], name: string) => {
    const file = join(place, `${name}.tgz`);
    await writeFile(file, await writeChartArchive("web", of));
    return file;
  };
  const chart = await readableChart(chartFiles(files), await textsReader(chartFiles(files)), "web", write);
  const request = { release: "web", namespace: "shop", values: {}, cluster };
  const objects = await renderRead(chart, (archive) => asProvider.render({ ...request, chart: archive }));
  return objects.map(({ metadata: { name }, templateFile = "nobody says" }) => `${name}: ${templateFile}`).sort();
}

test("a key that stands twice is told with template, line and key where a renderer has only objects", async () => {
  const labels = `{{- /* nothing */ -}}\n# first\n${configMap("a")}---\n${configMap("b", TWICE)}`;
  await expect(made(web({ "templates/labels.yaml": labels }))).rejects.toThrow(
    "templates/labels.yaml: line 14 of what Helm renders of it: the key app stands there twice, which KubeSphere's kustomize refuses",
  );
});

test.each<[what: string, where: string, files: () => Files | Promise<Files>]>([
  ["unpacked", "charts/db", () => web({ "charts/db/Chart.yaml": chartYaml("db"), "charts/db/templates/a.yaml": configMap("a", TWICE) })],
  ["packed", "charts/db", async () => web({ "charts/db-1.0.0.tgz": await packed("db", { "templates/a.yaml": configMap("a", TWICE) }) })],
  [
    "under an alias",
    "charts/main-db",
    () =>
      web(
        { "charts/db/Chart.yaml": chartYaml("db"), "charts/db/templates/a.yaml": configMap("a", TWICE) },
        "dependencies: [{ name: db, version: 1.0.0, alias: main-db }]\n",
      ),
  ],
  [
    "within a packed one",
    "charts/db/charts/cache",
    async () =>
      web({
        "charts/db-1.0.0.tgz": await packed("db", {
          "charts/cache-1.0.0.tgz": await packed("cache", { "templates/a.yaml": configMap("a", TWICE) }),
        }),
      }),
  ],
])("one in a chart within, %s, is no less told", async (_, where, files) => {
  await expect(made(await files())).rejects.toThrow(`${where}/templates/a.yaml: line 8 of what Helm renders of it: the key app stands`);
});

test("each object says which template it is from, and every template is rendered in its own scope", async () => {
  const files = web(
    {
      "values.yaml": "extra: { enabled: false }\nname: outer\n",
      "templates/_names.tpl": '{{ define "name" }}{{ .Values.name }}{{ end }}',
      "templates/NOTES.txt": configMap("notes", TWICE),
      "templates/deep/a`b.yaml": `${configMap('{{ include "name" . }}')}---\n${configMap('{{ base .Template.Name | trimSuffix ".yaml" | quote }}')}`,
      "templates/sum.yaml": configMap(
        "sum",
        '  annotations: { sum: {{ include (print $.Template.BasePath "/deep/a`b.yaml") . | sha256sum }} }\n',
      ),
      "templates/no-value.yaml": configMap("no-value", "  namespace: {{ .Values.nothing }}\n"),
      "templates/nothing.yaml": "{{- if .Values.extra.enabled }}\nnothing\n{{- end }}",
      "charts/db/Chart.yaml": chartYaml("db"),
      "charts/db/values.yaml": "name: inner\n",
      "charts/db/templates/own.yaml": configMap("{{ .Values.name }}-{{ .Chart.Name }}"),
      "charts/extra/Chart.yaml": chartYaml("extra"),
      "charts/extra/templates/a.yaml": configMap("extra", TWICE),
      "charts/lib/Chart.yaml": chartYaml("lib", "type: library\n"),
      "charts/lib/templates/a.yaml": configMap("lib", TWICE),
    },
    "dependencies:\n- { name: db, version: 1.0.0, alias: one }\n- { name: db, version: 1.0.0, alias: two }\n- { name: extra, version: 1.0.0, condition: extra.enabled }\n",
  );
  expect(await made(files)).toEqual([
    "a`b: templates/deep/a`b.yaml",
    "inner-one: charts/one/templates/own.yaml",
    "inner-two: charts/two/templates/own.yaml",
    "no-value: templates/no-value.yaml",
    "outer: templates/deep/a`b.yaml",
    "sum: templates/sum.yaml",
  ]);
});

test("two charts of one name in charts/, in two versions, render as Helm has it", async () => {
  const db = (version: string) => ({
    "Chart.yaml": chartYaml("db").replace("1.0.0", version),
    [`templates/only-${version}.yaml`]: configMap(`only-${version}`),
  });
  const files = web(
    {
      "charts/db-1.0.0.tgz": await writeChartArchive("db", chartFiles({ ...db("1.0.0"), "templates/a.yaml": configMap("first") })),
      "charts/db-2.0.0.tgz": await writeChartArchive("db", chartFiles({ ...db("2.0.0"), "templates/a.yaml": configMap("second") })),
    },
    "dependencies:\n- { name: db, version: 1.0.0, alias: one }\n- { name: db, version: 2.0.0, alias: two }\n",
  );
  expect(await made(files)).toEqual([
    "first: charts/one/templates/a.yaml",
    "only-1.0.0: nobody says",
    "only-2.0.0: nobody says",
    "second: charts/two/templates/a.yaml",
  ]);
});

test("a chart whose template cannot be rendered a second time is installed as Helm renders it", async () => {
  const once = '{{- if .Values.done }}{{ fail "again" }}{{ end }}\n{{- $_ := set .Values "done" true }}\n';
  expect(await made(web({ "templates/a.yaml": once + configMap("a") }))).toEqual(["a: nobody says"]);
});

test("what a chart fails for is told in its own words, not in those of the template that reads along", async () => {
  const refused = made(web({ "values.yaml": "", "templates/a.yaml": '{{ fail "set a password" }}' }));
  await expect(refused).rejects.toThrow("set a password");
  await expect(refused).rejects.not.toThrow("texts");
});

test("what is no chart in charts/ is refused in Helm's words, which name it", async () => {
  await expect(made(web({ "charts/db/Chart.yaml": "version: 1.0.0\n" }))).rejects.toThrow(/metadata.name is required/);
});
