/** A folder of rendered files: a record says which of them are ours, and others' are left alone. */
import { readdir, rm } from "fs/promises";
import { join } from "path";
import { z } from "zod";
import { Failure } from "../shared/command";
import { pathWithin } from "../shared/fileName";
import { existing, writeWhole } from "../shared/files";
import { refuseLinksOut } from "../shared/linksOut";
import type { RenderedFile } from "./objects";

const RECORD = "render.json";
const record = z.object({ files: z.array(z.string().transform((path) => pathWithin(path))) });

export interface Written {
  readonly added: readonly string[];
  readonly changed: readonly string[];
  readonly removed: readonly string[];
}

/**
 * What was written by an earlier run.
 * @throws Failure for a folder that holds something else, or links that lead out of it, before anything is rendered
 */
export async function earlierFiles(folder: string): Promise<readonly string[]> {
  await refuseLinksOut(folder, [RECORD]);
  const text = await existing(join(folder, RECORD));
  if (text === undefined) {
    const others = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return [];
      throw new Failure(`${folder} cannot be read: ${error.message}`);
    });
    if (others.length === 0) return [];
    throw new Failure(`${folder} is not empty, and has no ${RECORD} of an earlier render: name a folder of its own in --to`);
  }
  const files = recorded(folder, text);
  await refuseLinksOut(folder, places(files));
  return files;
}

function recorded(folder: string, text: Buffer): readonly string[] {
  try {
    return record.parse(JSON.parse(text.toString())).files;
  } catch (error) {
    throw new Failure(
      `${join(folder, RECORD)} is not as a render writes it: ${error instanceof Failure ? error.message : "delete the folder, and render anew"}`,
    );
  }
}

/** What of the folder such files are in: its own entries. */
const places = (paths: readonly string[]): string[] => [...new Set(paths.flatMap((path) => path.split("/")[0] ?? []))];

/**
 * @param earlier as {@link earlierFiles} gives it: those that are wanted no more go
 * @throws Failure for a link where a file is to be written, that leads out of the folder
 */
export async function writeFiles(folder: string, files: readonly RenderedFile[], earlier: readonly string[]): Promise<Written> {
  const [added, changed]: [string[], string[]] = [[], []];
  const paths = files.map(({ path }) => path).sort();
  await refuseLinksOut(folder, places(paths));
  const keepRecord = (of: readonly string[]) => writeWhole(join(folder, RECORD), `${JSON.stringify({ files: of }, undefined, 2)}\n`);
  // Whenever it ends, every file of ours is in the record.
  await keepRecord([...new Set([...earlier, ...paths])].sort());
  for (const { path, text } of files) {
    const before = await existing(join(folder, path));
    if (before?.toString() === text) continue;
    (before === undefined ? added : changed).push(path);
    await writeWhole(join(folder, path), text);
  }
  const removed = earlier.filter((path) => !paths.includes(path));
  for (const path of removed) await rm(join(folder, path), { force: true });
  await keepRecord(paths);
  return { added, changed, removed };
}
