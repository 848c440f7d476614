/** The charts in a chart's folder `charts/`, unpacked and packed. */
import { allFiles, type FileTree } from "./fileTree";
import { isPackedChart } from "./chartFiles";
import { packedTree } from "./packedTree";

/**
 * The charts directly below; Helm ignores everything else there, too, and what begins with `_` or a dot.
 * @throws ConfigurationError for a packed one that cannot be read
 */
export async function chartsWithin(tree: FileTree): Promise<FileTree[]> {
  const folders = new Set(tree.files.flatMap(({ path }) => /^charts\/([^/_.][^/]*)\/Chart\.yaml$/.exec(path)?.[1] ?? []));
  const unpacked = [...folders].map((folder): FileTree => {
    const prefix = `charts/${folder}/`;
    const below = <T extends { readonly path: string }>(files: readonly T[]): T[] =>
      files.flatMap((file) => (file.path.startsWith(prefix) ? [{ ...file, path: file.path.slice(prefix.length) }] : []));
    return { source: `${tree.source}/charts/${folder}`, files: below(tree.files), unread: below(tree.unread) };
  });
  const archives = allFiles(tree).filter(({ path }) => isPackedChart(path) && /^charts\/[^/_.][^/]*$/.test(path));
  const packed: FileTree[] = [];
  for (const file of archives) packed.push(await packedTree(`${tree.source}/${file.path}`, file));
  return [...unpacked, ...packed];
}
