/** Large packages: none of what reads or packs one holds more of it than a piece. */
import { createCipheriv, createHash } from "crypto";
import { archivePieces, writeChartArchive } from "../../../kubesphere/chart/archive";
import { templatesOf } from "../../../kubesphere/chart/chart";
import type { AnyFile } from "../../../kubesphere/chart/chartFiles";
import { chartsWithin } from "../../../kubesphere/chart/chartsWithin";
import { crdsIn } from "../../../kubesphere/chart/crdFolders";
import { fileOf } from "../../../kubesphere/chart/fileTree";
import { refuseOutsideSchemas } from "../../../kubesphere/chart/valuesSchema";
import { packagePieces, packExtension } from "../../../kubesphere/extension/extensionPackage";
import { chartConfigMap } from "../../../kubesphere/extension/extensionObjects";
import { chartFiles, SMALL_CHART, temporaryFolders, type Files } from "../../support/charts";
import { RENDERING } from "../../support/rendering";

const folder = temporaryFolders();
const MEGABYTE = 1024 * 1024;
/** Bytes that nothing makes smaller. */
const noise = (seed: number) => createCipheriv("aes-128-ctr", Buffer.alloc(16, seed + 1), Buffer.alloc(16)).update(Buffer.alloc(MEGABYTE));

test("the pieces of an archive are given away while it is packed, or one of 80 MB would be in memory twice", async () => {
  const steps: string[] = [];
  const files: AnyFile[] = Array.from({ length: 10 }, (_, number) => ({
    path: `files/${number}`,
    size: MEGABYTE,
    read: () => {
      steps.push("read");
      return Promise.resolve(noise(number));
    },
  }));
  let size = 0;
  for await (const piece of archivePieces("web", files)) {
    steps.push("piece");
    size = Math.max(size, piece.length);
  }
  expect(size).toBeLessThan(1.1 * MEGABYTE);
  const ahead = steps.map((_, at) => steps.slice(0, at + 1).reduce((sum, step) => sum + (step === "read" ? 1 : -1), 0));
  expect(Math.max(...ahead)).toBe(1);
});

describe("a package that no ConfigMap holds", () => {
  const large: Files = { ...SMALL_CHART, "files/a": noise(1), "files/b": noise(2) };

  test("is not kept in memory; its digest and size are those of what is written", async () => {
    const pkg = await packExtension(await folder(large), RENDERING);
    const hash = createHash("sha256");
    let size = 0;
    for await (const piece of packagePieces(pkg)) {
      hash.update(piece);
      size += piece.length;
    }
    expect(pkg.archive).toBeUndefined();
    expect([pkg.digest, pkg.size]).toEqual([`sha256:${hash.digest("hex")}`, size]);
    expect(() => chartConfigMap(pkg)).toThrow("does not fit into a ConfigMap");
  });
});

describe("charts that are packed within a chart", () => {
  const NAMES = ["a", "b", "c"];
  const crd = (name: string) => ({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name } });
  const contents = async () =>
    Promise.all(
      NAMES.map(async (name, number) => {
        const files = {
          "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: 1.0.0\n`,
          "templates/config.yaml": `# of ${name}\n`,
          "crds/crd.yaml": JSON.stringify(crd(name)),
          "values.schema.json": JSON.stringify({ title: name }),
          "files/noise": noise(number),
        };
        return { path: `charts/${name}-1.0.0.tgz`, data: await writeChartArchive(name, chartFiles(files)) };
      }),
    );

  /** One buffer for all: a chart that is still waiting when the next is read gets that one's bytes. */
  async function sharing() {
    const charts = await contents();
    const buffer = Buffer.alloc(Math.max(...charts.map(({ data }) => data.length)));
    const unread = charts.map(({ path, data }) => ({
      path,
      size: data.length,
      read: () => {
        data.copy(buffer);
        return Promise.resolve(buffer.subarray(0, data.length));
      },
    }));
    return { source: "web", files: chartFiles({ "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.0.0\n" }), unread };
  }

  test("are read one after the other, whoever looks into them", async () => {
    const tree = await sharing();
    expect(await templatesOf(tree)).toEqual(NAMES.map((name) => `# of ${name}\n`));
    expect((await crdsIn(tree.unread)).map((it) => it.crd.metadata.name)).toEqual(NAMES);
    expect((await chartsWithin(tree)).map(({ files }) => String(fileOf(files, "templates/config.yaml")?.data))).toEqual(
      NAMES.map((name) => `# of ${name}\n`),
    );
    await refuseOutsideSchemas(tree.unread, "web");
  });

  test("are held as far as they are looked into; what else is in them can be read all the same", async () => {
    for (const [number, { files, unread }] of (await chartsWithin(await sharing())).entries()) {
      expect(files.map(({ path }) => path)).toEqual(["Chart.yaml", "crds/crd.yaml", "templates/config.yaml"]);
      expect(unread.map(({ path }) => path)).toEqual(["files/noise", "values.schema.json"]);
      expect(Buffer.from((await unread[0]?.read()) ?? []).equals(noise(number))).toBe(true);
    }
  });
});
