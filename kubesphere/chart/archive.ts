/** Chart archives (.tgz): untrusted ones are read with limits; written ones have the same bytes for the same files. */
import { createReadStream } from "fs";
import { open } from "fs/promises";
import { Readable } from "stream";
import { pipeline } from "stream/promises";
import { createGunzip } from "zlib";
import * as tar from "tar-stream";
import { byPath, ChartFiles, contentOf, isLookedInto, MAX_CHART_SIZE, sizeOf, tooLarge } from "./chartFiles";
import type { AnyFile, ChartFile, UnreadFile } from "./chartFiles";
import { ConfigurationError } from "../errors";
import { gzipMembers } from "./pieceGzip";
import { Spool } from "./spool";

const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
/** Bytes unpacked at a time: zlib's default of 16 KiB takes twice as long over a large chart. */
const CHUNK = 64 * 1024;
const REPACK = "Pack the chart anew with `helm package`.";

/**
 * The files of a packed chart as {@link readChartFolder} gives those of a folder, without the folder that they share in the archive.
 * It is read once, in its own order; files that are only repacked wait for their turn in a {@link Spool}.
 * @throws ConfigurationError when it is no chart archive, leads out of the chart, holds links or devices, or is too large.
 */
export async function readChartArchive(file: string): Promise<{ files: ChartFile[]; unread: UnreadFile[] }> {
  const spool = new Spool();
  const files: ChartFile[] = [];
  const unread: UnreadFile[] = [];
  await eachFile(file, async (path, data) => {
    if (isLookedInto(path)) files.push({ path, data });
    else unread.push(await spool.add(path, data));
  });
  return { files, unread };
}

/**
 * All files of a packed chart, in memory, in the archive's order.
 * @param content the archive's content, if it was read already. Default: the content of the file
 * @throws ConfigurationError as {@link readChartArchive} does.
 */
export async function unpackChartArchive(file: string, content?: Uint8Array): Promise<ChartFile[]> {
  const files: ChartFile[] = [];
  await eachFile(file, (path, data) => void files.push({ path, data }), content);
  return files;
}

type Visit = (path: string, data: Uint8Array) => Promise<void> | void;

/**
 * Visits the files of a packed chart one after the other, in the archive's order.
 * @param content as of {@link unpackChartArchive}
 * @throws ConfigurationError as {@link readChartArchive} does.
 */
export async function eachFile(file: string, visit: Visit, content?: Uint8Array): Promise<void> {
  refuseUnlessGzip(file, content ?? (await startOf(file)));
  const entries = tar.extract();
  const packed = content === undefined ? createReadStream(file) : Readable.from([content]);
  const [unpacked, read] = await Promise.allSettled([
    visitEntries(file, entries, visit),
    pipeline(packed, createGunzip({ chunkSize: CHUNK }), (chunks: AsyncIterable<Buffer>) => limited(file, chunks), entries),
  ]);
  const reasons = [unpacked, read].flatMap((result) => (result.status === "rejected" ? [result.reason as Error] : []));
  const verdict = reasons.find((reason) => reason instanceof ConfigurationError);
  if (verdict !== undefined) throw verdict;
  if (unpacked.status === "rejected" || read.status === "rejected") {
    const said = [...new Set(reasons.map(({ message }) => message))].join("; ");
    throw new ConfigurationError({
      path: file,
      given: said,
      allowed: "a whole gzip archive with a tar archive in it",
      mend: `It is damaged or cut short. ${REPACK}`,
    });
  }
}

/** In bytes: enough of an unexpected file to recognise its kind. */
const START = 24;

async function startOf(file: string): Promise<Uint8Array> {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read({ buffer: Buffer.alloc(START) });
    return buffer.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
}

function refuseUnlessGzip(file: string, content: Uint8Array): void {
  const start = Buffer.from(content.subarray(0, START));
  if (!start.subarray(0, 2).equals(GZIP_MAGIC)) {
    const given = start.toString("latin1");
    throw new ConfigurationError({
      path: file,
      given,
      allowed: "a chart .tgz, which begins with the bytes 1f 8b of gzip",
      mend: `If a server sent it, it may be its error page. ${REPACK}`,
    });
  }
}

