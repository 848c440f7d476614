/** Writes files completely or not at all. */
import { createHash } from "crypto";
import { createReadStream } from "fs";
import { mkdir, open, readFile, rename, rm, writeFile } from "fs/promises";
import { dirname } from "path";
import { Failure } from "./command";

/** The file's bytes; undefined if it does not exist. */
export async function existing(file: string): Promise<Buffer | undefined> {
  return readFile(file).catch((error: NodeJS.ErrnoException) => unlessMissing(file, error));
}

/** `sha256:<hex>` of the file; undefined if it does not exist. */
export async function existingDigest(file: string): Promise<string | undefined> {
  const hash = createHash("sha256");
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    return `sha256:${hash.digest("hex")}`;
  } catch (error) {
    return unlessMissing(file, error as NodeJS.ErrnoException);
  }
}

function unlessMissing(file: string, { code, message }: NodeJS.ErrnoException): undefined {
  if (code !== "ENOENT" && code !== "ENOTDIR") throw new Failure(`${file} cannot be read: ${message}`);
}

/** Replaces a file atomically: a reader finds either the old bytes or the new ones. */
export async function writeWhole(file: string, data: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  try {
    await mkdir(dirname(file), { recursive: true });
    const handle = await open(temporary, "w");
    try {
      await writeFile(handle, data);
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
