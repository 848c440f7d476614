/**
 * The parts of an extension: KubeSphere installs the extension on the host, and its agent on each member that a plan names, both from the
 * same package. It chooses the charts by Helm's tags, which it sets over the plan's config, for every installation mode (InstallPlan
 * controller, `getOverrides`, of v4.1.2 and v4.1.3).
 */
import { chartOf } from "../chart/chart";
import { statedDependencies, type Dependency } from "../chart/chartDependencies";
import { contentOf, type AnyFile } from "../chart/chartFiles";
import type { ExtensionMetadata } from "./extensionMetadata";
import { readYaml } from "../yaml/goYaml";
import { mergeValues, valuesWith, type Values } from "../chart/helmValues";
import { isFields } from "../chart/renderedObject";

export type Part = "extension" | "agent";

export const partsOf = ({ installationMode }: Pick<ExtensionMetadata, "installationMode">): readonly Part[] =>
  installationMode === "Multicluster" ? ["extension", "agent"] : ["extension"];

export const releaseOfPart = (part: Part, extension: string): string => (part === "agent" ? `${extension}-agent` : extension);

export const tagsOf = (part: Part) => ({ extension: part === "extension", agent: part === "agent" });

/**
 * The values that it sets over all others. They disable the conditions of the package's dependencies that have the tag of the other part,
 * also if they have their own part's tag as well.
 * @param files the package's
 * @throws ConfigurationError for a Chart.yaml that cannot be read
 */
export async function valuesOfPart(part: Part, files: readonly AnyFile[]): Promise<Values> {
  const other: Part = part === "agent" ? "extension" : "agent";
  const conditions = (await dependenciesIn(files))
    .filter(({ tags = [] }) => tags.includes(other))
    .flatMap(({ condition = "" }) => condition.split(",").filter((path) => path !== ""));
  // The member's name is known only when it is installed there.
  const told = part === "agent" ? { global: { clusterInfo: { name: "member", role: "member" } } } : {};
  return [...conditions.map((path) => valuesWith(path, false)), told].reduce<Values>(mergeValues, { tags: tagsOf(part) });
}

/** The dependencies in a package's own Chart.yaml. @throws ConfigurationError if it cannot be read */
export async function dependenciesIn(files: readonly AnyFile[]): Promise<readonly Dependency[]> {
  const stating = files.filter(({ path }) => path === "Chart.yaml" || path === "requirements.yaml");
  const read = await Promise.all(stating.map(async (file) => ({ path: file.path, data: await contentOf(file) })));
  const tree = { source: "the package", files: read, unread: [] };
  return statedDependencies(tree, chartOf(tree).metadata.dependencies);
}

/** @param files a package's files @returns the parts of its installation, from its extension.yaml */
export async function partsIn(files: readonly AnyFile[]): Promise<readonly Part[]> {
  const file = files.find(({ path }) => path === "extension.yaml");
  const [stated] = file === undefined ? [] : readYaml(Buffer.from(await contentOf(file)).toString());
  return partsOf({ installationMode: isFields(stated) && stated["installationMode"] === "Multicluster" ? "Multicluster" : "HostOnly" });
}
