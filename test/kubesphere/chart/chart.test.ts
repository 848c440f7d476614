import { mkdir, symlink, writeFile } from "fs/promises";
import { join } from "path";
import { writeChartArchive } from "../../../kubesphere/chart/archive";
import fc from "fast-check";
import { readChart } from "../../../kubesphere/chart/chart";
import { allFiles, digestOf } from "../../../kubesphere/chart/fileTree";
import { parseHelmIgnore } from "../../../kubesphere/chart/helmIgnore";
import { SMALL_CHART, chartFiles, temporaryFolders, type Files } from "../../support/charts";

const folder = temporaryFolders();
const paths = async (source: string) => allFiles(await readChart(source)).map(({ path }) => path);

test("a folder and the archive packed of it are the same chart, or a packed extension would roll out again", async () => {
  const source = await folder(SMALL_CHART);
  const archive = join(await folder({}), "web-1.2.3.tgz");
  await writeFile(archive, await writeChartArchive("web", chartFiles(SMALL_CHART)));
  const chart = await readChart(source);
  expect(chart).toEqual({
    source,
    metadata: { name: "web", version: "1.2.3" },
    values: { service: { port: 8080 } },
    files: chartFiles(SMALL_CHART).sort((a, b) => (a.path < b.path ? -1 : 1)),
    unread: [],
  });
  expect(await readChart(archive)).toEqual({ ...chart, source: archive });
  const digest = "sha256:00974ef0a4d98412792303827a686b434e2aa686e26a9923a055674d3854e1de";
  expect([await digestOf(chart), await digestOf(await readChart(archive))]).toEqual([digest, digest]);
});

test("a Chart.yaml saved with a byte order mark and CRLF is read, as Helm reads it", async () => {
  const { metadata } = await readChart(await folder({ "Chart.yaml": '\uFEFFname: web\r\nversion: 1.0.0\r\nappVersion: "7"\r\n' }));
  expect(metadata).toEqual({ name: "web", version: "1.0.0", appVersion: "7" });
});

test("a key without a value is as good as none, as for Helm", async () => {
  const { metadata, values } = await readChart(
    await folder({ "Chart.yaml": "name: web\nversion: 1.0.0\nkeywords:\nappVersion:\n", "values.yaml": "# none yet\n" }),
  );
  expect({ metadata, values }).toEqual({ metadata: { name: "web", version: "1.0.0" }, values: {} });
});

test("the digest tells a moved byte: contents and paths are not run together", async () => {
  const digest = async (files: Files) => digestOf(await readChart(await folder({ ...SMALL_CHART, ...files })));
  expect(await digest({ a: "bc", b: "" })).not.toBe(await digest({ a: "b", b: "c" }));
});

describe("files that .helmignore names stay out, by Helm's rules", () => {
  const files = {
    "Chart.yaml": "name: web\nversion: 1.0.0\n",
    "a.bak": "",
    "docs/a.bak": "",
    "docs/b.md": "",
    "docs/deep/b.md": "",
    "c.md": "",
  };
  test.each([
    ["# nothing\n\n", ["a.bak", "c.md", "docs/a.bak", "docs/b.md", "docs/deep/b.md"]],
    ["*.bak", ["c.md", "docs/b.md", "docs/deep/b.md"]],
    ["/*.bak", ["c.md", "docs/a.bak", "docs/b.md", "docs/deep/b.md"]],
    ["docs/", ["a.bak", "c.md"]],
    ["a.bak/", ["a.bak", "c.md", "docs/a.bak", "docs/b.md", "docs/deep/b.md"]],
    ["docs/*.md", ["a.bak", "c.md", "docs/a.bak", "docs/deep/b.md"]],
    ["[^a].md\n?.bak", []],
    ["\\a.bak", ["c.md", "docs/b.md", "docs/deep/b.md"]],
    ["docs/deep\r\n*.bak\r\n", ["c.md", "docs/b.md"]],
    // Helm's negation leaves out all that does not match, Chart.yaml and folders too.
    ["!*.md\n", undefined],
  ])("%j", async (rules, left) => {
    const read = paths(await folder({ ...files, ".helmignore": rules }));
    if (left === undefined) await expect(read).rejects.toThrow("Chart.yaml: is missing");
    else expect(await read).toEqual([".helmignore", "Chart.yaml", ...left]);
  });

  test("and no character but Helm's own has a meaning", () => {
    const name = fc.string({ unit: "grapheme-composite", minLength: 1 }).filter((text) => !/[/\s\0]/u.test(text));
    fc.assert(
      fc.property(name, name, (one, other) => {
        const escaped = `/${[...one].map((character) => `\\${character}`).join("")}`;
        const isIgnored = parseHelmIgnore(escaped, ".helmignore");
        expect([isIgnored(one, false), isIgnored(other, false)]).toEqual([true, one === other]);
      }),
    );
    expect(parseHelmIgnore("values-production.[a-z_]aml", ".helmignore")("values-production.yaml", false)).toBe(true);
  });

  test("and hidden files among the templates always", async () => {
    expect(await paths(await folder({ ...SMALL_CHART, "templates/.service.yaml.swp": "x" }))).toEqual(Object.keys(SMALL_CHART).sort());
  });
});

