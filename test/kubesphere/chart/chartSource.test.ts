import { createServer, type Server } from "http";
import type { AddressInfo } from "net";
import { mkdtemp, rm, writeFile } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { randomBytes } from "crypto";
import { buffer } from "stream/consumers";
import { gzipSync } from "zlib";
import * as tar from "tar-stream";
import { resolveChart } from "../../../kubesphere/chart/chartSource";

const KEY = "kubesphere:ksCore.chart";
const MIRROR = "Name a mirror that serves the chart (https://… or oci://…), or a chart .tgz or folder on disk";
const TODAY = '; docs/example.md says under "What works today" where to get ks-core.';

/** Chart.yaml, then as much as no start of an archive holds, by address. */
const packed: Record<string, Buffer> = {};
const pack = async (...files: [name: string, content: string | Buffer][]) => {
  const archive = tar.pack();
  for (const [name, content] of files) archive.entry({ name }, content);
  archive.finalize();
  return gzipSync(await buffer(archive));
};

let server: Server;
let origin: string;
let folder: string;

beforeAll(async () => {
  server = createServer(({ url }, response) => {
    if (url === "/chart.tgz") response.end(gzipSync("chart"));
    else if (url?.startsWith("/packed/") === true) response.end(packed[url]);
    else if (url === "/page.tgz") response.setHeader("content-type", "text/html").end("<!doctype html>");
    else response.writeHead(404).end();
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  folder = await mkdtemp(join(tmpdir(), "chart-"));
});
afterAll(async () => {
  await new Promise((closed) => server.close(closed));
  await rm(folder, { recursive: true });
});

test("a chart's URL that answers with an archive is Helm's to install, and no version beside it is silently dropped", async () => {
  await expect(resolveChart(KEY, { chart: `${origin}/chart.tgz` })).resolves.toEqual({ chart: `${origin}/chart.tgz` });
  await expect(resolveChart(KEY, { chart: `${origin}/chart.tgz`, version: "1.1.3" })).rejects.toThrow(
    'kubesphere:ksCore.version: "1.1.3" is not allowed; allowed: nothing beside a chart\'s own URL.',
  );
});

test("a chart's version would be taken from its address, which anybody may choose: it is read where Helm packs it, at the archive's start", async () => {
  const chartYaml = "apiVersion: v2\nname: ks-core\nversion: 1.2.4\nappVersion: v4.2.1\n";
  const large = randomBytes(300_000);
  const stated = async (...files: Parameters<typeof pack>) => {
    packed["/packed/ks-core-1.1.3.tgz"] = await pack(...files);
    return (await resolveChart(KEY, { chart: `${origin}/packed/ks-core-1.1.3.tgz` })).stated;
  };
  expect(await stated(["ks-core/Chart.yaml", chartYaml], ["ks-core/files/large", large])).toEqual({
    version: "1.2.4",
    appVersion: "v4.2.1",
  });
  // What Helm takes all the same is nobody's mistake here.
  expect(await stated(["ks-core/files/large", large], ["ks-core/Chart.yaml", chartYaml])).toBeUndefined();
  expect(await stated(["ks-core/charts/a/Chart.yaml", chartYaml])).toBeUndefined();
  expect(await stated(["ks-core/Chart.yaml", "version: latest\n"])).toBeUndefined();
  expect(await stated(["ks-core/Chart.yaml", "{"])).toBeUndefined();
});

test("a vendor's URL that answers with a web page is refused with the URL and the ways out, not by Helm's gzip error", async () => {
  await expect(resolveChart(KEY, { chart: `${origin}/page.tgz` })).rejects.toThrow(
    `${KEY}: "${origin}/page.tgz" is not allowed; allowed: a gzip archive (.tgz); the server answered with text/html. ${MIRROR}${TODAY}`,
  );
});

test("of another chart than ks-core it is not said where ks-core is to be had", async () => {
  await expect(resolveChart("kubesphere:harbor.chart", { chart: `${origin}/page.tgz` })).rejects.toThrow(
    new RegExp(`${MIRROR.replace(/[()./]/g, "\\$&")}\\.$`),
  );
});

test("a chart's URL that is gone is refused with what the server said", async () => {
  await expect(resolveChart(KEY, { chart: `${origin}/gone.tgz` })).rejects.toThrow(
    `${KEY}: "${origin}/gone.tgz" is not allowed; allowed: a chart archive; the server answered 404 Not Found. ${MIRROR}${TODAY}`,
  );
});

test("a host that only Helm's proxy reaches is not refused", async () => {
  await expect(resolveChart(KEY, { chart: "http://127.0.0.1:1/chart.tgz" })).resolves.toEqual({ chart: "http://127.0.0.1:1/chart.tgz" });
});

test("a chart from a repository or a registry must be pinned", async () => {
  const pinned = { chart: "ingress-nginx", repository: "https://charts.example.com", version: "4.15.1" };
  await expect(resolveChart(KEY, pinned)).resolves.toEqual(pinned);
  await expect(resolveChart(KEY, { chart: "oci://registry.example.com/ks-core" })).rejects.toThrow("set `version`".slice(1));
});

test("an edited chart on disk is noticed although its version is the same", async () => {
  await writeFile(join(folder, "Chart.yaml"), "apiVersion: v2\nname: ks-core\nversion: 1.1.3\n");
  const before = await resolveChart(KEY, { chart: folder });
  const digest = expect.stringMatching(/^sha256:[0-9a-f]{64}$/) as string;
  expect(before).toEqual({ chart: folder, digest, stated: { version: "1.1.3" } });
  await writeFile(join(folder, "values.yaml"), "replicas: 2\n");
  expect((await resolveChart(KEY, { chart: folder })).digest).not.toBe(before.digest);
});

test("a chart on disk that is not there, or is another version, is refused by the key that named it", async () => {
  await expect(resolveChart(KEY, { chart: join(folder, "none") })).rejects.toThrow(
    `${KEY}: "${join(folder, "none")}" is not allowed; allowed: a chart .tgz or a chart folder that exists, relative to Pulumi.yaml. ${MIRROR}.`,
  );
  await expect(resolveChart(KEY, { chart: folder, version: "1.1.4" })).rejects.toThrow(
    `kubesphere:ksCore.version: "1.1.4" is not allowed; allowed: 1.1.3, the version of the chart ${folder}.`,
  );
});
