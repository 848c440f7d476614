import { appendFile, chmod, mkdir, symlink, utimes, writeFile, type FileHandle } from "fs/promises";
import { execFileSync } from "child_process";
import type fsPromises from "fs/promises";
import { createServer } from "net";
import { join } from "path";
import { writeChartArchive } from "../../../kubesphere/chart/archive";
import { allFiles, readTree } from "../../../kubesphere/chart/fileTree";
import { ChartFiles, contentOf, MAX_FILES } from "../../../kubesphere/chart/chartFiles";
import { readChartFolder } from "../../../kubesphere/chart/chartFolder";
import { SMALL_CHART, temporaryFolders } from "../../support/charts";

const folder = temporaryFolders();
/** The module itself, of which an import is a copy that no spy can change. */
const promises = jest.requireActual<typeof fsPromises>("fs/promises");
afterEach(() => jest.restoreAllMocks());

test("neither a checkout's times, modes nor the order of its folders move a byte, or every machine would show a change", async () => {
  const here = await folder(SMALL_CHART);
  const there = await folder(Object.fromEntries(Object.entries(SMALL_CHART).reverse()));
  await chmod(join(there, "values.yaml"), 0o755);
  await utimes(join(there, "Chart.yaml"), 1, 1);
  const archive = await writeChartArchive("web", allFiles(await readTree(here)));
  const readdir = promises.readdir as (path: string) => Promise<string[]>;
  jest.spyOn(promises, "readdir").mockImplementation((async (path: string) => (await readdir(path)).reverse()) as never);
  expect(await writeChartArchive("web", allFiles(await readTree(there)))).toEqual(archive);
});

test("a link within the chart is the file that it leads to", async () => {
  const source = await folder({ ...SMALL_CHART, "docs/a.md": "a" });
  await symlink("docs/a.md", join(source, "b.md"));
  const files = (await readChartFolder(source)).unread;
  expect(await Promise.all(files.map(async (file) => [file.path, (await contentOf(file)).toString()]))).toEqual([
    ["b.md", "a"],
    ["docs/a.md", "a"],
  ]);
});

test("links to folders of links end at the limit, not with the memory", async () => {
  const source = await folder({});
  await mkdir(join(source, "40"));
  for (let level = 39; level >= 0; level--) {
    await mkdir(join(source, String(level)));
    for (const name of ["a", "b"]) await symlink(`../${level + 1}`, join(source, String(level), name));
  }
  const count = jest.spyOn(ChartFiles.prototype, "count").mockImplementation(() => {
    if (count.mock.calls.length > 100) throw new Error("the limit");
  });
  await expect(readChartFolder(source)).rejects.toThrow("the limit");
});

test("files and folders are counted up to the limit", () => {
  const files = new ChartFiles("web");
  for (let n = 0; n < MAX_FILES; n++) files.count("a");
  expect(() => files.count("a")).toThrow('web: "more than 10000 files and folders" is not allowed');
});

test("a name that is not UTF-8 is refused, since no archive could carry it", async () => {
  const source = await folder(SMALL_CHART);
  const made = await writeFile(Buffer.concat([Buffer.from(join(source, "a")), Buffer.from([0xff])]), "").catch((error: unknown) => error);
  // macOS itself refuses such a name.
  if (made !== undefined) expect(made).toMatchObject({ code: "EILSEQ" });
  else
    await expect(readChartFolder(source)).rejects.toThrow(`${join(source, "a\uFFFD")}: "a\uFFFD" is not allowed; allowed: names in UTF-8.`);
});

test("names that differ in case only are refused: a checkout on macOS would have one of them", async () => {
  const source = await folder({ "a.md": "", "A.md": "" });
  const names = await promises.readdir(source);
  if (names.length === 1) return expect((await readChartFolder(source)).unread).toHaveLength(1);
  await expect(readChartFolder(source)).rejects.toThrow(`${join(source, "a.md")}: "a.md beside A.md" is not allowed`);
});

