/** The dependencies of a chart, and whether they are in its `charts/`. */
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

/** From Chart.yaml, or from the requirements.yaml that charts of apiVersion v1 have beside it. */
export function statedDependencies({ source, files }: FileTree, stated: readonly Dependency[] | undefined): readonly Dependency[] {
  const file = fileOf(files, "requirements.yaml");
  return stated ?? (file === undefined ? [] : (parseYaml(`${source}/requirements.yaml`, file.data, requirements).dependencies ?? []));
}

/**
 * Within a package there is no later check: Helm checks only the outermost chart, and installs other charts without their missing dependencies.
 * @param values the values of its installation: those of the chart itself, not of the package
 * @param tags the package's tags, which Helm reads
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

/** Helm's rule: the first existing condition decides; without one, a single enabled tag is enough. */
export function isEnabled({ condition, tags = [] }: Dependency, values: Values, tagValues: Values): boolean {
  for (const path of (condition ?? "").split(",").map((it) => it.trim())) {
    const found = path === "" ? undefined : valueAt(values, path);
    if (typeof found === "boolean") return found;
  }
  const stated = tags.map((tag) => tagValues[tag]).filter((it) => typeof it === "boolean");
  return stated.length === 0 || stated.includes(true);
}

/** Keys of a chart's values that are for charts within it, or that enable those charts. */
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

/** The charts in charts/, unpacked and packed; the name of a packed one is part of its file's name. */
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
