/** The folder of a mirror: what is in it is whole, and `mirror.json` says by which digest each thing is known. */
import { createHash } from "crypto";
import { createReadStream } from "fs";
import { copyFile, mkdir, rename, rm } from "fs/promises";
import { dirname, join } from "path";
import { existing, writeWhole } from "../shared/files";
import { Failure } from "../shared/command";
import { pathWithin } from "../shared/fileName";
import type { NpmPackage } from "./npm";

export interface StoredFile {
  readonly name: string;
  readonly version: string;
  readonly from: string;
  readonly digest: string;
  /** In the folder. */
  readonly file: string;
}

export interface StoredImage {
  /** As the charts name it. */
  readonly image: string;
  readonly digest: string;
  /** An OCI layout in the folder. */
  readonly folder: string;
}

/** Written as `mirror.json`. */
export interface Contents {
  readonly charts: readonly StoredFile[];
  readonly images: readonly StoredImage[];
  readonly plugins: readonly StoredFile[];
  /** Absent when the packages could not be had. */
  readonly npm?: { readonly folder: string; readonly packages: readonly NpmPackage[] };
}

const RECORD = "mirror.json";
const EMPTY: Contents = { charts: [], images: [], plugins: [] };

/** @returns what an earlier run left @throws Failure when it is not readable */
export async function contentsOf(folder: string): Promise<Contents> {
  const text = await existing(join(folder, RECORD));
  if (text === undefined) return EMPTY;
  try {
    return within({ ...EMPTY, ...(JSON.parse(text.toString()) as Contents) });
  } catch (error) {
    throw new Failure(`${join(folder, RECORD)} is not readable: ${(error as Error).message}. Remove it, and all is looked at anew.`);
  }
}

/** Whoever made the folder may be a stranger: nothing outside of it is read for what it says, or copied from. @throws Failure */
function within(contents: Contents): Contents {
  for (const { file } of [...contents.charts, ...contents.plugins]) pathWithin(file);
  for (const { folder } of contents.images) pathWithin(folder);
  if (contents.npm !== undefined) pathWithin(contents.npm.folder);
  return contents;
}

export const writeContents = (folder: string, contents: Contents): Promise<void> =>
  writeWhole(join(folder, RECORD), `${JSON.stringify(contents, undefined, 2)}\n`);

/** `sha256:<hex>` @throws when it cannot be read */
export async function digestOfFile(file: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return `sha256:${hash.digest("hex")}`;
}

export const holds = async (file: string, digest: string): Promise<boolean> => (await digestOfFile(file).catch(() => undefined)) === digest;

/** Puts a file under its name once it is whole. @throws Failure when what was written is not what was read */
export async function put(source: string, file: string, digest: string): Promise<void> {
  const temporary = `${file}.${process.pid}.new`;
  try {
    await mkdir(dirname(file), { recursive: true });
    await copyFile(source, temporary);
    if (!(await holds(temporary, digest))) throw new Error("what was written is not what was read");
    await rename(temporary, file);
  } catch (error) {
    throw new Failure(`${file} cannot be written: ${(error as Error).message}`);
  } finally {
    await rm(temporary, { force: true });
  }
}
