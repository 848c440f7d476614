/** Writes files completely or not at all. */
import { mkdir, open, readFile, rename, rm } from "fs/promises";
import { dirname } from "path";
import { Failure } from "./command";

/** The file's bytes; undefined if it does not exist. */
export async function existing(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
    throw new Failure(`${file} cannot be read: ${error.message}`);
  });
}

/** Replaces a file atomically: a reader finds either the old bytes or the new ones. */
export async function writeWhole(file: string, data: string | Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(temporary, "w");
    try {
      await handle.writeFile(data);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    throw new Failure(`${file} cannot be written: ${(error as Error).message}`);
  }
}
