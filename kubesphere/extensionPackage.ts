/** An extension's source, whatever its form → the package that KubeSphere installs, and what is known of it. */
import { createHash } from "crypto";
import { rm } from "fs/promises";
import { join } from "path";
import { writeChartArchive } from "./archive";
import { fileOf, readTree, type FileTree } from "./chart";
import { checkConfigMapSize } from "./configMapSize";
import { download } from "./download";
import { ConfigurationError } from "./errors";
import { optional, type ExtensionMetadata } from "./extensionMetadata";
import { isExtension } from "./extensionYaml";
import { extensionFolder, packagedExtension } from "./ownExtension";
import type { PackageContents } from "./packageContents";
import type { PolicyRule } from "./permissions";
import { temporaryFolder } from "./temporaryFolder";
import { wrappedChart } from "./wrappedChart";

export type { ExtensionMetadata, PolicyRule };

export interface ExtensionPackage {
  /** The chart's, and so the extension's and its release's. */
  readonly name: string;
  /** The chart's own. */
  readonly version: string;
  /** The package as a .tgz; the same bytes for the same source. */
  readonly archive: Buffer;
  /** `sha256:<hex>` of the archive. */
  readonly digest: string;
  /** Path in the package, sorted → the first 12 hexadecimal digits of the file's SHA-256: what a preview shows instead of bytes. */
  readonly files: Readonly<Record<string, string>>;
  readonly metadata: ExtensionMetadata;
  /** What the executor may do in the whole cluster. */
  readonly clusterRules: readonly PolicyRule[];
  /** What the executor may do in the extension's namespace. */
  readonly rules: readonly PolicyRule[];
  /** The keys that an install's `config` may have at its root; undefined where only the package's author knows them. */
  readonly configKeys: readonly string[] | undefined;
  /** Where KubeSphere is to fetch the package from; without it the package travels in a ConfigMap. */
  readonly chartURL?: string;
}

/**
 * The package to be published.
 * @param source as {@link packExtension} takes it
 * @param chartURL where KubeSphere finds the package: its size is then no concern
 * @throws ConfigurationError as {@link packExtension}, and for a package that no ConfigMap holds.
 */
export async function packageExtension(source: string, chartURL?: string): Promise<ExtensionPackage> {
  const pkg = { ...(await packExtension(source)), ...optional("chartURL", chartURL) };
  checkConfigMapSize(pkg, "", source);
  return pkg;
}

/**
 * The package of any size, as it is put into a file.
 * @param source a chart's folder or packed chart (.tgz), with an extension.yaml and a permissions.yaml at its root if need be;
 *   an extension's own folder; a packed extension
 * @throws ConfigurationError for whatever would fail later in the cluster: the file, what was found, what is allowed, how to mend it.
 */
export const packExtension = async (source: string): Promise<ExtensionPackage> => pack(await readTree(source));

async function pack(tree: FileTree): Promise<ExtensionPackage> {
  const { files, ...contents } = await contentsOf(tree);
  const digests: [path: string, digest: string][] = [];
  const archive = await writeChartArchive(contents.name, files, (path, data) => {
    digests.push([path, sha256(data).slice(0, 12)]);
  });
  return { ...contents, archive, digest: `sha256:${sha256(archive)}`, files: Object.fromEntries(digests) };
}

async function contentsOf(tree: FileTree): Promise<PackageContents> {
  const isChart = fileOf(tree.files, "Chart.yaml") !== undefined;
  if (isExtension(tree)) return isChart ? packagedExtension(tree) : extensionFolder(tree);
  if (isChart) return wrappedChart(tree);
  throw new ConfigurationError({
    path: `${tree.source}/Chart.yaml`,
    given: undefined,
    allowed: "a chart, which has a Chart.yaml at its root, or an extension, which has an extension.yaml with its name there",
    mend: "Name the folder that holds the one or the other; `npm run extension -- new` makes one.",
  });
}

/**
 * The packed extension that KubeSphere is to fetch by itself.
 * @param chartURL http(s); an `oci://` one is not read from here
 * @throws ConfigurationError when it cannot be had or is no packed extension.
 */
export async function fetchExtension(chartURL: string): Promise<ExtensionPackage> {
  const folder = await temporaryFolder("extension");
  const file = join(folder, "package.tgz");
  try {
    await download(chartURL, file);
    const tree = { ...(await readTree(file)), source: chartURL };
    if (fileOf(tree.files, "Chart.yaml") === undefined || !isExtension(tree)) throw notPacked(chartURL);
    return { ...(await pack(tree)), chartURL };
  } catch (error) {
    // What is wrong lies at the address, and not in the file that the download was put into.
    throw error instanceof ConfigurationError ? new ConfigurationError({ ...error, path: error.path.replace(file, chartURL) }) : error;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const notPacked = (chartURL: string) =>
  new ConfigurationError({
    path: chartURL,
    given: "a chart that is no packed extension",
    allowed: "a package with Chart.yaml and extension.yaml at its root: KubeSphere installs it as it is",
    mend: "Put the package there that `npm run extension -- package` writes of the chart, or name the chart as `source` without `chartURL`.",
  });

const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");
