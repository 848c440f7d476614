/** CRDs of charts' folders `crds/`, which stay in a cluster when their releases are uninstalled. */
import { unpackChartArchive } from "../chart/archive";
import type { Crd, CrdCluster } from "./crdChanges";
import { crdsIn } from "../chart/crdFolders";
import { enabledCharts } from "../chart/enabledCharts";
import { mergeValues } from "../chart/helmValues";
import { ConfigurationError } from "../errors";
import { inParallel } from "../parallel";
import { YamlError } from "../yaml/goYaml";
import { valuesOf } from "./extensionConfig";
import { valuesOfPart } from "./installedParts";
import { fieldAt, isFields, recordsAt, textAt, type RenderedObject } from "../chart/renderedObject";

export interface Staying {
  /** `Kind name` or `Kind namespace/name`. */
  readonly object: string;
  readonly why: string;
  readonly mend: string;
}

export const stayingWords = ({ object, why, mend }: Staying): string => `${object} stays: ${why}; ${mend}`;

export interface CustomKind {
  readonly apiVersion: string;
  readonly kind: string;
  /** Its name in API paths. */
  readonly plural: string;
}

export interface StayingCluster extends Pick<CrdCluster, "crd"> {
  /** The number of objects of the kind, in all namespaces. */
  count(kind: CustomKind): Promise<number>;
}

/** @param archive an extension's package @returns the CRDs of its folders `crds/`, including those of charts within */
export async function packageCrds(archive: Uint8Array): Promise<readonly RenderedObject[]> {
  try {
    return (await crdsIn(await unpackChartArchive("package.tgz", archive))).map(({ crd }) => crd);
  } catch (error) {
    // Helm could not install such a package either.
    if (error instanceof ConfigurationError) return [];
    throw error;
  }
}

/**
 * @param archive an extension's package
 * @param config its plan's, as YAML
 * @returns the CRDs that Helm makes of it on the host: those of charts that are for agents, or switched off, are not among them
 */
export async function hostCrds(archive: Uint8Array, config: string): Promise<readonly RenderedObject[]> {
  try {
    const files = await unpackChartArchive("package.tgz", archive);
    const tree = { source: "package.tgz", files, unread: [] };
    const stated: unknown = valuesOf(config);
    const values = mergeValues(isFields(stated) ? stated : {}, await valuesOfPart("extension", files));
    const charts = await enabledCharts(tree, values, isFields(values["tags"]) ? values["tags"] : {});
    // Each with the charts within it, which have their turn.
    const own = charts.map(({ files: all, unread }) => [...all, ...unread].filter(({ path }) => !path.startsWith("charts/")));
    return (await Promise.all(own.map(crdsIn))).flat().map(({ crd }) => crd);
  } catch (error) {
    // Nor such a config.
    if (error instanceof ConfigurationError || error instanceof YamlError) return [];
    throw error;
  }
}

/** @param archives packages of extensions @returns the names of their {@link packageCrds}, each once */
export async function crdNames(archives: readonly Uint8Array[]): Promise<readonly string[]> {
  const found = await Promise.all(archives.map(packageCrds));
  return [...new Set(found.flat().map(({ metadata }) => metadata.name))].sort();
}

/** @returns those of the CRDs that are in the cluster */
export async function stayingCrds(cluster: StayingCluster, names: readonly string[]): Promise<readonly Staying[]> {
  const told = await inParallel(names, async (name): Promise<Staying[]> => {
    const crd = await cluster.crd(name);
    if (crd === undefined) return [];
    const stored = kindOf(crd);
    const [{ kind }, count] = [stored, await cluster.count(stored)];
    return [
      {
        object: `CustomResourceDefinition ${name}`,
        why: `Helm never removes what stands in a chart's crds/; the cluster has ${count === 0 ? "no" : count} ${kind}`,
        mend: `when nothing else needs it: kubectl delete crd ${name}${count === 0 ? "" : `, which takes every ${kind} with it`}`,
      },
    ];
  });
  return told.flat();
}

function kindOf(crd: Crd): CustomKind {
  const stored = recordsAt(crd, "spec", "versions").find((version) => fieldAt(version, "storage") === true);
  const text = (...path: string[]) => textAt(crd, "spec", ...path) ?? "";
  return { apiVersion: `${text("group")}/${textAt(stored, "name") ?? ""}`, kind: text("names", "kind"), plural: text("names", "plural") };
}
