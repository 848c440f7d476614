/** An extension's source, in any form → its files → the rendered objects → the package that KubeSphere installs. */
import { createHash } from "crypto";
import { rm } from "fs/promises";
import { join } from "path";
import { CONFIG_MAP_LIMIT } from "../api";
import { archivePieces, joined } from "../chart/archive";
import { fileOf, readTree, type FileTree } from "../chart/fileTree";
import { LUBAN } from "../luban";
import { byPath, contentOf, type AnyFile } from "../chart/chartFiles";
import { checkConfigMapSize } from "./configMapSize";
import type { ChartAccess } from "../chart/chartAccess";
import { download } from "../chart/download";
import type { Draft, ExtensionIdentity } from "./draft";
import { ConfigurationError } from "../errors";
import type { ExtensionMetadata } from "./extensionMetadata";
import { isExtension } from "./extensionYaml";
import { extensionFolder, packagedExtension } from "./ownExtension";
import type { PolicyRule } from "./policyRules";
import type { Values } from "../chart/helmValues";
import type { Installing } from "./renderedParts";
import { learn, type Learnt, type Rendering } from "./rendering";
import { temporaryFolder } from "../chart/temporaryFolder";
import { wrappedChart } from "./wrappedChart";

export type { ExtensionMetadata, PolicyRule };

export interface ExtensionPackage extends ExtensionIdentity {
  /** Its files, of which {@link packagePieces} makes the .tgz; the same bytes for the same source. */
  readonly contents: readonly AnyFile[];
  /** The .tgz; undefined if it is larger than a ConfigMap, since it may be as large as a chart. */
  readonly archive: Buffer | undefined;
  /** Bytes of the .tgz. */
  readonly size: number;
  /** `sha256:<hex>` of the archive. */
  readonly digest: string;
  /** Path in the package, sorted → the first 12 hexadecimal digits of the file's SHA-256, which a preview shows instead of the bytes. */
  readonly files: Readonly<Record<string, string>>;
  /** The executor's rights in the whole cluster. */
  readonly clusterRules: readonly PolicyRule[];
  /** The executor's rights in the extension's namespace. */
  readonly rules: readonly PolicyRule[];
  /** The facts from its render. */
  readonly learnt: Learnt;
  /** The values that KubeSphere sets, with which it was rendered. */
  readonly injected: Values;
  /** The address from which KubeSphere fetches the package; without it, the package is in a ConfigMap. */
  readonly chartURL?: string;
}

/**
 * Reads the files of a source.
 * @param source a chart's folder or packed chart (.tgz), with an extension.yaml and a permissions.yaml at its root if need be;
 *   an extension's own folder; a packed extension
 * @throws ConfigurationError for every mistake that would fail later in the cluster: the file, the value found, the values allowed, the remedy.
 */
export const readExtension = async (source: string): Promise<Draft> => draftOf(await readTree(source));

/** The limit in bytes for files that are kept in memory; a larger chart is read again each time that its files are needed. */
const HELD = 8 * 1024 * 1024;

/** Reads no file twice. */
function remembering({ unread, ...tree }: FileTree): FileTree {
  if (unread.reduce((sum, { size }) => sum + size, 0) > HELD) return { ...tree, unread };
  return {
    ...tree,
    unread: unread.map((file) => {
      let content: Promise<Uint8Array> | undefined;
      return { ...file, read: () => (content ??= file.read()) };
    }),
  };
}

async function draftOf(found: FileTree): Promise<Draft> {
  const tree = remembering(found);
  const isChart = fileOf(tree.files, "Chart.yaml") !== undefined;
  if (isExtension(tree)) return isChart ? packagedExtension(tree) : extensionFolder(tree);
  if (isChart) return wrappedChart(tree);
  throw new ConfigurationError({
    path: `${tree.source}/Chart.yaml`,
    given: undefined,
    allowed: "a chart, which has a Chart.yaml at its root, or an extension, which has an extension.yaml with its name there",
    mend: `Name the folder that holds the one or the other; \`${LUBAN} extension new\` makes one.`,
  });
}

/**
 * The package, of any size, for a file.
 * @param installing how a stack installs it; undefined for the charts' own values
 * @throws ConfigurationError if Helm cannot render it, or if the rendered objects cannot be installed
 */
