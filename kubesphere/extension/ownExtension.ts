/** Extensions in the form of KubeSphere's publishing tool: a folder with extension.yaml, or a package. */
import { chartOf, templatesOf } from "../chart/chart";
import { chartsWithin } from "../chart/chartsWithin";
import { allFiles, holding, type FileTree } from "../chart/fileTree";
import type { Draft } from "./draft";
import { ConfigurationError } from "../errors";
import { extensionMetadata, isShown } from "./extensionMetadata";
import { readExtensionFile, type ExtensionFile } from "./extensionYaml";
import { chartFile, checkName, checkVersion, permissionsFile } from "./packageContents";
import { statedPermissions } from "./permissions";

/** Only its author knows its values, and the dependencies of its charts. */
const common = { configKeys: undefined, wrapped: undefined, checkDependencies: () => undefined };

/**
 * @param folder an extension's folder without a Chart.yaml, which is made from extension.yaml; all other files are taken unchanged.
 * @throws ConfigurationError for mistakes that the publishing tool refuses, and for those that it accepts and KubeSphere fails at.
 */
export async function extensionFolder(folder: FileTree): Promise<Draft> {
  const stated = readExtensionFile(folder);
  const identity = checkIdentity(`${folder.source}/extension.yaml`, stated);
  const tree = await holding(folder, isShown(stated));
  const { metadata } = extensionMetadata(tree, stated, identity);
  const chart = chartFile({ ...stated, dependencies: await allDependencies(tree, stated.dependencies ?? []) }, metadata);
  const permissions = statedPermissions(tree);
  const files = [...allFiles(tree), chart];
  return {
    ...common,
    ...{ ...identity, source: folder.source, metadata, permissions, templates: () => templatesOf(tree), files },
    rights: (learnt) => permissions ?? learnt,
    finish: (learnt) => (permissions === undefined ? [...files, permissionsFile(learnt)] : files),
  };
}

/**
 * @param found an unpacked package, taken unchanged. Without a permissions.yaml, KubeSphere gives it the rights that every extension gets.
 * @throws ConfigurationError for mistakes that KubeSphere fails at.
 */
export async function packagedExtension(found: FileTree): Promise<Draft> {
  const stated = readExtensionFile(found);
  const identity = checkIdentity(`${found.source}/extension.yaml`, stated);
  const tree = await holding(found, isShown(stated));
  const { metadata: chart } = chartOf(tree);
  for (const key of ["name", "version"] as const) {
    if (chart[key] === identity[key]) continue;
    throw new ConfigurationError({
      path: `${tree.source}/extension.yaml: ${key}`,
      given: identity[key],
      allowed: `${chart[key]}, as Chart.yaml beside it has it`,
      mend: "KubeSphere would install it again and again: correct one of them, and pack it anew.",
    });
  }
  const { metadata } = extensionMetadata(tree, stated, identity);
  const permissions = statedPermissions(tree) ?? { clusterRules: [], rules: [] };
  const files = allFiles(tree);
  return {
    ...common,
    ...{ ...identity, source: found.source, metadata, permissions, templates: () => templatesOf(tree), files },
    rights: () => permissions,
    finish: () => files,
  };
}

function checkIdentity(path: string, { name, version }: ExtensionFile): { name: string; version: string } {
  checkName(path, name);
  checkVersion(path, version);
  return { name, version };
}

type Dependency = NonNullable<ExtensionFile["dependencies"]>[number];

/** The stated dependencies, with the charts' own versions if none is stated; and existing charts that are not stated. */
async function allDependencies(tree: FileTree, stated: readonly Dependency[]): Promise<Dependency[] | undefined> {
  const charts = await chartsIn(tree);
  const missing = stated.find(({ name }) => !charts.has(name));
  if (missing !== undefined)
    throw new ConfigurationError({
      path: `${tree.source}/extension.yaml: dependencies`,
      given: missing.name,
      allowed: charts.size === 0 ? "none, as there are no charts in charts/" : `the charts in charts/: ${[...charts.keys()].join(", ")}`,
      mend: "Put the chart there, or take it out of the dependencies.",
    });
  const unstated = [...charts].filter(([name]) => !stated.some((dependency) => dependency.name === name));
  const all = [
    ...stated.map((dependency) => ({ ...dependency, version: dependency.version ?? charts.get(dependency.name) ?? "" })),
    ...unstated.map(([name, version]) => ({ name, version })),
  ];
  return all.length === 0 ? undefined : all;
}

/** Name → version of the charts in charts/, folders and packed ones: the name of a packed one's file says nothing. */
async function chartsIn(tree: FileTree): Promise<Map<string, string>> {
  const charts = await Promise.all((await chartsWithin(tree)).map((it) => holding(it, (path) => path === "Chart.yaml")));
  return new Map(charts.map((chart) => chartOf(chart).metadata).map(({ name, version }) => [name, version]));
}