/** Counts all unpacked bytes, also headers and padding: a small archive may contain terabytes of zeros. */
async function* limited(file: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_CHART_SIZE) throw tooLarge(file, `more than ${MAX_CHART_SIZE} bytes unpacked`);
    yield chunk;
  }
}

async function visitEntries(file: string, entries: tar.Extract, visit: Visit): Promise<void> {
  const chart = new ChartFiles(file);
  for await (const entry of entries) {
    const { name, type, size, pax } = entry.header;
    chart.count(name);
    const path = pathInChart(file, name);
    if (type === "directory") {
      entry.resume();
      continue;
    }
    // The tar library would return the map and the pieces of a sparse file as its content.
    const isSparse = Object.keys(pax ?? {}).some((key) => key.startsWith("GNU.sparse."));
    if ((type !== "file" && type !== "contiguous-file") || isSparse) {
      throw new ConfigurationError({
        path: `${file}: ${name}`,
        given: isSparse ? "a sparse file" : (type ?? "an entry of an unknown type"),
        allowed: "files and folders",
        mend: `Links and devices may lead out of the chart. ${REPACK}`,
      });
    }
    if (path === "")
      throw new ConfigurationError({
        path: `${file}: ${name}`,
        given: name,
        allowed: "files within one folder, as in demo/Chart.yaml",
        mend: REPACK,
      });
    chart.admit(path, size, `${file}: ${name}`);
    const chunks: Uint8Array[] = [];
    for await (const chunk of entry) chunks.push(chunk as Uint8Array);
    await visit(path, Buffer.concat(chunks));
  }
}

/** The path behind the archive's top folder. */
function pathInChart(file: string, name: string): string {
  const parts = name
    .replace(/^(\.\/)+/, "")
    .replace(/\/$/, "")
    .split("/");
  if (name.startsWith("/") || /[\\\0\uFFFD]|^[A-Za-z]:/u.test(name) || parts.some((part) => part === ".." || part === "." || part === "")) {
    const allowed = "UTF-8 paths within the chart's folder, without .., backslashes or a leading /";
    throw new ConfigurationError({
      path: `${file}: ${name}`,
      given: name,
      allowed,
      mend: `Such a path may lead out of the chart. ${REPACK}`,
    });
  }
  return parts.slice(1).join("/");
}

/**
 * A chart archive that Helm reads, the same bytes for the same files on every machine, Node version and day:
 * sorted, owner 0, mode 0644, time 0. A file is read only after the one before it was written, and a piece of the archive is given away
 * before the next is made: an archive of any size takes the memory of a piece.
 * @param name the folder in the archive, usually the chart's name.
 * @param passing called with each file's content
 * @throws ConfigurationError for a file that cannot be read, or has changed since it was found.
 */
export async function* archivePieces(name: string, files: readonly AnyFile[], passing: Passing = () => {}): AsyncGenerator<Buffer> {
  const size = files.reduce((sum, file) => sum + sizeOf(file), 0);
  yield* gzipMembers(tarOf(name, files, passing), size);
}

async function* tarOf(name: string, files: readonly AnyFile[], passing: Passing): AsyncGenerator<Uint8Array> {
  for (const file of [...files].sort(byPath)) {
    const data = await contentOf(file);
    passing(file.path, data);
    const header = { name: `${name}/${file.path}`, size: data.length, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 };
    // One for each file: a stream of all of them would be ahead of a slow reader by some files.
    const pack = tar.pack();
    pack.entry(header, data);
    pack.finalize();
    let last: Uint8Array | undefined;
    for await (const chunk of pack) {
      if (last !== undefined) yield last;
      last = chunk as Uint8Array;
    }
    if (last?.length !== END.length) throw new Error("tar-stream ends an archive in another way");
  }
  yield END;
}

/** Of an archive. */
const END = Buffer.alloc(1024);

type Passing = (path: string, data: Uint8Array) => unknown;

/** {@link archivePieces} in memory. */
export async function writeChartArchive(name: string, files: readonly AnyFile[], passing?: Passing): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for await (const piece of archivePieces(name, files, passing)) pieces.push(piece);
  return joined(pieces);
}

/** A single piece as it is: packages with the same content share its memory. */
export function joined(pieces: readonly Buffer[]): Buffer {
  const [only, ...others] = pieces;
  return only !== undefined && others.length === 0 ? only : Buffer.concat(pieces);
}
