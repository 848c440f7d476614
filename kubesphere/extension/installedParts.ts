/**
 * What KubeSphere installs of an extension's charts, and where: on the host the extension, on each member that a plan names its agent, both
 * of the same package. It chooses by Helm's tags, for extensions of any installation mode, over the plan's config (InstallPlan controller,
 * `getOverrides`, of v4.1.2 and v4.1.3).
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
 * What it sets over everything else. Of the package's own dependencies, those with the other part's tag have their conditions switched off,
 * be it beside their own.
 * @param files the package's
 * @throws ConfigurationError for a Chart.yaml that cannot be read
 */
export async function valuesOfPart(part: Part, files: readonly AnyFile[]): Promise<Values> {
  const other: Part = part === "agent" ? "extension" : "agent";
  const conditions = (await dependenciesIn(files))
    .filter(({ tags = [] }) => tags.includes(other))
    .flatMap(({ condition = "" }) => condition.split(",").filter((path) => path !== ""));
  // The member's own name is known once it is installed there.
  const told = part === "agent" ? { global: { clusterInfo: { name: "member", role: "member" } } } : {};
  return [...conditions.map((path) => valuesWith(path, false)), told].reduce<Values>(mergeValues, { tags: tagsOf(part) });
}

/** What a package's own Chart.yaml names. @throws ConfigurationError for one that cannot be read */
export async function dependenciesIn(files: readonly AnyFile[]): Promise<readonly Dependency[]> {
  const stating = files.filter(({ path }) => path === "Chart.yaml" || path === "requirements.yaml");
  const read = await Promise.all(stating.map(async (file) => ({ path: file.path, data: await contentOf(file) })));
  const tree = { source: "the package", files: read, unread: [] };
  return statedDependencies(tree, chartOf(tree).metadata.dependencies);
}

/** @param files a package's @returns the parts that it is installed in, as its extension.yaml says */
export async function partsIn(files: readonly AnyFile[]): Promise<readonly Part[]> {
  const file = files.find(({ path }) => path === "extension.yaml");
  const [stated] = file === undefined ? [] : readYaml(Buffer.from(await contentOf(file)).toString());
  return partsOf({ installationMode: isFields(stated) && stated["installationMode"] === "Multicluster" ? "Multicluster" : "HostOnly" });
}
