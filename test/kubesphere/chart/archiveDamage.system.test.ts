import { writeFile } from "fs/promises";
import { join } from "path";
import { gunzipSync, gzipSync } from "zlib";
import fc from "fast-check";
import { unpackChartArchive, writeChartArchive } from "../../../kubesphere/chart/archive";
import { byPath, type ChartFile } from "../../../kubesphere/chart/chartFiles";
import { ConfigurationError } from "../../../kubesphere/errors";
import { packed } from "../../support/archives";
import { SMALL_CHART, chartFiles, temporaryFolders } from "../../support/charts";

const folder = temporaryFolders();

describe("a damaged archive is refused in words, or read as it was, but never hangs", () => {
  const damaged = fc.array(fc.tuple(fc.nat(), fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 3 });
  const damage = (data: Buffer, changes: [number, number][]) => {
    const copy = Buffer.from(data);
    for (const [at, flip] of changes) copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ flip;
    return copy;
  };

  test("any bytes of the .tgz", async () => {
    const file = join(await folder({}), "chart.tgz");
    const archive = await writeChartArchive("web", chartFiles(SMALL_CHART));
    const whole = chartFiles(SMALL_CHART).sort(byPath);
    await fc.assert(
      fc.asyncProperty(damaged, async (changes) => {
        await writeFile(file, damage(archive, changes));
        const read = await unpackChartArchive(file).catch((error: unknown) => error);
        if (!(read instanceof ConfigurationError)) expect(read).toEqual(whole);
      }),
      { numRuns: 100 },
    );
  });

  test("any bytes of the tar in it: no path leads out", async () => {
    const file = join(await folder({}), "chart.tgz");
    const unpacked = gunzipSync(await packed({ name: "web/a", data: "1", pax: { path: "web/b" } }, { name: "web/c", type: "directory" }));
    await fc.assert(
      fc.asyncProperty(damaged, async (changes) => {
        await writeFile(file, gzipSync(damage(unpacked, changes)));
        const read = await unpackChartArchive(file).catch((error: unknown) => error);
        if (read instanceof ConfigurationError) return;
        for (const { path } of read as ChartFile[]) expect(path).not.toMatch(/^\/|\\|(^|\/)\.\.?(\/|$)/);
      }),
      { numRuns: 100 },
    );
  });
});
