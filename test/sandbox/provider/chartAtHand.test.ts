import { chmodSync, existsSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { writeChartArchive } from "../../../kubesphere/chart/archive";
import { withChart } from "../../../sandbox/src/provider/kubernetes/chartAtHand";
import type { Properties } from "../../../sandbox/src/provider/values";
import { chartFiles, SMALL_CHART, temporaryFolders, type Files } from "../../support/charts";

const folder = temporaryFolders();
const OUTSIDE = { "values.schema.json": '{"$ref":"file:///etc/passwd"}' };

/** A Helm that fetches a chart with these files. */
async function fetching(files: Files = {}) {
  const place = await folder({ "chart.tgz": await writeChartArchive("web", chartFiles({ ...SMALL_CHART, ...files })) });
  const binary = join(place, "helm");
  const copy = `while [ $# -gt 0 ]; do [ "$1" = --destination ] && cp ${place}/chart.tgz "$2/web-1.2.3.tgz"; shift; done`;
  writeFileSync(binary, `#!/bin/sh\necho "$*" >> ${place}/calls\n${copy}\n`);
  chmodSync(binary, 0o755);
  const helm = { binary, kubeconfig: "kubeconfig", signal: new AbortController().signal };
  const calls = () => (existsSync(join(place, "calls")) ? readFileSync(join(place, "calls"), "utf8").trim() : "");
  return { helm, calls };
}
const keep = (seen: Properties[]) => (plain: Properties) => Promise.resolve(seen.push(plain));

test("a chart from elsewhere is rendered with the network and the user's logins still at hand", async () => {
  const { helm, calls } = await fetching();
  const seen: Properties[] = [];
  const remote = { name: "web", chart: "web", version: "1.2.3", repositoryOpts: { repo: "https://charts.example" } };
  await withChart(helm, remote, keep(seen));
  expect(calls()).toMatch(/^pull web --repo https:\/\/charts\.example --version 1\.2\.3 --destination \S+$/);
  expect(seen).toEqual([{ name: "web", version: "1.2.3", chart: expect.stringMatching(/\/web-1\.2\.3\.tgz$/) as string }]);
  expect(existsSync(String(seen[0]?.["chart"]))).toBe(false);
});

test("a chart on the disk is fetched, or is another one than the user's", async () => {
  const { helm, calls } = await fetching();
  const seen: Properties[] = [];
  const local = { name: "web", chart: await folder(SMALL_CHART) };
  await withChart(helm, local, keep(seen));
  expect([calls(), seen]).toEqual(["", [local]]);
});

test("Helm is led out of a chart: by a schema from elsewhere, by one on the disk, by a link in a folder", async () => {
  const { helm } = await fetching(OUTSIDE);
  const never = () => Promise.reject(new Error("Helm has seen it"));
  await expect(withChart(helm, { chart: "oci://charts.example/web", version: "1.2.3" }, never)).rejects.toThrow(
    "oci://charts.example/web/values.schema.json: $ref",
  );
  const withSchema = await folder({ ...SMALL_CHART, ...OUTSIDE });
  await expect(withChart(helm, { chart: withSchema }, never)).rejects.toThrow(`${withSchema}/values.schema.json: $ref`);
  const withLink = await folder(SMALL_CHART);
  symlinkSync("/etc/passwd", join(withLink, "users"));
  await expect(withChart(helm, { chart: withLink }, never)).rejects.toThrow("a link to /etc/passwd");
});
