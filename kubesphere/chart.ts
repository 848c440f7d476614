/** Helm charts as data: a folder or a packed .tgz, read once. */
import { createHash } from "crypto";
import { stat } from "fs/promises";
import * as z from "zod";
import { byPath, readChartArchive } from "./archive";
import { readChartFolder } from "./chartFolder";
import { ConfigurationError } from "./errors";
import { parseRange } from "./versionRange";
import { parseYaml } from "./yamlFile";

export interface ChartFile {
  /** Relative to the chart's root, "/" separated. */
  readonly path: string;
  readonly data: Uint8Array;
}

const maintainer = z.object({ name: z.string(), email: z.string().optional(), url: z.string().optional() });

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
  maintainers: z.array(maintainer).optional(),
});
export type ChartMetadata = Readonly<z.infer<typeof chartMetadata>>;

export interface Chart extends FileTree {
  readonly metadata: ChartMetadata;
  /** values.yaml; {} where there is none. */
  readonly values: Readonly<Record<string, unknown>>;
  /** `sha256:<hex>` over paths and contents. */
  readonly digest: string;
}

/** The files of a chart or an extension, wherever they were read from. */
export interface FileTree {
  /** The path that it was read from, as given. */
  readonly source: string;
  /** Sorted by path. */
  readonly files: readonly ChartFile[];
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
  return { source, files: (info.isDirectory() ? await readChartFolder(source) : await readChartArchive(source)).sort(byPath) };
}

/** {@link readTree} of what must be a chart. */
export const readChart = async (source: string): Promise<Chart> => chartOf(await readTree(source));

/** @throws ConfigurationError as {@link readTree} does. */
export function chartOf({ source, files }: FileTree): Chart {
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
    digest: digestOf(files),
  };
}

export const fileOf = (files: readonly ChartFile[], path: string): ChartFile | undefined => files.find((file) => file.path === path);

/** Lengths go in too, so that no two sets of files give the same text. */
export function digestOf(files: readonly ChartFile[]): string {
  const hash = createHash("sha256");
  for (const { path, data } of files) hash.update(`${path}\0${data.length}\0`).update(data);
  return `sha256:${hash.digest("hex")}`;
}
