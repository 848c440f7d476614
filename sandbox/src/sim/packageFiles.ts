import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { extract } from "tar-stream";

/** The files of a packed extension by their path in it, those of the charts within left out. */
export async function packageFiles(archive: Buffer): Promise<ReadonlyMap<string, Buffer>> {
  const files = new Map<string, Buffer>();
  const reader = extract();
  reader.end(gunzipSync(archive));
  for await (const entry of reader) {
    const [, path] = /^[^/]+\/(?!charts\/)(.+)$/.exec(entry.header.name) ?? [];
    if (path !== undefined && entry.header.type === "file") files.set(path, await buffer(entry));
    else entry.resume();
  }
  return files;
}