export const pack = async (draft: Draft, rendering: Rendering, installing?: Installing): Promise<ExtensionPackage> =>
  packed(draft, await learn(draft, rendering, installing), rendering.injected);

/** The package for a render. @param injected KubeSphere's values of that render */
export async function packed(draft: Draft, learnt: Learnt, injected: Values): Promise<ExtensionPackage> {
  const { name, version, metadata, configKeys } = draft;
  const digests: [path: string, digest: string][] = [];
  const contents = [...draft.finish(learnt)].sort(byPath);
  const hash = createHash("sha256");
  const held: Buffer[] = [];
  let size = 0;
  for await (const piece of archivePieces(name, contents, (path, data) => digests.push([path, shortDigest(data)]))) {
    hash.update(piece);
    size += piece.length;
    if (size <= CONFIG_MAP_LIMIT) held.push(piece);
    else held.length = 0;
  }
  const archive = size <= CONFIG_MAP_LIMIT ? joined(held) : undefined;
  const { rules, clusterRules } = draft.rights(learnt);
  const digest = `sha256:${hash.digest("hex")}`;
  const files = Object.fromEntries(digests);
  return { name, version, metadata, configKeys, rules, clusterRules, learnt, injected, contents, archive, size, digest, files };
}

/** The .tgz of a package, however large, piece by piece. */
export const packagePieces = ({ name, contents }: Pick<ExtensionPackage, "name" | "contents">): AsyncIterable<Buffer> =>
  archivePieces(name, contents);

/** {@link readExtension}, then {@link pack}. */
export const packExtension = async (source: string, rendering: Rendering): Promise<ExtensionPackage> =>
  pack(await readExtension(source), rendering);

/** Any version, to be published. @throws ConfigurationError as {@link packExtension}, and for a package that does not fit into a ConfigMap. */
export async function packageExtension(source: string, rendering: Rendering): Promise<SmallPackage> {
  const { archive, ...pkg } = await packExtension(source, rendering);
  await checkConfigMapSize(pkg, source);
  if (archive === undefined) throw new Error("what fits into a ConfigMap is in memory");
  return { ...pkg, archive };
}

/** One that fits into a ConfigMap. */
export interface SmallPackage extends ExtensionPackage {
  readonly archive: Buffer;
}

/**
 * The packed extension at an address.
 * @param chartURL http(s), or `oci://…:1.2.3`
 * @param access to its server. Default: anybody's
 * @throws ConfigurationError if it cannot be downloaded or is not a packed extension.
 */
export async function fetchExtension(chartURL: string, access: ChartAccess = {}): Promise<Draft> {
  const folder = await temporaryFolder("extension");
  const file = join(folder, "package.tgz");
  try {
    await download(chartURL, file, access);
    const tree = { ...(await readTree(file)), source: chartURL };
    if (fileOf(tree.files, "Chart.yaml") === undefined || !isExtension(tree)) throw notPacked(chartURL);
    return await draftOf(tree);
  } catch (error) {
    // The mistake is at the address, and not in the downloaded file.
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
    mend: `Put the package there that \`${LUBAN} extension package\` writes of the chart, or name the chart as \`source\` without \`chartURL\`.`,
  });

/** The first 12 hexadecimal digits of a file's SHA-256, which a preview shows instead of its bytes. */
const shortDigest = (data: Uint8Array) => sha256(data).slice(0, 12);

/**
 * Whether a package was made of this draft: it has the same files, except those that depend on the render, which may differ between clusters.
 * @param shown as {@link ExtensionPackage.files}
 */
export async function isPackageOf({ files, permissions, wrapped }: Draft, shown: Readonly<Record<string, unknown>>): Promise<boolean> {
  const decided = wrapped ? ["permissions.yaml", "values.yaml"] : permissions === undefined ? ["permissions.yaml"] : [];
  const isFixed = (path: string) => !decided.includes(path);
  const own = files.filter(({ path }) => isFixed(path));
  if (own.length !== Object.keys(shown).filter(isFixed).length) return false;
  for (const file of own) if (shown[file.path] !== shortDigest(await contentOf(file))) return false;
  return true;
}

const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");
