/** The Marketplace's metadata of an extension: from its author, and for a plain chart from the chart. */
import type { ChartFile, ChartMetadata } from "../chart/chart";
import type { FileTree } from "../chart/fileTree";
import type { Stated } from "./extensionYaml";
import { fileBeside, isAddress, resolveIcon } from "./icon";

/** The part of ExtensionVersion's spec (and, for the first four, of Extension's) that comes from the author. */
export interface ExtensionMetadata {
  readonly displayName: Readonly<Record<string, string>>;
  readonly description: Readonly<Record<string, string>>;
  /** A data: URI, or a URL if the author gave one. */
  readonly icon: string;
  readonly provider: Readonly<
    Record<string, { readonly name: string; readonly url?: string | undefined; readonly email?: string | undefined }>
  >;
  readonly category: string;
  readonly keywords?: readonly string[];
  readonly home?: string;
  readonly docs?: string;
  readonly sources?: readonly string[];
  /** As in extension.yaml: paths in the package, which KubeSphere serves to the console, or URLs. */
  readonly screenshots?: readonly string[];
  /** Range of Kubernetes versions. */
  readonly kubeVersion: string;
  /** Range of KubeSphere versions. */
  readonly ksVersion: string;
  readonly installationMode: "HostOnly" | "Multicluster";
  /** The namespace that it is installed in; without it `extension-<name>`. */
  readonly namespace?: string;
  readonly externalDependencies?: readonly ExternalDependency[];
  /** Of the ExtensionVersion object. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/** A dependency of an extension beside its own charts. */
export interface ExternalDependency {
  readonly name: string;
  /** Default: `extension`. The meaning of other types is known only to their authors. */
  readonly type?: string | undefined;
  /** Range of versions. */
  readonly version: string;
  readonly required: boolean;
}

/** The range that the publishing tool requires of every extension; `-0` includes prereleases. */
const DEFAULT_KUBE_VERSION = ">=1.19.0-0";
const DEFAULT_KS_VERSION = ">=4.0.0-0";
const DEFAULT_CATEGORY = "dev-tools";

/**
 * @param chart provides the fields that the author does not state
 * @returns the metadata, and the icon's file if the icon is a file
 * @throws ConfigurationError for an icon or a screenshot that cannot be shown.
 */
export function extensionMetadata(
  tree: FileTree,
  stated: Stated & { readonly icon: string },
  chart: Partial<ChartMetadata> & { readonly name: string },
): { metadata: ExtensionMetadata; iconFile?: ChartFile } {
  const { icon, iconFile } = resolveIcon(tree, stated.icon);
  const displayName = stated.displayName ?? { en: chart.name };
  for (const path of stated.screenshots ?? []) if (!isAddress(path)) fileBeside(tree, "screenshots", path);
  const metadata: ExtensionMetadata = {
    displayName,
    description: stated.description ?? (chart.description ? { en: chart.description } : displayName),
    icon,
    provider: stated.provider ?? { en: chart.maintainers?.[0] ?? { name: chart.name } },
    category: stated.category ?? DEFAULT_CATEGORY,
    kubeVersion: stated.kubeVersion ?? chart.kubeVersion ?? DEFAULT_KUBE_VERSION,
    ksVersion: stated.ksVersion ?? DEFAULT_KS_VERSION,
    installationMode: stated.installationMode ?? "HostOnly",
    ...optional("keywords", stated.keywords ?? chart.keywords),
    ...optional("home", stated.home ?? chart.home),
    ...optional("docs", stated.docs),
    ...optional("sources", stated.sources ?? chart.sources),
    ...optional("screenshots", stated.screenshots),
    ...optional("namespace", stated.namespace),
    ...optional("annotations", stated.annotations),
    ...optional("externalDependencies", stated.externalDependencies?.map(known)),
  };
  return { metadata, ...optional("iconFile", iconFile) };
}

/** The API server refuses unknown fields. */
const known = ({ name, type, version, required }: ExternalDependency): ExternalDependency => ({
  name,
  ...optional("type", type),
  version,
  required,
});

/** Whether the Marketplace shows a file of the package: the icon, a screenshot. */
export const isShown =
  ({ icon, screenshots = [] }: Pick<Stated, "icon" | "screenshots">) =>
  (path: string): boolean =>
    [icon, ...screenshots].some((shown) => shown?.replace(/^\.\//, "") === path);

/** Removes undefined fields: absent fields appear neither in an object's YAML nor in a diff. */
export const optional = <K extends string, V>(key: K, value: V | undefined) =>
  value === undefined ? {} : ({ [key]: value } as Record<K, V>);

/** The English text, else that of the first language. */
export const inEnglish = (texts: Readonly<Record<string, string>>): string => texts["en"] ?? Object.values(texts)[0] ?? "";
