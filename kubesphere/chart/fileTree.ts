/** Files of a chart or an extension, from a folder or a packed .tgz: each file is read once. */
import { createHash } from "crypto";
import { stat } from "fs/promises";
import { readChartArchive } from "./archive";
import { byPath, contentOf, sizeOf, type AnyFile, type ChartFile, type UnreadFile } from "./chartFiles";
import { readChartFolder } from "./chartFolder";
import { ConfigurationError } from "../errors";

/** The files of a chart or an extension, from any source. */
export interface FileTree {
  /** The path that it was read from, as given. */
  readonly source: string;
  /** The files in memory. */
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

export const fileOf = (files: readonly ChartFile[], path: string): ChartFile | undefined => files.find((file) => file.path === path);

/** Every file, sorted by path. */
export const allFiles = ({ files, unread }: FileTree): AnyFile[] => [...files, ...unread].sort(byPath);

/** The tree with more of its files in memory, so that they are not read twice. */
export async function holding<T extends FileTree>(tree: T, isWanted: (path: string) => boolean): Promise<T> {
  const files = [...tree.files];
  for (const { path, read } of tree.unread) if (isWanted(path)) files.push({ path, data: await read() });
  return { ...tree, files, unread: tree.unread.filter(({ path }) => !isWanted(path)) };
}

/** `sha256:<hex>` over paths and contents, with their lengths, so that different sets of files never give the same text. */
export async function digestOf(tree: FileTree): Promise<string> {
  const hash = createHash("sha256");
  for (const file of allFiles(tree)) hash.update(`${file.path}\0${sizeOf(file)}\0`).update(await contentOf(file));
  return `sha256:${hash.digest("hex")}`;
}
