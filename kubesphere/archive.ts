/** Chart archives (.tgz): read with limits and without trust, written so that the same files always give the same bytes. */
import { createReadStream } from "fs";
import { open } from "fs/promises";
import { pipeline } from "stream/promises";
import { createGunzip } from "zlib";
import { Gzip } from "fflate";
import * as tar from "tar-stream";
import type { ChartFile } from "./chart";
import { ChartFiles, MAX_CHART_SIZE, tooLarge } from "./chartFiles";
import { ConfigurationError } from "./errors";

/**
 * fflate's levels. What may fit into a ConfigMap is packed small (level 9 would save 1 % for twice the time); what cannot, however
 * packed, is packed fast, at most twice the time of `helm package`. By the files' bytes, and so the same on every machine.
 */
const SMALL = 6;
const FAST = 4;
const FAST_FROM = 8 * 1024 * 1024;
const GZIP_MAGIC = Buffer.from([0x1f, 0x8b]);
const REPACK = "Pack the chart anew with `helm package`.";

/**
 * The files of a packed chart, without the folder that they share in the archive.
 * @throws ConfigurationError when it is no chart archive, leads out of the chart, holds links or devices, or is too large.
 */
export async function readChartArchive(file: string): Promise<ChartFile[]> {
  await refuseUnlessGzip(file);
  const entries = tar.extract();
  const [unpacked, read] = await Promise.allSettled([
    collect(file, entries),
    pipeline(createReadStream(file), createGunzip(), (chunks: AsyncIterable<Buffer>) => limited(file, chunks), entries),
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
  return unpacked.value;
}

async function refuseUnlessGzip(file: string): Promise<void> {
  const handle = await open(file);
  const head = await handle.read({ buffer: Buffer.alloc(24) }).finally(() => handle.close());
  const start = head.buffer.subarray(0, head.bytesRead);
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

/** Counts what is unpacked, headers and padding included: a small archive may hold terabytes of zeros. */
async function* limited(file: string, chunks: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let size = 0;
  for await (const chunk of chunks) {
    size += chunk.length;
    if (size > MAX_CHART_SIZE) throw tooLarge(file, `more than ${MAX_CHART_SIZE} bytes unpacked`);
    yield chunk;
  }
}

async function collect(file: string, entries: tar.Extract): Promise<ChartFile[]> {
  const chart = new ChartFiles(file);
  for await (const entry of entries) {
    const { name, type, size, pax } = entry.header;
    chart.count(name);
    const path = pathInChart(file, name);
    if (type === "directory") {
      entry.resume();
      continue;
    }
    // The tar library would give a sparse file's map and pieces for its content.
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
    chart.add(path, Buffer.concat(chunks));
  }
  return chart.files;
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
 * sorted, owner 0, mode 0644, time 0, and fflate's own deflate, since zlib's output differs between Node versions.
 * @param name the folder in the archive, by custom the chart's name.
 */
export async function writeChartArchive(name: string, files: readonly ChartFile[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { path, data } of [...files].sort(byPath)) {
    pack.entry({ name: `${name}/${path}`, size: data.length, mode: 0o644, mtime: new Date(0), uid: 0, gid: 0 }, data);
  }
  pack.finalize();
  const size = files.reduce((sum, { data }) => sum + data.length, 0);
  const gzip = new Gzip({ level: size < FAST_FROM ? SMALL : FAST, mtime: 0 });
  const chunks: Uint8Array[] = [];
  gzip.ondata = (chunk) => chunks.push(chunk);
  for await (const chunk of pack) gzip.push(chunk as Uint8Array);
  gzip.push(new Uint8Array(0), true);
  return Buffer.concat(chunks);
}

/** By UTF-16 code unit: no locale, the same everywhere. */
export const byPath = (a: ChartFile, b: ChartFile): number => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0);
