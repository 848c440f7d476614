import { writeFile } from "fs/promises";
import { join } from "path";
import { gunzipSync, gzipSync } from "zlib";
import { unpackChartArchive } from "../../../kubesphere/chart/archive";
import { packed } from "../../support/archives";
import { temporaryFolders } from "../../support/charts";

const folder = temporaryFolders();

describe("an archive from elsewhere cannot fill the memory", () => {
  const LIMITS = "charts of at most 10000 files, 5242880 bytes a file and 104857600 bytes together (Helm's own limits).";
  const DAMAGED = "a whole gzip archive with a tar archive in it. It is damaged or cut short.";
  test.each<[title: string, archive: () => Promise<Uint8Array> | Uint8Array, message: string]>([
    [
      "a large file",
      () => packed({ name: "web/a", data: "a".repeat(5 * 1024 * 1024 + 1) }),
      `: web/a: "5242881 bytes" is not allowed; allowed: ${LIMITS}`,
    ],
    [
      "a bomb",
      () => Buffer.concat(Array<Buffer>(101).fill(gzipSync(Buffer.alloc(1024 * 1024)))),
      `: "more than 104857600 bytes unpacked" is not allowed; allowed: ${LIMITS}`,
    ],
    [
      "more entries than any chart has",
      async () => {
        const header = gunzipSync(await packed({ name: "web/", type: "directory" })).subarray(0, 512);
        return gzipSync(Buffer.concat(Array<Buffer>(10_001).fill(header)));
      },
      `: "more than 10000 files and folders" is not allowed; allowed: ${LIMITS}`,
    ],
    [
      "a header of megabytes",
      () => packed({ name: "web/a", pax: { comment: "a".repeat(5 * 1024 * 1024) } }),
      `: "Header exceeds max size" is not allowed; allowed: ${DAMAGED}`,
    ],
  ])("%s", async (_, archive, message) => {
    const file = join(await folder({}), "chart.tgz");
    await writeFile(file, await archive());
    await expect(unpackChartArchive(file)).rejects.toThrow(file + message);
  });
});
