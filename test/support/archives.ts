import { mkdtemp, rm, writeFile } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { gzipSync } from "zlib";
import * as tar from "tar-stream";
import { unpackChartArchive } from "../../kubesphere/chart/archive";
import type { ChartFile } from "../../kubesphere/chart/chart";

/** An archive as someone else may have written it. */
export async function packed(...entries: (Partial<tar.Header> & { name: string; data?: string })[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { data, ...header } of entries) pack.entry(header, data ?? "");
  pack.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of pack) chunks.push(chunk as Uint8Array);
  return gzipSync(Buffer.concat(chunks), { level: 1 });
}

/** What is in a package. */
export async function unpack(archive: Buffer): Promise<ChartFile[]> {
  const folder = await mkdtemp(join(tmpdir(), "package-"));
  try {
    const file = join(folder, "package.tgz");
    await writeFile(file, archive);
    return await unpackChartArchive(file);
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** "" for a file that is not there. */
export const textOf = (files: readonly ChartFile[], path: string): string =>
  Buffer.from(files.find((file) => file.path === path)?.data ?? []).toString();
