import { createHash } from "crypto";
import type { ChartFile } from "../../../kubesphere/chart/chart";
import { judgeRecord, releaseRecord } from "../../../kubesphere/chart/releaseRecord";
import type { RenderedObject } from "../../../kubesphere/chart/renderedObject";
import { rendered } from "../../support/rendered";

/** Text that packs to half its size, always the same. @param length in characters */
const hex = (seed: string, length: number): string => {
  let text = "";
  for (let part = 0; text.length < length; part++) text += createHash("sha256").update(`${seed} ${part}`).digest("hex");
  return text.slice(0, length);
};
const file = (path: string, text: string): ChartFile => ({ path, data: Buffer.from(text) });
const dashboard = (name: string, length: number, templateFile = "charts/web/templates/all.yaml") => ({
  ...rendered(`v1 ConfigMap ${name}`, { data: { text: hex(name, length) } }),
  templateFile,
});
const recordOf = (files: ChartFile[], objects: RenderedObject[] = []) =>
  releaseRecord({ release: "web", namespace: "extension-web", files, objects, config: {} });

test("what fills Helm's Secret is named, the largest first, before the API server refuses it", async () => {
  const record = await recordOf([file("README.md", "read me")], [dashboard("small", 10_000), dashboard("large", 2_000_000)]);
  expect(record.most.map(({ what }) => what).slice(0, 2)).toEqual(["ConfigMap large", "ConfigMap small"]);
  const verdict = judgeRecord(record);
  expect(verdict?.isTooLarge).toBe(true);
  expect(verdict?.found).toMatch(
    /^Helm's record of the release takes about 1\d{3} KiB, most of it ConfigMap large \(1\d{3} KiB\) and 5 more$/,
  );
});

test("nearly full is told, and the rest is silence", () => {
  const mebi = 1024 * 1024;
  const judged = (bytes: number) => judgeRecord({ bytes, most: [], others: 0 })?.isTooLarge;
  expect([0.5 * mebi, 0.95 * mebi, mebi + 1].map(judged)).toEqual([undefined, false, true]);
});

test("the outermost chart's own files are in it, those of the charts within are not, but for their values", async () => {
  const text = hex("file", 400_000);
  const small = (await recordOf([])).bytes;
  expect((await recordOf([file("docs/guide.md", text)])).bytes).toBeGreaterThan(small + 200_000);
  expect((await recordOf([file("charts/web/docs/guide.md", text)])).bytes).toBeLessThan(small + 100);
  expect((await recordOf([file("charts/web/values.yaml", `text: ${text}\n`)])).bytes).toBeGreaterThan(small + 200_000);
});

test("CRDs of a folder crds/ go past the release, those of templates do not, even in a chart that is called crds", async () => {
  const bytesOf = async (templateFile: string) => (await recordOf([], [dashboard("crd", 400_000, templateFile)])).bytes;
  expect(await bytesOf("charts/web/crds/all.yaml")).toBeLessThan(1_000);
  expect(await bytesOf("charts/web/charts/crds/templates/all.yaml")).toBeGreaterThan(200_000);
});

test("hooks are in it too", async () => {
  const hook = { ...dashboard("hook", 400_000), metadata: { name: "hook", annotations: { "helm.sh/hook": "pre-install" } } };
  expect((await recordOf([], [hook])).bytes).toBeGreaterThan(200_000);
});

test("which template an object is of takes room in the record, which only knows what was made", async () => {
  const { templateFile, ...bare } = dashboard("a", 1_000);
  expect(templateFile).toBeDefined();
  expect((await recordOf([], [dashboard("a", 1_000)])).bytes).toBe((await recordOf([], [bare])).bytes);
});
