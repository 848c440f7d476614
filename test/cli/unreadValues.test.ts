import { writeChartArchive } from "../../kubesphere/chart/archive";
import { readExtension } from "../../kubesphere/extension/extensionPackage";
import { unreadValues } from "../../cli/extension/unreadValues";
import { chartFiles, SMALL_CHART, temporaryFolders, type Files } from "../support/charts";

const folder = temporaryFolders();
const unread = async (files: Files) => unreadValues(await readExtension(await folder({ ...SMALL_CHART, ...files })));
const CHART = "apiVersion: v2\nname: web\nversion: 1.0.0\n";
const values = (...keys: string[]) => keys.map((key) => `${key}: {}\n`).join("");
const reading = (what: string) => ({ "templates/reader.yaml": `# {{ ${what} }}\n` });

test("a value that is misspelt, or that nothing reads any more, changes nothing, and nobody says so", async () => {
  expect(await unread({ "values.yaml": values("replicas", "replicaCount"), ...reading(".Values.replicas") })).toEqual(["replicaCount"]);
});

test.each<[string, Files]>([
  ["notes", { "templates/NOTES.txt": "{{ .Values.port }}" }],
  ["a file that a template takes in", { "files/app.conf": "{{ .Values.port }}" }],
  ["another value", { "values.yaml": 'port: 80\nhost: "{{ .Values.port }}"\n', ...reading("tpl .Values.host .") }],
  [
    "a library in charts/",
    { "charts/lib/Chart.yaml": "apiVersion: v2\nname: lib\nversion: 1.0.0\n", "charts/lib/templates/_lib.tpl": "{{ .Values.port }}" },
  ],
  ["a template that takes all values", reading("toYaml .Values")],
  ["a template that takes a value by a name that it makes", reading('index .Values "port"')],
  ["a loop", reading("range $key, $value := $.Values")],
])("a value that is read by %s is told to be of no use", async (_, files) => {
  expect(await unread({ "values.yaml": values("port"), ...files })).toEqual([]);
});

test("a packed library's reading counts", async () => {
  const library = chartFiles({ "Chart.yaml": "apiVersion: v2\nname: lib\nversion: 1.0.0\n", "templates/_lib.tpl": "{{ .Values.port }}" });
  expect(await unread({ "values.yaml": values("port"), "charts/lib-1.0.0.tgz": await writeChartArchive("lib", library) })).toEqual([]);
});

test("values of charts within, and what switches these on, are told to be of no use", async () => {
  const dependencies = "dependencies:\n  - {name: db, version: 1.0.0, alias: store, condition: persistence.enabled}\n";
  const db = { "charts/db/Chart.yaml": "apiVersion: v2\nname: db\nversion: 1.0.0\n" };
  expect(
    await unread({ "Chart.yaml": CHART + dependencies, ...db, "values.yaml": values("store", "db", "persistence", "global", "tags") }),
  ).toEqual([]);
});
