/** A chart that is packed within another one, as files that are read when their turn comes. */
import { eachFile } from "./archive";
import { contentOf, isLookedInto, type AnyFile, type ChartFile, type UnreadFile } from "./chartFiles";
import type { FileTree } from "./fileTree";

/**
 * Of its files only a few are in memory; each other one is unpacked again when it is read. For charts within, which may be many and large:
 * mostly nobody reads more of them than what is looked into.
 * @param source what to name in errors
 * @param isHeld which files are in memory. Default: those that are looked into
 * @throws ConfigurationError as {@link ./archive.readChartArchive} does
 */
export async function packedTree(source: string, packed: AnyFile, isHeld: (path: string) => boolean = isLookedInto): Promise<FileTree> {
  const files: ChartFile[] = [];
  const unread: UnreadFile[] = [];
  const visit = (path: string, data: Uint8Array) => {
    if (isHeld(path)) files.push({ path, data });
    else unread.push({ path, size: data.length, read: () => readAgain(source, packed, path) });
  };
  await eachFile(source, visit, await contentOf(packed));
  return { source, files, unread };
}

async function readAgain(source: string, packed: AnyFile, wanted: string): Promise<Uint8Array> {
  let found: Uint8Array | undefined;
  await eachFile(source, (path, data) => void (path === wanted && (found = data)), await contentOf(packed));
  if (found === undefined) throw new Error(`${source} had ${wanted} before`);
  return found;
}
