/** The folder of a mirror: what is in it is whole, and `mirror.json` says by which digest each thing is known. */
import { createHash } from "crypto";
import { createReadStream } from "fs";
import { copyFile, mkdir, rename, rm } from "fs/promises";
import { dirname, join } from "path";
import { z } from "zod";
import { existing, writeWhole } from "../shared/files";
import { Failure } from "../shared/command";
import { pathWithin } from "../shared/fileName";
import { refuseLinksOut } from "../shared/linksOut";
import type { NpmPackage } from "./npm";

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/, "no digest: sha256: and 64 hexadecimal digits are one");
const path = z.string().transform((it) => pathWithin(it));
const storedFile = z.object({ name: z.string(), version: z.string(), from: z.string(), digest, file: path });
/** As npm's lock has it: one or more of a known algorithm. */
const integrity = z.string().regex(/^(sha(?:1|256|384|512)-[A-Za-z0-9+/]+={0,2}(?: |$))+$/, "no integrity: such as sha512-<base64>");
const record = z.object({
  charts: z.array(storedFile).default([]),
  images: z.array(z.object({ image: z.string(), digest, folder: path })).default([]),
  plugins: z.array(storedFile).default([]),
  npm: z.object({ folder: path, packages: z.array(z.object({ name: z.string(), version: z.string(), integrity })) }).optional(),
});

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

/** @returns what an earlier run left @throws Failure when it is not readable, or a link in the folder leads out of it */
export async function contentsOf(folder: string): Promise<Contents> {
  await refuseLinksOut(folder, PLACES);
  const text = await existing(join(folder, RECORD));
  if (text === undefined) return EMPTY;
  try {
    const { npm, ...rest } = readRecord(JSON.parse(text.toString()));
    return { ...rest, ...(npm && { npm }) };
  } catch (error) {
    throw new Failure(`${join(folder, RECORD)} is not readable: ${(error as Error).message}. Remove it, and all is looked at anew.`);
  }
}

/** @throws Failure that names the place in the record */
function readRecord(json: unknown) {
  const { success, data, error } = record.safeParse(json);
  if (success) return data;
  const [issue] = error.issues;
  throw new Failure(`${issue?.path.join(".") ?? ""}: ${issue?.message ?? ""}`);
}

/** Where a mirror puts what it copies. crane and npm follow links, too, and neither makes any. */
const PLACES = ["charts", "images", "plugins", "npm"];

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
