import { createHash } from "crypto";
import { writeFile } from "fs/promises";
import { join } from "path";
import { gunzipSync, gzipSync } from "zlib";
import fc from "fast-check";
import * as tar from "tar-stream";
import { unpackChartArchive, writeChartArchive } from "../../../kubesphere/chart/archive";
import { packed } from "../../support/archives";
import { SMALL_CHART, chartFiles, temporaryFolders } from "../../support/charts";

const folder = temporaryFolders();
const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");

async function saved(data: Uint8Array): Promise<string> {
  const file = join(await folder({}), "chart.tgz");
  await writeFile(file, data);
  return file;
}

/** With other bytes in the archive's first header, and its checksum mended. */
function rewritten(archive: Uint8Array, change: (header: Buffer) => void): Buffer {
  const unpacked = gunzipSync(archive);
  const header = unpacked.subarray(0, 512);
  change(header);
  header.fill(" ", 148, 156);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return gzipSync(unpacked);
}

describe("the same files are the same bytes on every machine, or an unchanged extension would show as a change", () => {
  test("pinned", async () => {
    const archive = await writeChartArchive("web", chartFiles(SMALL_CHART));
    expect(sha256(archive)).toBe("095bf9285d9ffe57db9ae884a9cebe575efd56cebe34129eba94d5a10aaf724e");
    // gzip: deflate, no flags, no time, no word on compression, one operating system for all.
    expect(archive.subarray(0, 10)).toEqual(Buffer.from("1f8b0800000000000003", "hex"));
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
  const fold = (text: string) => text.normalize("NFC").toLowerCase();
  const overlap = (a: string, b: string) => `${fold(b)}/`.startsWith(`${fold(a.split("/")[0] ?? "")}/`);
  const files = fc.uniqueArray(fc.record({ path, data: fc.uint8Array({ maxLength: 1500 }).map((data) => Buffer.from(data)) }), {
    // No two that a file system may take for one.
    comparator: (a, b) => overlap(a.path, b.path) || overlap(b.path, a.path),
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
        expect(await unpackChartArchive(file)).toEqual(sorted);
      }),
      { numRuns: 40 },
    );
  });
});

test("an archive with folders, ./ in front and long names is read like any other", async () => {
  const long = `${"long/".repeat(30)}${"name".repeat(30)}`;
  const file = await saved(
    await packed({ name: "./web", type: "directory" }, { name: "./web/a", data: "1" }, { name: `web/${long}`, data: "2" }),
  );
  expect(await unpackChartArchive(file)).toEqual(chartFiles({ a: "1", [long]: "2" }));
});

test("an archive of two gzip members is read whole, as Helm reads it, or files would be missing", async () => {
  const unpacked = gunzipSync(await packed({ name: "web/a", data: "1" }, { name: "web/b", data: "2" }));
  const file = await saved(Buffer.concat([gzipSync(unpacked.subarray(0, 700)), gzipSync(unpacked.subarray(700))]));
  expect(await unpackChartArchive(file)).toEqual(chartFiles({ a: "1", b: "2" }));
});

describe("an archive from elsewhere can neither reach out of the chart nor fill the memory", () => {
  const PATHS = "UTF-8 paths within the chart's folder, without .., backslashes or a leading /. Such a path may lead out of the chart.";
  const LINKS = "files and folders. Links and devices may lead out of the chart.";
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
    [
      "a path twice",
      () => packed({ name: "web/a" }, { name: "./web/a" }),
      `: ./web/a: "a" is not allowed; allowed: each path once, without regard to case. Rename or remove one: not every file system holds both.`,
    ],
    [
      "a file beside the folder",
      () => packed({ name: "a" }),
      `: a: "a" is not allowed; allowed: files within one folder, as in demo/Chart.yaml.`,
    ],
    [
      "a web page",
      () => Buffer.from("<!DOCTYPE html><html>"),
      `: "<!DOCTYPE html><html>" is not allowed; allowed: a chart .tgz, which begins with the bytes 1f 8b of gzip. If a server sent it, it may be its error page.`,
    ],
    [
      "paths that one macOS folder cannot hold both",
      () => packed({ name: "web/README.md" }, { name: "web/readme.md" }),
      `: web/readme.md: "readme.md beside README.md" is not allowed; allowed: each path once, without regard to case.`,
    ],
    [
      "folders that one macOS folder cannot hold both",
      () => packed({ name: "web/Docs/a" }, { name: "web/docs/b" }),
      `: web/docs/b: "docs/ beside Docs/" is not allowed; allowed: each path once, without regard to case.`,
    ],
    [
      "a file that is a folder too",
      () => packed({ name: "web/a/b" }, { name: "web/a" }),
      `: web/a: "a beside a/" is not allowed; allowed: each path once, without regard to case.`,
    ],
    [
      "folders without end",
      () => packed({ name: "web", pax: { path: `web/${"a/".repeat(600)}b` } }),
      `: web/${"a/".repeat(28)}…: "a path of 1205 characters" is not allowed; allowed: paths of at most 1024 characters.`,
    ],
    [
      "a name that is not UTF-8",
      async () => rewritten(await packed({ name: "web/abc" }), (header) => header.write("\xff", 4, "latin1")),
      `: web/\uFFFDbc: "web/\uFFFDbc" is not allowed; allowed: ${PATHS}`,
    ],
    [
      "a name with NUL",
      () => packed({ name: "web/a", pax: { path: "web/a\0b" } }),
      `: web/a\0b: "web/a\\u0000b" is not allowed; allowed: ${PATHS}`,
    ],
    [
      "a sparse file as GNU tar writes it",
      async () => rewritten(await packed({ name: "web/a" }), (header) => header.write("S", 156)),
      `: web/a: "an entry of an unknown type" is not allowed; allowed: ${LINKS}`,
    ],
    [
      "a sparse file as POSIX has it",
      () => packed({ name: "web/a", data: "1", pax: { "GNU.sparse.major": "1" } }),
      `: web/a: "a sparse file" is not allowed; allowed: ${LINKS}`,
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
    await expect(unpackChartArchive(file)).rejects.toThrow(file + message);
  });
});
