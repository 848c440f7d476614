import { unpackChartArchive } from "../../../kubesphere/chart/archive";

/**
 * The files of a packed extension by their path in it, those of the charts within left out.
 * @param shown what errors call the archive
 * @throws ConfigurationError for what the program itself would refuse: links, ways out of the package, and more than Helm's limits
 */
export async function packageFiles(archive: Buffer, shown: string): Promise<ReadonlyMap<string, Buffer>> {
  const files = await unpackChartArchive(shown, archive);
  return new Map(files.flatMap(({ path, data }) => (path.startsWith("charts/") ? [] : [[path, Buffer.from(data)]])));
}