test("links within a chart are followed, so that a shared file is kept once", async () => {
  const source = await folder({ ...SMALL_CHART, "shared/a.txt": "a" });
  await symlink("shared/a.txt", join(source, "file"));
  await symlink("shared", join(source, "again"));
  expect(await paths(source)).toEqual(["Chart.yaml", "again/a.txt", "file", "shared/a.txt", "templates/service.yaml", "values.yaml"]);
});

describe("a chart that cannot be read is refused with the file, what was found, what is allowed and what to do", () => {
  test.each<[title: string, files: Files, message: string]>([
    [
      "no Chart.yaml",
      {},
      "/Chart.yaml: is missing; allowed: a chart, which has a Chart.yaml at its root. Name the folder that holds Chart.yaml; `helm create` makes one.",
    ],
    ["no version", { "Chart.yaml": "name: web" }, "/Chart.yaml: version: is missing; allowed: text. Correct it in that file."],
    [
      "a version that YAML takes for a number",
      { "Chart.yaml": "name: web\nversion: 1.0" },
      "/Chart.yaml: version: 1 is not allowed; allowed: text. Write it in quotes.",
    ],
    [
      "broken YAML",
      { "Chart.yaml": "name: [" },
      '/Chart.yaml: "line 1: unexpected end of the stream within a flow collection" is not allowed; allowed: YAML, as Helm reads it. Correct that line.',
    ],
    [
      "values that are a list",
      { ...SMALL_CHART, "values.yaml": "- a" },
      '/values.yaml: ["a"] is not allowed; allowed: a map. Correct it in that file.',
    ],
    [
      "Latin-1",
      { "Chart.yaml": Buffer.from("name: w\xe9b", "latin1") },
      '/Chart.yaml: "bytes that are not UTF-8" is not allowed; allowed: text in UTF-8. Save the file as UTF-8.',
    ],
    [
      "a file that Helm refuses",
      { ...SMALL_CHART, big: Buffer.alloc(5 * 1024 * 1024 + 1) },
      '/big: "5242881 bytes" is not allowed; allowed: charts of at most 10000 files, 5242880 bytes a file and 104857600 bytes together (Helm\'s own limits). Take what the chart does not need out of it, or name it in .helmignore.',
    ],
    [
      "a pattern that Helm refuses",
      { ...SMALL_CHART, ".helmignore": "a/**" },
      '/.helmignore: "a/**" is not allowed; allowed: patterns without **, as in Helm. Write one pattern for each folder level.',
    ],
    [
      "an open [",
      { ...SMALL_CHART, ".helmignore": "[a" },
      '/.helmignore: "[a" is not allowed; allowed: *, ?, [a-z], [^a-z] and \\ before a character. Close the [, complete the range or drop the last \\.',
    ],
  ])("%s", async (_, files, message) => {
    const source = await folder(files);
    await expect(readChart(source)).rejects.toThrow(new Error(source + message));
  });

  test("nothing there", async () => {
    await expect(readChart("no/such/chart")).rejects.toThrow(
      new Error(
        "no/such/chart: is missing; allowed: a chart folder or a packed chart (.tgz). Check the path; a relative one begins at the folder of Pulumi.yaml.",
      ),
    );
  });

  test.each([
    ["out of the chart", "../"],
    ["to the chart itself", "."],
    ["to nothing", "none"],
  ])("a link %s", async (_, target) => {
    const source = await folder(SMALL_CHART);
    await mkdir(join(source, "links"));
    await symlink(target === "." ? source : target, join(source, "link"));
    await expect(readChart(source)).rejects.toThrow(/\/link: "a link to .*" is not allowed; allowed: links to /);
    if (target !== "none")
      await expect(readChart(source)).rejects.toThrow("give the archive that `helm package` makes, which follows links.");
  });
});
