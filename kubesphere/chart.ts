/** Helm charts as data, from a folder or a packed .tgz: each file is read once. */
import { createHash } from "crypto";
import { stat } from "fs/promises";
import * as z from "zod";
import { readChartArchive, unpackChartArchive } from "./archive";
import { byPath, contentOf, isPackedChart, sizeOf, type AnyFile, type ChartFile, type UnreadFile } from "./chartFiles";
import { readChartFolder } from "./chartFolder";
import { dependencies } from "./chartDependencies";
import { ConfigurationError } from "./errors";
import { parseRange } from "./versionRange";
import { decodeText, parseYaml } from "./yamlFile";

export type { AnyFile, ChartFile, UnreadFile };

/** Helm takes one without a name, KubeSphere shows none. */
const maintainer = z.object({ name: z.string().optional(), email: z.string().optional(), url: z.string().optional() });
const maintainers = z
  .array(maintainer)
  .transform((all) => all.flatMap(({ name, ...rest }) => (name ? [{ name, ...rest }] : [])))
  .transform((all) => (all.length === 0 ? undefined : all));

/** What this program reads of a Chart.yaml; anything else in it is Helm's to know. */
const chartMetadata = z.object({
  name: z.string().min(1),
  version: z.string().min(1),
  appVersion: z.union([z.string(), z.number().transform(String)]).optional(),
  description: z.string().optional(),
  icon: z.string().optional(),
  home: z.string().optional(),
  keywords: z.array(z.string()).optional(),
  sources: z.array(z.string()).optional(),
  kubeVersion: z
    .string()
    .refine((range) => parseRange(range) !== undefined, "a range of versions, as in >=1.19.0-0")
    .optional(),
  maintainers: maintainers.optional(),
  type: z.string().optional(),
  dependencies,
});
export type ChartMetadata = Readonly<z.infer<typeof chartMetadata>>;

export interface Chart extends FileTree {
  readonly metadata: ChartMetadata;
  /** values.yaml; {} where there is none. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** The files of a chart or an extension, wherever they were read from. */
export interface FileTree {
  /** The path that it was read from, as given. */
  readonly source: string;
  /** At hand. */
  readonly files: readonly ChartFile[];
  /** The rest. */
  readonly unread: readonly UnreadFile[];
}

/**
 * @param source a folder or a packed chart (.tgz), relative to the working directory or absolute
 * @throws ConfigurationError that names the file at fault, what was found, what is allowed and how to mend it.
 */
export async function readTree(source: string): Promise<FileTree> {
  const info = await stat(source).catch(() => undefined);
  if (info === undefined)
    throw new ConfigurationError({
      path: source,
      given: undefined,
      allowed: "a chart folder or a packed chart (.tgz)",
      mend: "Check the path; a relative one begins at the folder of Pulumi.yaml.",
    });
  if (info.isDirectory()) return { source, ...(await readChartFolder(source)) };
  // It is read twice, and a pipe would never answer.
  if (!info.isFile())
    throw new ConfigurationError({
      path: source,
      given: "a device, socket or pipe",
      allowed: "a chart folder or a packed chart (.tgz)",
      mend: "Write the archive into a file first.",
    });
  return { source, ...(await readChartArchive(source)) };
}

/** {@link readTree} of what must be a chart. */
export const readChart = async (source: string): Promise<Chart> => chartOf(await readTree(source));

/** @throws ConfigurationError as {@link readTree} does. */
export function chartOf({ source, files, unread }: FileTree): Chart {
  const chartYaml = fileOf(files, "Chart.yaml");
  if (chartYaml === undefined)
    throw new ConfigurationError({
      path: `${source}/Chart.yaml`,
      given: undefined,
      allowed: "a chart, which has a Chart.yaml at its root",
      mend: "Name the folder that holds Chart.yaml; `helm create` makes one.",
    });
  const values = fileOf(files, "values.yaml");
  return {
    source,
    metadata: parseYaml(`${source}/Chart.yaml`, chartYaml.data, chartMetadata),
    values: values === undefined ? {} : parseYaml(`${source}/values.yaml`, values.data, z.record(z.string(), z.unknown())),
    files,
    unread,
  };
}

export const fileOf = (files: readonly ChartFile[], path: string): ChartFile | undefined => files.find((file) => file.path === path);

/** Every file, sorted by path. */
export const allFiles = ({ files, unread }: FileTree): AnyFile[] => [...files, ...unread].sort(byPath);

/** The tree with some more of its files at hand, so that nobody has to read them twice. */
export async function holding<T extends FileTree>(tree: T, isWanted: (path: string) => boolean): Promise<T> {
  const files = [...tree.files];
  for (const { path, read } of tree.unread) if (isWanted(path)) files.push({ path, data: await read() });
  return { ...tree, files, unread: tree.unread.filter(({ path }) => !isWanted(path)) };
}

/** `sha256:<hex>` over paths and contents. Lengths go in too, so that no two sets of files give the same text. */
export async function digestOf(tree: FileTree): Promise<string> {
  const hash = createHash("sha256");
  for (const file of allFiles(tree)) hash.update(`${file.path}\0${sizeOf(file)}\0`).update(await contentOf(file));
  return `sha256:${hash.digest("hex")}`;
}

/** Those that Helm renders, of the chart and of the charts unpacked within it, partials included. */
const TEMPLATE = /^(?:charts\/[^/]+\/)*templates\/.+\.(?:ya?ml|tpl|json)$/;

/**
 * As text, those of packed charts within included.
 * @throws ConfigurationError for one that is not UTF-8, and for a packed chart that cannot be read
 */
export async function templatesOf(tree: FileTree): Promise<string[]> {
  const own = tree.files.filter(({ path }) => TEMPLATE.test(path));
  const packed = allFiles(tree).filter(({ path }) => isPackedChart(path));
  const within = await Promise.all(
    packed.map(async (file) => {
      const source = `${tree.source}/${file.path}`;
      return templatesOf({ source, files: await unpackChartArchive(source, await contentOf(file)), unread: [] });
    }),
  );
  return [...own.map(({ path, data }) => decodeText(`${tree.source}/${path}`, data)), ...within.flat()];
}
