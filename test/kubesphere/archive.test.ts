import { createHash } from "crypto";
import { writeFile } from "fs/promises";
import { join } from "path";
import { gunzipSync, gzipSync } from "zlib";
import fc from "fast-check";
import * as tar from "tar-stream";
import { readChartArchive, writeChartArchive } from "../../kubesphere/archive";
import { SMALL_CHART, chartFiles, temporaryFolders } from "../support/charts";

const folder = temporaryFolders();
const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");

async function saved(data: Uint8Array): Promise<string> {
  const file = join(await folder({}), "chart.tgz");
  await writeFile(file, data);
  return file;
}

/** An archive as someone else may have written it. */
async function packed(...entries: (Partial<tar.Header> & { name: string; data?: string })[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const { data, ...header } of entries) pack.entry(header, data ?? "");
  pack.finalize();
  const chunks: Uint8Array[] = [];
  for await (const chunk of pack) chunks.push(chunk as Uint8Array);
  return gzipSync(Buffer.concat(chunks));
}

describe("the same files are the same bytes on every machine, or an unchanged extension would show as a change", () => {
  test("pinned", async () => {
    const archive = await writeChartArchive("web", chartFiles(SMALL_CHART));
    expect(sha256(archive)).toBe("f2a966287ded55823874538a3826719e6eaee779269b7e3bb1fd8c4acb14c932");
    // gzip: deflate, no flags, no time, best compression, one operating system for all.
    expect(archive.subarray(0, 10)).toEqual(Buffer.from("1f8b0800000000000203", "hex"));
  });

  test("entries carry neither owner nor time nor the mode of a checkout", async () => {
    const headers: tar.Header[] = [];
    const extract = tar.extract();
    extract.end(gunzipSync(await writeChartArchive("web", chartFiles(SMALL_CHART))));
    for await (const entry of extract) {
      headers.push(entry.header);
      entry.resume();
    }
    expect(headers.map(({ name }) => name)).toEqual(["web/Chart.yaml", "web/templates/service.yaml", "web/values.yaml"]);
    for (const header of headers)
      expect(header).toMatchObject({ type: "file", mode: 0o644, uid: 0, gid: 0, uname: "", gname: "", mtime: new Date(0) });
  });

  const path = fc
    .array(
      fc.stringMatching(/^[\w.é示🔑 -]{1,60}$/u).filter((part) => !/^\.+$/.test(part)),
      { minLength: 1, maxLength: 4 },
    )
    .map((parts) => parts.join("/"));
  const files = fc.uniqueArray(fc.record({ path, data: fc.uint8Array({ maxLength: 1500 }).map((data) => Buffer.from(data)) }), {
    selector: (file) => file.path,
    maxLength: 8,
  });

  test("in whatever order they come; and what is written is read back", async () => {
    const file = join(await folder({}), "chart.tgz");
    await fc.assert(
      fc.asyncProperty(files, async (some) => {
        const archive = await writeChartArchive("web", some);
        expect(await writeChartArchive("web", [...some].reverse())).toEqual(archive);
        await writeFile(file, archive);
        const sorted = [...some].sort((a, b) => (a.path < b.path ? -1 : 1));
        expect(await readChartArchive(file)).toEqual(sorted);
      }),
      { numRuns: 60 },
    );
  });
});

test("an archive with folders, ./ in front and long names is read like any other", async () => {
  const long = `${"long/".repeat(30)}${"name".repeat(30)}`;
  const file = await saved(
    await packed({ name: "./web", type: "directory" }, { name: "./web/a", data: "1" }, { name: `web/${long}`, data: "2" }),
  );
  expect(await readChartArchive(file)).toEqual(chartFiles({ a: "1", [long]: "2" }));
});

describe("an archive from elsewhere can neither reach out of the chart nor fill the memory", () => {
  const PATHS = "UTF-8 paths within the chart's folder, without .., backslashes or a leading /. Such a path may lead out of the chart.";
  const LINKS = "files and folders. Links and devices may lead out of the chart.";
  const LIMITS = "charts of at most 10000 files, 5242880 bytes a file and 104857600 bytes together (Helm's own limits).";
  const DAMAGED = "a whole gzip archive with a tar archive in it. It is damaged or cut short.";
  test.each<[title: string, archive: () => Promise<Uint8Array> | Uint8Array, message: string]>([
    [
      "a path upwards",
      () => packed({ name: "web/../../etc/passwd" }),
      `: web/../../etc/passwd: "web/../../etc/passwd" is not allowed; allowed: ${PATHS}`,
    ],
    ["an absolute path", () => packed({ name: "/etc/passwd" }), `: /etc/passwd: "/etc/passwd" is not allowed; allowed: ${PATHS}`],
    ["a drive", () => packed({ name: "C:/a" }), `: C:/a: "C:/a" is not allowed; allowed: ${PATHS}`],
    ["a backslash", () => packed({ name: "web\\a" }), `: web\\a: "web\\\\a" is not allowed; allowed: ${PATHS}`],
    [
      "a symbolic link",
      () => packed({ name: "web/a", type: "symlink", linkname: "/etc" }),
      `: web/a: "symlink" is not allowed; allowed: ${LINKS}`,
    ],
    ["a hard link", () => packed({ name: "web/a", type: "link", linkname: "web/b" }), `: web/a: "link" is not allowed; allowed: ${LINKS}`],
    [
      "a device",
      () => packed({ name: "web/a", type: "character-device" }),
      `: web/a: "character-device" is not allowed; allowed: ${LINKS}`,
    ],
    ["a path twice", () => packed({ name: "web/a" }, { name: "./web/a" }), `: ./web/a: "a" is not allowed; allowed: each path once.`],
    [
      "a file beside the folder",
      () => packed({ name: "a" }),
      `: a: "a" is not allowed; allowed: files within one folder, as in demo/Chart.yaml.`,
    ],
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
      "more files than any chart has",
      () => packed(...Array.from({ length: 10_001 }, (_, n) => ({ name: `web/${n}` }))),
      `: "more than 10000 files" is not allowed; allowed: ${LIMITS}`,
    ],
    [
      "a web page",
      () => Buffer.from("<!DOCTYPE html><html>"),
      `: "<!DOCTYPE html><html>" is not allowed; allowed: a chart .tgz, which begins with the bytes 1f 8b of gzip. If a server sent it, it may be its error page.`,
    ],
    ["an empty file", () => Buffer.alloc(0), `: "" is not allowed; allowed: a chart .tgz, which begins with the bytes 1f 8b of gzip.`],
    [
      "half an archive",
      async () => (await writeChartArchive("web", chartFiles(SMALL_CHART))).subarray(0, 200),
      `: "unexpected end of file" is not allowed; allowed: ${DAMAGED}`,
    ],
    ["gzip of something else", () => gzipSync("hello"), `: "Unexpected end of data" is not allowed; allowed: ${DAMAGED}`],
  ])("%s", async (_, archive, message) => {
    const file = await saved(await archive());
    await expect(readChartArchive(file)).rejects.toThrow(file + message);
  });
});
