import { gzipSync } from "node:zlib";
import { writeChartArchive } from "../../../kubesphere/chart/archive";
import { packageFiles } from "../../../sandbox/src/sim/packageFiles.js";
import { packed } from "../../support/archives";
import { chartFiles } from "../../support/charts";

test("the Marketplace shows another extension.yaml than the package's, or the files of the charts within", async () => {
  const archive = await writeChartArchive(
    "shop",
    chartFiles({ "Chart.yaml": "name: shop\n", "extension.yaml": "a", "charts/web/extension.yaml": "b", "static/icon.svg": "c" }),
  );
  const files = await packageFiles(archive, "shop");
  expect([...files].map(([path, data]) => [path, data.toString()])).toEqual([
    ["Chart.yaml", "name: shop\n"],
    ["extension.yaml", "a"],
    ["static/icon.svg", "c"],
  ]);
});

test.each([
  ["a link, which may lead to a file of this machine", () => packed({ name: "shop/icon.svg", type: "symlink", linkname: "/etc/passwd" })],
  ["a way out of the package", () => packed({ name: "shop/../../icon.svg" })],
  ["100 MiB of zeros in 100 kB", () => Promise.resolve(gzipSync(Buffer.alloc(101 * 1024 * 1024)))],
  ["no archive", () => Promise.resolve(Buffer.from("<html>"))],
])(
  "the simulator takes a package that the program refuses: %s",
  async (_, archive) => {
    await expect(packageFiles(await archive(), "shop 1.0.0")).rejects.toThrow(/^shop 1\.0\.0.* is not allowed; allowed: /);
    // 100 MiB are packed and read.
  },
  60_000,
);
