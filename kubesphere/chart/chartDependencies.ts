/** The charts that a chart says it depends on, and whether they came along. */
import { posix } from "path";
import * as z from "zod";
import { allFiles, type FileTree, fileOf } from "./fileTree";
import { ConfigurationError } from "../errors";
import { valueAt, type Values } from "./helmValues";
import { parseYaml } from "../yaml/yamlFile";

const dependency = z.looseObject({
  name: z.string(),
  version: z.string().optional(),
  repository: z.string().optional(),
  condition: z.string().optional(),
  tags: z.array(z.string()).optional(),
  alias: z.string().optional(),
});
export const dependencies = z.array(dependency).optional();
export type Dependency = z.infer<typeof dependency>;

const requirements = z.looseObject({ dependencies });

/** Of Chart.yaml, or of the requirements.yaml that charts of apiVersion v1 have beside it. */
export function statedDependencies({ source, files }: FileTree, stated: readonly Dependency[] | undefined): readonly Dependency[] {
  const file = fileOf(files, "requirements.yaml");
  return stated ?? (file === undefined ? [] : (parseYaml(`${source}/requirements.yaml`, file.data, requirements).dependencies ?? []));
}

/**
 * Within a package nobody checks this any more: Helm looks at the outermost chart alone, and installs a chart without what it lacks.
 * @param values with which it will be installed: of the chart itself, not of the package
 * @param tags the package's, where Helm looks for them
 * @throws ConfigurationError for one that is missing in charts/, unless its condition or tags leave it out
 */
export function checkDependencies(tree: FileTree, stated: readonly Dependency[], values: Values, tags: Values = {}): void {
  const present = chartsIn(tree);
  const missing = stated.filter((it) => !present.some(({ name, folder }) => isIt(it, name, folder)) && isEnabled(it, values, tags));
  const [first] = missing;
  if (first === undefined) return;
  const folder = tree.source.replace(/\.tgz$/, "");
  throw new ConfigurationError({
    path: `${tree.source}/charts`,
    given: `no ${missing.map(({ name }) => name).join(", ")}`,
    allowed: "every chart that Chart.yaml names among its dependencies, unless its condition leaves it out",
    mend: `\`helm dependency build ${folder}\` fetches ${missing.length === 1 ? "it" : "them"}${tree.source.endsWith(".tgz") ? ", in the folder that the archive was made of" : ""}`,
  });
}

const isIt = ({ name }: Dependency, present: string, folder: string) => name === present || name === folder;

/** As Helm decides: the first of the conditions that is there; else the tags, of which one switched on is enough. */
export function isEnabled({ condition, tags = [] }: Dependency, values: Values, tagValues: Values): boolean {
  for (const path of (condition ?? "").split(",").map((it) => it.trim())) {
    const found = path === "" ? undefined : valueAt(values, path);
    if (typeof found === "boolean") return found;
  }
  const stated = tags.map((tag) => tagValues[tag]).filter((it) => typeof it === "boolean");
  return stated.length === 0 || stated.includes(true);
}

/** Keys of a chart's values that are for charts within it, or that decide whether these come along. */
export const keysForCharts = (tree: FileTree, stated: readonly Dependency[]): string[] => [
  ...chartsIn(tree).map(({ name }) => name),
  ...stated.flatMap(({ name, alias, condition = "" }) => [
    alias ?? name,
    ...condition.split(",").map((it) => it.trim().split(".")[0] ?? ""),
  ]),
];

interface PresentChart {
  readonly name: string;
  readonly folder: string;
}

/** The charts in charts/, unpacked and packed; the name of a packed one stands in its file's. */
function chartsIn(tree: FileTree): PresentChart[] {
  const found = new Map<string, PresentChart>();
  for (const { path } of allFiles(tree)) {
    const [, folder = "", rest = ""] = /^charts\/([^/]+)(\/Chart\.yaml)?$/.exec(path) ?? [];
    if (folder === "") continue;
    if (rest !== "") found.set(folder, { name: nameOf(tree, path) ?? folder, folder });
    else if (folder.endsWith(".tgz")) {
      const stem = posix.basename(folder, ".tgz");
      found.set(folder, { name: stem.replace(/-v?\d+\.\d+.*$/, ""), folder: stem });
    }
  }
  return [...found.values()];
}

const named = z.looseObject({ name: z.string() });
function nameOf(tree: FileTree, path: string): string | undefined {
  const file = fileOf(tree.files, path);
  return file && parseYaml(`${tree.source}/${path}`, file.data, named).name;
}