test("a file that changes while it is read is refused, or half of it would be installed", async () => {
  const source = await folder(SMALL_CHART);
  const open = promises.open as (path: string, flags: number) => Promise<FileHandle>;
  jest.spyOn(promises, "open").mockImplementation((async (path: string, flags: number) => {
    await appendFile(path, "more");
    return open(path, flags);
  }) as never);
  await expect(readChartFolder(source)).rejects.toThrow(
    `${join(source, "Chart.yaml")}: "a file that changed while it was read" is not allowed; allowed: files at rest.`,
  );
});

test("a file that cannot be read is named, with the reason", async () => {
  const source = await folder(SMALL_CHART);
  // Root may read whatever its mode.
  jest.spyOn(promises, "open").mockRejectedValue(Object.assign(new Error("permission denied"), { code: "EACCES" }));
  await expect(readChartFolder(source)).rejects.toThrow(
    `${join(source, "Chart.yaml")}: "cannot be read: EACCES" is not allowed; allowed: files and folders that can be read.`,
  );
});

describe("a .helmignore is read under the checks of every other file", () => {
  const refusal = async (source: string, given: string, allowed: string) =>
    expect(readChartFolder(source)).rejects.toThrow(`${join(source, ".helmignore")}: "${given}" is not allowed; allowed: ${allowed}.`);

  test("a folder is not taken for none", async () => {
    await refusal(await folder({ ".helmignore/a": "" }), "a folder", "a file");
  });

  test("a pipe is refused: to read it would never end", async () => {
    const source = await folder(SMALL_CHART);
    execFileSync("mkfifo", [join(source, ".helmignore")]);
    await refusal(source, "a device, socket or pipe", "files and folders");
  });

  test("a link out of the chart is refused: an error that quotes a line of it would tell a stranger's chart what this machine holds", async () => {
    const secret = join(await folder({ key: "**" }), "key");
    const source = await folder(SMALL_CHART);
    await symlink(secret, join(source, ".helmignore"));
    await refusal(source, `a link to ${secret}`, "links to files and folders of the chart, not in a circle");
  });

  test.each([
    ["/dev/zero, which has no end", "/dev/zero"],
    ["/proc/self/environ, which says it is empty", "/proc/self/environ"],
  ])("a link to %s is refused", async (_what, target) => {
    const source = await folder(SMALL_CHART);
    await symlink(target, join(source, ".helmignore"));
    await expect(readChartFolder(source)).rejects.toThrow(/\.helmignore: "a link to /);
  });

  test("a link to nothing is not taken for none", async () => {
    const source = await folder(SMALL_CHART);
    await symlink("gone", join(source, ".helmignore"));
    await refusal(source, "a link to nothing", "links to what is there");
  });

  test("a link within the chart holds rules as the file does", async () => {
    const source = await folder({ "Chart.yaml": "", rules: "*.md\n", "a.md": "" });
    await symlink("rules", join(source, ".helmignore"));
    expect((await readChartFolder(source)).unread.map(({ path }) => path)).not.toContain("a.md");
  });

  test("more rules than anybody writes are refused: each is tried on each path", async () => {
    await refusal(await folder({ ".helmignore": "a\n".repeat(40_000) }), "80000 bytes", "rules of at most 65536 bytes");
  });
});

test("a socket, pipe or device among the files is refused by name: to read it might never end", async () => {
  const source = await folder(SMALL_CHART);
  const server = createServer();
  await new Promise<void>((listening) => server.listen(join(source, "plug"), listening));
  try {
    const refusal = `${join(source, "plug")}: "a device, socket or pipe" is not allowed; allowed: files and folders. Take it out of the chart.`;
    await expect(readTree(source)).rejects.toThrow(refusal);
  } finally {
    server.close();
  }
});

test("a chart that is a pipe itself is refused instead of waited for", async () => {
  const pipe = join(await folder({}), "web-1.0.0.tgz");
  execFileSync("mkfifo", [pipe]);
  await expect(readTree(pipe)).rejects.toThrow(
    `${pipe}: "a device, socket or pipe" is not allowed; allowed: a chart folder or a packed chart`,
  );
});
