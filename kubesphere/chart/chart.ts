/** Helm charts as data. */
import * as z from "zod";
import { isPackedChart, type AnyFile, type ChartFile, type UnreadFile } from "./chartFiles";
import { dependencies } from "./chartDependencies";
import { ConfigurationError } from "../errors";
import { allFiles, fileOf, readTree, type FileTree } from "./fileTree";
import { packedTree } from "./packedTree";
import { parseRange } from "./versionRange";
import { decodeText, parseYaml } from "../yaml/yamlFile";

export type { AnyFile, ChartFile, UnreadFile };

/** Helm accepts a maintainer without a name; KubeSphere does not show it. */
const maintainer = z.object({ name: z.string().optional(), email: z.string().optional(), url: z.string().optional() });
const maintainers = z
  .array(maintainer)
  .transform((all) => all.flatMap(({ name, ...rest }) => (name ? [{ name, ...rest }] : [])))
  .transform((all) => (all.length === 0 ? undefined : all));

/** The fields of a Chart.yaml that this program reads; only Helm reads the others. */
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
  /** values.yaml; {} if there is none. */
  readonly values: Readonly<Record<string, unknown>>;
}

/** {@link readTree} for a tree that must be a chart. */
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

/** The templates that Helm renders, including partials, of the chart and of the unpacked charts within it. */
const TEMPLATE = /^(?:charts\/[^/]+\/)*templates\/.+\.(?:ya?ml|tpl|json)$/;

/**
 * The templates as text, including those of packed charts within.
 * @throws ConfigurationError for one that is not UTF-8, and for a packed chart that cannot be read
 */
export async function templatesOf(tree: FileTree): Promise<string[]> {
  const own = tree.files.filter(({ path }) => TEMPLATE.test(path));
  const packed = allFiles(tree).filter(({ path }) => isPackedChart(path));
  const texts = own.map(({ path, data }) => decodeText(`${tree.source}/${path}`, data));
  for (const file of packed) texts.push(...(await templatesOf(await packedTree(`${tree.source}/${file.path}`, file))));
  return texts;
}
