/** Packing a large chart takes the memory of a file, not of the chart; and no longer for it, on any machine. */
import { createCipheriv, createHash } from "crypto";
import { appendFile, writeFile } from "fs/promises";
import type fsPromises from "fs/promises";
import { join } from "path";
import { gunzipSync } from "zlib";
import { unpackChartArchive, writeChartArchive } from "../../../kubesphere/chart/archive";
import { allFiles, digestOf, readTree } from "../../../kubesphere/chart/fileTree";
import type { AnyFile } from "../../../kubesphere/chart/chartFiles";
import { packExtension } from "../../../kubesphere/extension/extensionPackage";
import { SMALL_CHART, temporaryFolders } from "../../support/charts";
import { RENDERING } from "../../support/rendering";

const folder = temporaryFolders();
const promises = jest.requireActual<typeof fsPromises>("fs/promises");
afterEach(() => jest.restoreAllMocks());

const MEGABYTE = 1024 * 1024;
const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest("hex");
/** Bytes that nothing makes smaller, the same ones everywhere. */
const noise = (seed: string) => createCipheriv("aes-128-ctr", Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(MEGABYTE));
const text = (seed: string) => Buffer.from(`${seed}: a line of a manifest\n`.repeat(MEGABYTE / 20)).subarray(0, MEGABYTE);

test("a file is done with before the next is read, or a large chart would fill the memory", async () => {
  const contents: Record<string, Buffer> = { a: noise("a"), b: text("b"), c: noise("c"), d: text("d") };
  // One buffer for all: a file that were still waiting when the next is read would get that one's bytes.
  const buffer = Buffer.alloc(MEGABYTE);
  const steps: string[] = [];
  const files: AnyFile[] = Object.entries(contents).map(([path, data]) => ({
    path,
    size: data.length,
    read: () => {
      steps.push(`read ${path}`);
      data.copy(buffer);
      return Promise.resolve(buffer);
    },
  }));
  const archive = await writeChartArchive("web", files.reverse(), (path) => steps.push(`packed ${path}`));
  expect(steps).toEqual(["a", "b", "c", "d"].flatMap((path) => [`read ${path}`, `packed ${path}`]));
  const file = join(await folder({}), "web.tgz");
  await writeFile(file, archive);
  const read = Object.fromEntries((await unpackChartArchive(file)).map(({ path, data }) => [path, sha256(data)]));
  expect(read).toEqual(Object.fromEntries(Object.entries(contents).map(([path, data]) => [path, sha256(data)])));
});

test("each file is opened once, whether it is looked into, shown in the Marketplace or only packed", async () => {
  const source = await folder({
    ...SMALL_CHART,
    "README.md": "# Web\n",
    "extension.yaml": "icon: logo.svg\nscreenshots: [shot.png]\n",
    "logo.svg": "<svg/>",
    "shot.png": "png",
    "files/data": "data",
  });
  const opened: string[] = [];
  const open = promises.open as (path: string, flags?: number) => Promise<unknown>;
  jest.spyOn(promises, "open").mockImplementation((async (path: string, flags?: number) => {
    if (path.startsWith(source)) opened.push(path.slice(source.length + 1));
    return open(path, flags);
  }) as never);
  const { files } = await packExtension(source, RENDERING);
  expect(opened.sort()).toEqual([...Object.keys(SMALL_CHART), "README.md", "extension.yaml", "files/data", "logo.svg", "shot.png"].sort());
  expect(Object.keys(files)).toEqual(Object.keys(files).sort());
  expect(files).toMatchObject({ "charts/web/files/data": sha256(Buffer.from("data")).slice(0, 12) });
});

test("a file that changes between being found and being packed is refused, or half of it would be installed", async () => {
  const source = await folder({ ...SMALL_CHART, NOTICE: "a" });
  const tree = await readTree(source);
  await appendFile(join(source, "NOTICE"), "more");
  const refusal = `${join(source, "NOTICE")}: "a file that changed while it was read" is not allowed; allowed: files at rest.`;
  await expect(writeChartArchive("web", allFiles(tree))).rejects.toThrow(refusal);
  await expect(digestOf(tree)).rejects.toThrow(refusal);
});

describe("what no ConfigMap holds", () => {
  const files = (["a", "b", "c", "d", "e"] as const).flatMap((seed) => [
    { path: `${seed}-noise`, data: noise(seed) },
    { path: `${seed}-text`, data: text(seed) },
  ]);

  let archive: Buffer;
  beforeAll(async () => (archive = await writeChartArchive("web", files)));

  test("is the same bytes on every machine too", () => {
    expect(sha256(archive)).toBe("809fb6824a432b984e5206b5bd3d0d08825fcc35a85463fd9faf863be6729af6");
  });

  test("is packed without effort where effort is in vain, and small where it is not", () => {
    expect(archive.length).toBeGreaterThan(5 * MEGABYTE);
    expect(archive.length).toBeLessThan(5.2 * MEGABYTE);
  });

  test("is read by what reads gzip, in however many pieces it was written", () => {
    const unpacked = gunzipSync(archive);
    // Header and content of each file, and the archive's end.
    expect(unpacked.length).toBe(files.length * (512 + MEGABYTE) + 1024);
  });
});
