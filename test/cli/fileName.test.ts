/** What a chart calls itself is a stranger's word: it names a file in the folder asked for, or none. */
import { mkdtemp, rm, writeFile } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { archiveName } from "../../cli/extension/package";
import { archiveOf, chartFile, extensionCharts } from "../../cli/mirror/charts";
import { contentsOf } from "../../cli/mirror/folder";
import { pluginFile } from "../../cli/mirror/plugins";
import { folderOf } from "../../cli/mirror/reference";
import type { DeclaredExtension } from "../../settings/extensionSources";
import { temporaryFolders } from "../support/charts";

const folder = temporaryFolders();
const HOSTILE = ["../../x", "/etc/x", "a/b", "a\\b", "a\0b", ".", "..", "", ".hidden", "a\nb", "\u202ea", "a".repeat(300)];
/** More than one name, but within the folder. */
const INSIDE = "a/b";
const DIGEST = `sha256:${"0".repeat(64)}`;
const REFUSED = /is no name for a file|is no path within the folder/;

describe.each(HOSTILE)("%j leads nowhere", (word) => {
  test("as the name or version of a chart, a plugin or a package", () => {
    for (const [name, version] of [
      [word, "1.0.0"],
      ["web", word],
    ] as const) {
      expect(() => chartFile({ name, version })).toThrow(REFUSED);
      expect(() => archiveName({ name, version })).toThrow(REFUSED);
    }
    expect(() => pluginFile({ archive: word })).toThrow(REFUSED);
    if (word !== INSIDE) expect(() => folderOf({ host: word, path: "a", tag: "1" })).toThrow(REFUSED);
  });

  test("as the version of a chart's folder that is packed", async () => {
    const chart = await folder({ "Chart.yaml": `apiVersion: v2\nname: web\nversion: ${JSON.stringify(word)}\n` });
    const target = join(await folder({}), "target");
    await expect(archiveOf({ chart }, { helm: "none", checkout: "/", folder: target })).rejects.toThrow();
  });

  test("as the version of an extension", async () => {
    const packages = [{ path: "extensions[0].source", package: { name: "web", version: word, contents: [], digest: "" } }];
    const extensions = [{ packages }] as unknown as readonly DeclaredExtension[];
    await expect(extensionCharts(extensions, await folder({}))).rejects.toThrow(REFUSED);
  });

  test("in the record of a folder that somebody else has filled", async () => {
    // More than one name is allowed there, but not at the folder itself or beside it.
    const bad = word === INSIDE ? "../a/b" : word;
    const made = await mkdtemp(join(tmpdir(), "record-"));
    const file = { name: "a", version: "1", from: "a", digest: DIGEST, file: `charts/${bad}` };
    const records = [
      { charts: [file] },
      { plugins: [file] },
      { images: [{ image: "a", digest: DIGEST, folder: bad }] },
      { npm: { folder: bad, packages: [] } },
    ];
    try {
      for (const record of records) {
        await writeFile(join(made, "mirror.json"), JSON.stringify(record));
        await expect(contentsOf(made)).rejects.toThrow(/mirror\.json.*is no path within the folder/);
      }
    } finally {
      await rm(made, { recursive: true });
    }
  });
});

test("a usual name is kept", () =>
  expect(chartFile({ name: "ks-core", version: "1.2.3-rc.1+build" })).toBe("charts/ks-core-1.2.3-rc.1+build.tgz"));
