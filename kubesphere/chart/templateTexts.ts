/**
 * The rendered text of each template. Renderers return objects, in which a repeated key is lost, and the Kubernetes provider does not tell
 * their templates. So a template of our own includes every other one again, in the scope that Helm gives it, and returns the texts in an
 * object. Helm runs it last, since it is at the top (Helm 3.22, pkg/engine/engine.go: sortTemplates, recAllTpls).
 */
import { posix } from "path";
import * as z from "zod";
import { allFiles, fileOf, type FileTree } from "./fileTree";
import { chartsWithin } from "./chartsWithin";
import { dependencies, statedDependencies } from "./chartDependencies";
import type { AnyFile } from "./chartFiles";
import { ConfigurationError } from "../errors";
import { textAt, type RenderedObject } from "./renderedObject";
import { parseYaml } from "../yaml/yamlFile";

/** By template, as a path in the package. */
export type TemplateTexts = ReadonlyMap<string, string>;

/** No name of a template that Helm's users choose comes before it. */
export const READER = "templates/!texts.yaml";
const NAME = "kubesphere-luban--texts";

/**
 * It takes unpacking every chart within.
 * @param files of a chart
 * @returns the template to add, with which {@link takeTexts} finds the texts in every render; undefined if a chart within cannot be read
 */
export async function textsReader(files: readonly AnyFile[]): Promise<readonly AnyFile[]> {
  const tree = {
    source: "",
    files: files.flatMap((file) => ("data" in file ? [file] : [])),
    unread: files.flatMap((file) => ("data" in file ? [] : [file])),
  };
  try {
    const charts = merged(await chartsBelow(tree, [], [nameOf(tree)]));
    return [{ path: READER, data: Buffer.from(reader(charts)) }];
  } catch (error) {
    // Helm reports it when it renders the chart.
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}

interface TemplatesOfChart {
  /** Helm's path of its templates' folder, such as `web/charts/db`. */
  readonly folder: string;
  /** Its parents within the outermost chart and itself, by the names that Helm gives them. */
  readonly path: readonly string[];
  readonly templates: readonly string[];
}

/** @param names by which Helm may know the chart: its own, and its aliases @param parents with the outermost chart's name at first */
async function chartsBelow(tree: FileTree, parents: readonly string[], names: readonly string[]): Promise<TemplatesOfChart[]> {
  const templates = allFiles(tree).flatMap(({ path }) => (isRendered(path) ? [path] : []));
  const stated = statedDependencies(tree, identityOf(tree).dependencies);
  const within = await chartsWithin(tree);
  const found = names.map(async (name): Promise<TemplatesOfChart[]> => {
    const path = [...parents, name];
    const below = within.map((chart) => {
      const own = nameOf(chart);
      const aliases = stated.flatMap((it) => (it.name === own && it.alias !== undefined ? [it.alias] : []));
      return chartsBelow(chart, path, [...new Set([own, ...aliases])]);
    });
    return [{ folder: path.join("/charts/"), path: path.slice(1), templates }, ...(await Promise.all(below)).flat()];
  });
  return (await Promise.all(found)).flat();
}

/** Neither partials nor notes. */
const isRendered = (path: string): boolean => /^templates\/./.test(path) && !/^_|NOTES\.txt$/.test(posix.basename(path));

const identity = z.looseObject({ name: z.string(), dependencies });
function identityOf(tree: FileTree): z.infer<typeof identity> {
  const path = "Chart.yaml";
  return parseYaml(`${tree.source}/${path}`, fileOf(tree.files, path)?.data ?? Buffer.alloc(0), identity);
}
const nameOf = (tree: FileTree): string => identityOf(tree).name;

/** It is unknown which of two charts of the same name Helm uses: only templates that both have are certain to exist. */
function merged(charts: readonly TemplatesOfChart[]): TemplatesOfChart[] {
  const found = new Map<string, TemplatesOfChart>();
  for (const chart of charts) {
    const twin = found.get(chart.folder);
    const templates = twin === undefined ? chart.templates : twin.templates.filter((it) => chart.templates.includes(it));
    found.set(chart.folder, { ...chart, templates });
  }
  return [...found.values()].filter(({ templates }) => templates.length > 0);
}

/** Helm does not know templates of libraries and of disabled charts. In base64, since YAML does not accept every character of JSON. */
const reader = (charts: readonly TemplatesOfChart[]): string => `
{{- $texts := dict -}}
{{- $root := . -}}
{{- range $chart := fromJsonArray ${goText(JSON.stringify(charts))} -}}
  {{- $scope := $root -}}
  {{- range $chart.path -}}
    {{- $scope = index ($scope.Subcharts | default dict) . | default dict -}}
  {{- end -}}
  {{- if $scope -}}{{- if ne $scope.Chart.Type "library" -}}
    {{- range $chart.templates -}}
      {{- $name := print $chart.folder "/" . -}}
      {{- $_ := set $scope "Template" (dict "Name" $name "BasePath" (print $chart.folder "/templates")) -}}
      {{- $_ := set $texts $name (include $name $scope) -}}
    {{- end -}}
  {{- end -}}{{- end -}}
{{- end -}}
apiVersion: v1
kind: ConfigMap
metadata:
  name: ${NAME}
data:
  texts: {{ $texts | toJson | b64enc }}
`;

/** A raw string, in which only its own quotation mark must be escaped. */
const goText = (json: string): string => `\`${json.replaceAll("`", "\\u0060")}\``;

/** Go's text for a missing value: Helm removes it from the output of a template, but not from the output of an include. */
const NO_VALUE = "<no value>";

/** @returns the chart's own objects, and the texts; no texts if the rendered chart has no reader */
export function takeTexts(objects: readonly RenderedObject[]): { objects: readonly RenderedObject[]; texts: TemplateTexts } {
  const isReader = ({ kind, metadata }: RenderedObject) => kind === "ConfigMap" && metadata.name === NAME;
  const packed = textAt(objects.find(isReader), "data", "texts");
  if (packed === undefined) return { objects, texts: new Map() };
  const texts = JSON.parse(Buffer.from(packed, "base64").toString()) as Readonly<Record<string, string>>;
  const byPath = Object.entries(texts).map(([name, text]) => [name.slice(name.indexOf("/") + 1), text.replaceAll(NO_VALUE, "")] as const);
  return { objects: objects.filter((it) => !isReader(it)), texts: new Map(byPath) };
}
