/** A packed chart takes the memory of a file, not of the chart, although its files come in an order that is not the package's. */
import fs from "fs";
import { readdir, writeFile } from "fs/promises";
import os from "os";
import { join } from "path";
import { setFlagsFromString } from "v8";
import { runInNewContext } from "vm";
import { unpackChartArchive } from "../../../kubesphere/chart/archive";
import { readTree } from "../../../kubesphere/chart/fileTree";
import type { ChartFile } from "../../../kubesphere/chart/chartFiles";
import { packagePieces, packExtension } from "../../../kubesphere/extension/extensionPackage";
import { Spool } from "../../../kubesphere/chart/spool";
import { temporaryRoot } from "../../../kubesphere/chart/temporaryFolder";
import { packed } from "../../support/archives";
import { SMALL_CHART, temporaryFolders, type Files } from "../../support/charts";
import { RENDERING } from "../../support/rendering";

const MEGABYTE = 1024 * 1024;
const folder = temporaryFolders();
afterEach(() => jest.restoreAllMocks());

/** Makes an empty folder the one for temporary files. */
async function ownTemporaryFolder(): Promise<string> {
  const path = await folder({});
  jest.spyOn(os, "tmpdir").mockReturnValue(path);
  return path;
}
/** More than is held; each file has bytes of its own. */
const LARGE = Object.fromEntries(["a", "b", "c", "d", "e", "f"].map((name) => [`files/${name}`, name.repeat(MEGABYTE)]));
async function archiveOf(files: Files): Promise<string> {
  const file = join(await folder({}), "web-1.2.3.tgz");
  await writeFile(file, await packed(...Object.entries(files).map(([path, data]) => ({ name: `web/${path}`, data: data as string }))));
  return file;
}

test.each([
  ["in the memory, as for nearly every chart", 100],
  ["in a file, as for a large one", 0],
])("what is spooled comes back although its buffer is used again: %s", async (_where, limit) => {
  await ownTemporaryFolder();
  const spool = new Spool(limit);
  const buffer = Buffer.alloc(4);
  const files = [];
  for (const text of ["aaaa", "bbbb", "", "cccc"]) {
    const data = buffer.subarray(0, text.length);
    data.write(text);
    files.push(await spool.add(text, data));
  }
  expect(files.map(({ path, size }) => [path, size])).toEqual([
    ["aaaa", 4],
    ["bbbb", 4],
    ["", 0],
    ["cccc", 4],
  ]);
  for (const { path, read } of files.reverse()) expect(Buffer.from(await read()).toString()).toBe(path);
});

test("a large archive makes the package that its folder makes, and leaves nothing behind", async () => {
  const source = await folder({ ...SMALL_CHART, ...LARGE });
  // Neither sorted nor as the package has them.
  const file = await archiveOf({ ...LARGE, ...SMALL_CHART });
  const { archive } = await packExtension(source, RENDERING);
  const used = await ownTemporaryFolder();
  const opened = jest.spyOn(fs, "open");
  expect((await packExtension(file, RENDERING)).archive).toEqual(archive);
  expect(opened.mock.calls.map(([path]) => (String(path).startsWith(used) ? "spool" : path))).toEqual([file, "spool"]);
  expect(await readdir(temporaryRoot())).toEqual([]);
});

test("only what is looked into is held of a large archive", async () => {
  const write = jest.spyOn(fs, "write");
  const { files, unread } = await readTree(await archiveOf({ ...SMALL_CHART, ...LARGE }));
  expect(files.map(({ path }) => path)).toEqual(Object.keys(SMALL_CHART));
  expect(unread.map(({ path, size }) => [path, size])).toEqual(Object.keys(LARGE).map((path) => [path, MEGABYTE]));
  // 4 MiB of them stay where they are, since most charts have less and need no file.
  expect(write.mock.calls.map(([, data]) => Buffer.from(data as unknown as Uint8Array).toString("latin1", 0, 1))).toEqual(["e", "f"]);
});

test("what reads a file back does not keep its bytes in memory until then, or nothing would be saved", async () => {
  const spool = new Spool(0);
  const add = async () => {
    const data = Buffer.alloc(MEGABYTE, "a");
    return { file: await spool.add("a", data), remembered: new WeakRef(data) };
  };
  const { file, remembered } = await add();
  // A WeakRef holds what it was made of until the event loop turns.
  await new Promise(setImmediate);
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
  expect(remembered.deref() === undefined).toBe(true);
  expect((await file.read()).length).toBe(MEGABYTE);
});

test("two archives that are packed at the same time keep apart", async () => {
  const other = Object.fromEntries(Object.entries(LARGE).map(([path, text]) => [path, text.toUpperCase()]));
  const sources = await Promise.all([LARGE, other].map((large) => archiveOf({ ...SMALL_CHART, ...large })));
  const packages = await Promise.all(sources.map((source) => packExtension(source, RENDERING)));
  for (const [index, pkg] of packages.entries()) {
    const file = join(await folder({}), "package.tgz");
    await writeFile(file, packagePieces(pkg));
    const first = ({ path, data }: ChartFile) => [path, Buffer.from(data).toString("latin1", 0, 1)];
    const unpacked = (await unpackChartArchive(file)).filter(({ path }) => path.startsWith("charts/web/files/")).map(first);
    expect(unpacked).toEqual(Object.entries([LARGE, other][index] ?? {}).map(([path, text]) => [`charts/web/${path}`, text[0]]));
  }
});

test("an archive that is refused half way leaves nothing behind either", async () => {
  const file = await archiveOf({ ...LARGE, "../../etc/passwd": "" });
  await ownTemporaryFolder();
  await expect(readTree(file)).rejects.toThrow(/passwd" is not allowed/);
  expect(await readdir(temporaryRoot())).toEqual([]);
});

const MEND = "Free some space, or name another folder in TMPDIR.";
test("a temporary folder that is not there is named, with the way out", async () => {
  const missing = join(await folder({}), "missing");
  jest.spyOn(os, "tmpdir").mockReturnValue(missing);
  await expect(new Spool(0).add("a", Buffer.alloc(1))).rejects.toThrow(
    `${missing}: "ENOENT" is not allowed; allowed: a folder for temporary files, with room for what a chart's archive unpacks to. ${MEND}`,
  );
});

test("a full disk says so, and nothing is left on it", async () => {
  const file = await archiveOf({ ...SMALL_CHART, ...LARGE });
  const used = await ownTemporaryFolder();
  const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
  jest.spyOn(fs, "write").mockImplementation(((...args: unknown[]) => (args.at(-1) as (error: Error) => void)(full)) as never);
  await expect(readTree(file)).rejects.toThrow(`${used}: "ENOSPC" is not allowed`);
  expect(await readdir(temporaryRoot())).toEqual([]);
});
