/** The charts of a stack as archives: fetched by Helm, packed from a folder, or the packages of extensions. */
import { mkdir, readdir, rm, stat, writeFile } from "fs/promises";
import { join, resolve } from "path";
import type { DeclaredExtension } from "../../settings/extensionSources";
import { archivePieces } from "../../kubesphere/chart/archive";
import { readChart } from "../../kubesphere/chart/chart";
import { packagePieces } from "../../kubesphere/extension/extensionPackage";
import { allFiles } from "../../kubesphere/chart/fileTree";
import { ACCESS_KEYS } from "../../kubesphere/chart/chartAccess";
import type { ChartReference } from "../../kubesphere/chart/chartSource";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { chartArguments, updateProblem, type HelmChart } from "../../sandbox/src/chartLogin";
import { userFetchEnvironment } from "../../kubesphere/chart/helmEnvironment";
import { run } from "../../sandbox/src/processes";
import { Failure } from "../shared/command";
import { fileNameOf } from "../shared/fileName";
import { maskUrls } from "../shared/urls";
import { digestOfFile } from "./folder";
import type { NamedChart } from "./sources";

export interface Chart {
  readonly name: string;
  readonly version: string;
  /** Where it comes from, as people read it. */
  readonly from: string;
  /** `sha256:<hex>` of the archive. */
  readonly digest: string;
  /** The archive. */
  readonly file: string;
  /** The configuration keys to be set to the copy: none where it comes with the checkout. */
  readonly keys: readonly string[];
  /** Those that would lead elsewhere beside it. */
  readonly obsolete: readonly string[];
}

export const chartFile = ({ name, version }: Pick<Chart, "name" | "version">) => `charts/${fileNameOf([name, version], ".tgz")}`;

/** The same for the same archive. Never with a password. */
export function originOf({ chart, repository, version }: HelmChart): string {
  const named = repository === undefined ? chart : `${repository} ${chart}`;
  return maskUrls(`${named}${version === undefined ? "" : ` ${version}`}`);
}

export const isRemote = ({ chart, repository }: HelmChart) => repository !== undefined || /^(https?|oci):\/\//.test(chart);

/**
 * @param folder for the archive
 * @throws Failure, ConfigurationError when it cannot be had, or is no chart
 */
export async function fetchChart(
  { release, key, reference }: NamedChart,
  { helm, checkout, folder }: { readonly helm: string; readonly checkout: string; readonly folder: string },
): Promise<Chart> {
  const file = await archiveOf(reference, { helm, checkout, folder: join(folder, release) });
  return chartAt(file, { from: originOf(reference), ...(isRemote(reference) ? keysOf(key, reference) : NO_KEYS) });
}

/**
 * The chart as an archive: Helm itself would follow the links of a folder to wherever they lead.
 * @param folder for the archive: of its own, made where it is not there
 * @throws Failure, ConfigurationError as {@link fetchChart} does
 */
export async function archiveOf(
  reference: HelmChart,
  { helm, checkout, folder }: { readonly helm: string; readonly checkout: string; readonly folder: string },
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const { caFile } = reference;
  const address = { ...reference, ...(caFile !== undefined && { caFile: resolve(checkout, caFile) }) };
  return isRemote(reference) ? pull(helm, address, folder) : pack(resolve(checkout, reference.chart), folder);
}

const NO_KEYS = { keys: [], obsolete: [] };

/** For a chart from elsewhere. A copy has its version, and asks for no login. */
export const keysOf = (key: string, reference: ChartReference) => ({
  keys: [`${key}.chart`],
  obsolete: (["repository", ...ACCESS_KEYS] as const).filter((name) => reference[name] !== undefined).map((name) => `${key}.${name}`),
});

/** @param told what is known of it beside the archive */
export async function chartAt(file: string, told: Pick<Chart, "from" | "keys" | "obsolete">): Promise<Chart> {
  const { name, version } = (await readChart(file)).metadata;
  return { name, version, ...told, digest: await digestOfFile(file), file };
}

/** A login in the address reaches Helm by files, which are there no longer than it takes. */
async function pull(helm: string, address: HelmChart, folder: string): Promise<string> {
  const login = await temporaryFolder("chart-login");
  try {
    const { update, which } = await chartArguments(address, login);
    if (update !== undefined) await helmFetches(helm, update);
    await helmFetches(helm, ["pull", ...which, "--destination", folder]);
  } finally {
    await rm(login, { recursive: true, force: true });
  }
  const [archive] = await readdir(folder);
  if (archive === undefined) throw new Failure("Helm has left no archive");
  return join(folder, archive);
}

async function helmFetches(helm: string, args: readonly string[]): Promise<void> {
  const { code, stdout, stderr } = await run(helm, args, { env: userFetchEnvironment() });
  if (code !== 0) throw new Failure(maskUrls((updateProblem(stdout) ?? stderr).replace(/^Error: /m, "").trim()));
}

async function pack(source: string, folder: string): Promise<string> {
  const found = await stat(source).catch(() => undefined);
  if (found === undefined) throw new Failure("nothing is there");
  if (found.isFile()) return source;
  const chart = await readChart(source);
  const { name, version } = chart.metadata;
  const file = join(folder, fileNameOf([name, version], ".tgz"));
  await writeFile(file, archivePieces(name, allFiles(chart)));
  return file;
}

/** Of every version that is declared: the Marketplace may install any. @param folder for the archives */
export async function extensionCharts(extensions: readonly DeclaredExtension[], folder: string): Promise<readonly Chart[]> {
  const packages = extensions.flatMap((it) => it.packages);
  return Promise.all(
    packages.map(async ({ path, source, accessKeys, package: pkg }) => {
      const { name, version, digest, chartURL } = pkg;
      const file = join(folder, fileNameOf([name, version], ".tgz"));
      await writeFile(file, packagePieces(pkg));
      const isFetched = path.endsWith(".chartURL");
      return {
        ...{ name, version, digest, file },
        from: maskUrls(chartURL ?? (isFetched ? source : path)),
        keys: isFetched ? [path.replace(/chartURL$/, "source")] : [],
        obsolete: [...(isFetched || chartURL !== undefined ? ["chartURL"] : []), ...accessKeys].map((key) => path.replace(/\w+$/, key)),
      };
    }),
  );
}
