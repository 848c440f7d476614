/** Every place that runs Helm, with a Helm that writes down what it is given. */
import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "fs";
import { join } from "path";
import { gzipSync } from "zlib";
import { HelmPackage } from "../../cli/extension/helm";
import { fetchChart } from "../../cli/mirror/charts";
import { INSTALL_AND_UPGRADE, rendersOf } from "../../cli/mirror/render";
import { releaseChanges, type Rendering } from "../../cli/preview/render";
import { helmOn } from "../../cli/recover/helm";
import type { Stack } from "../../cli/shared/pulumi";
import { writeChartArchive } from "../../kubesphere/chart/archive";
import { packageExtension } from "../../kubesphere/extension/extensionPackage";
import { runHelm } from "../../sandbox/src/provider/kubernetes/helm";
import { Helm } from "../../sandbox/src/sim/helm";
import { chartFiles, SMALL_CHART, temporaryFolders } from "../support/charts";
import { RENDERING as STAND_IN } from "../support/rendering";

const folder = temporaryFolders();

/** What a developer or a CI has in the environment; each says by its name what it is for. */
const USERS = {
  AWS_SECRET_ACCESS_KEY: "cloud",
  GITHUB_TOKEN: "token",
  PULUMI_CONFIG_PASSPHRASE: "passphrase",
  HELM_KUBETOKEN: "token",
  HELM_KUBEAPISERVER: "https://elsewhere.example",
  HELM_DRIVER: "memory",
  HELM_PLUGINS: "/home/me/plugins",
  HELM_REGISTRY_CONFIG: "/home/me/registry.json",
  HTTPS_PROXY: "http://proxy.example",
  KUBECONFIG: "/home/me/.kube/config",
};
const before = { ...process.env };
let place: string;
let helm: string;
beforeAll(async () => {
  place = await folder({ "calls/.none": "", "chart.tgz": await writeChartArchive("web", chartFiles(SMALL_CHART)) });
  helm = join(place, "helm");
  const script = [
    "#!/bin/sh",
    `[ "$1" = version ] && { echo v3.22.0; exit; }`,
    `{ echo "command=$1"; env; } > ${place}/calls/$$`,
    `[ "$1" = upgrade ] && echo '{"manifest":""}'`,
    `[ "$1" = pull ] && while [ $# -gt 0 ]; do [ "$1" = --destination ] && cp ${place}/chart.tgz "$2/web-1.2.3.tgz"; shift; done`,
    "exit 0",
  ];
  writeFileSync(helm, script.join("\n"));
  chmodSync(helm, 0o755);
  Object.assign(process.env, USERS, { PATH: `${place}:${process.env["PATH"] ?? ""}` });
});
beforeEach(() => {
  rmSync(join(place, "calls"), { recursive: true });
  mkdirSync(join(place, "calls"));
});
afterAll(() => {
  for (const name of Object.keys(USERS)) Reflect.deleteProperty(process.env, name);
  Object.assign(process.env, before);
});

/** The commands, each with those of the user's variables that it was given as they are. */
function calls(): string[] {
  const told = readdirSync(join(place, "calls")).map((name) => {
    const lines = readFileSync(join(place, "calls", name), "utf8").split("\n");
    const given = new Map(lines.map((line) => [line.replace(/=.*/, ""), line.replace(/^[^=]*=/, "")]));
    expect(given.get("HELM_PLUGINS")).toBe("/dev/null");
    const names = Object.entries(USERS).flatMap(([name, value]) => (given.get(name) === value ? [name] : []));
    return [given.get("command"), ...names].join(" ");
  });
  return [...new Set(told)].sort();
}

const RENDERING = "";
const FETCHING = " AWS_SECRET_ACCESS_KEY GITHUB_TOKEN HELM_REGISTRY_CONFIG HTTPS_PROXY";
const ASKING_THE_CLUSTER = " AWS_SECRET_ACCESS_KEY GITHUB_TOKEN HTTPS_PROXY";

const KUBECONFIG = JSON.stringify({
  ...{ apiVersion: "v1", kind: "Config", "current-context": "c" },
  clusters: [{ name: "c", cluster: { server: "https://cluster.example" } }],
  contexts: [{ name: "c", context: { cluster: "c", user: "u" } }],
  users: [{ name: "u", user: { token: "token" } }],
});
const remote = { chart: "web", repository: "https://charts.example", version: "1.2.3" };

test("the simulator hands a chart what is the user's", async () => {
  const own = new Helm(helm, place);
  await own.run(["template"], place).ended;
  await own.fetch(["pull"], place).ended;
  expect(calls()).toEqual(["pull HTTPS_PROXY", `template${RENDERING}`]);
});

test("the stand-in provider hands a chart what is the user's, or fetches none behind a login", async () => {
  const own = { binary: helm, kubeconfig: KUBECONFIG, signal: new AbortController().signal };
  await runHelm(own, ["install"]);
  await runHelm({ ...own, kubeconfig: undefined }, ["show"]);
  expect(calls()).toEqual([`install${RENDERING}`, `show${FETCHING}`]);
});

test("linting and rendering an extension hand it what is the user's", async () => {
  const pkg = await packageExtension(await folder(SMALL_CHART), STAND_IN);
  await HelmPackage.use(helm, pkg, async (unpacked) => {
    await unpacked.lint(["extension"], [], {});
    await unpacked.template("extension", []);
  });
  expect(calls()).toEqual([`lint${RENDERING}`, `template${RENDERING}`]);
});

test("a preview asks the cluster in the way of the user's variables, or renders with them", async () => {
  const release = { version: 1, info: { status: "deployed" }, chart: { metadata: { version: "1.0.0" } }, manifest: "" };
  const data = Buffer.from(gzipSync(JSON.stringify(release)).toString("base64")).toString("base64");
  const cluster = {
    list: ({ labelSelector }: { labelSelector: string }) =>
      Promise.resolve(labelSelector.endsWith("=old") ? [{ metadata: { labels: { version: "1" } }, data: { release: data } }] : []),
  } as unknown as Rendering["cluster"];
  const touched = ["old", "new"].map((name) => ({ release: name, namespace: "web", wanted: { ...remote, values: {} } }));
  const changes = await releaseChanges(touched, { helm, cluster, access: { kubeconfig: KUBECONFIG }, checkout: place }, () => undefined);
  expect(changes.map(({ problem }) => problem)).toEqual([undefined, undefined]);
  expect(calls()).toEqual([`pull${FETCHING}`, `template${RENDERING}`, `upgrade${ASKING_THE_CLUSTER}`]);
});

test("the mirror fetches no chart behind a login, or renders it with what is the user's", async () => {
  const chart = await fetchChart({ release: "web", key: "web", reference: remote }, { helm, checkout: place, folder: await folder({}) });
  const release = { release: "web", namespace: "web", wanted: { ...remote, values: {} } };
  await rendersOf(release, [], { helm, archives: new Map([["web", chart.file]]), kubeVersion: undefined }, INSTALL_AND_UPGRADE);
  expect(calls()).toEqual([`pull${FETCHING}`, `template${RENDERING}`]);
});

test("recovering works on another cluster or store than the stack's", async () => {
  const config = { "kubesphere:cluster": { objectValue: { kubeconfig: KUBECONFIG } } };
  const stack = { json: () => Promise.resolve(config) } as unknown as Stack;
  await helmOn(stack, join(place, "cache")).rollBack({ kind: "Release", apiVersion: "", name: "web", namespace: "web" }, 1);
  expect(calls()).toEqual([`rollback${ASKING_THE_CLUSTER}`]);
});

test("Helm is led out of a chart by its schema: in lint, in a preview, in the mirror", async () => {
  const hostile = { ...SMALL_CHART, "values.schema.json": '{"$ref":"file:///etc/passwd"}' };
  const source = await folder(hostile);
  const REFUSED = /values\.schema\.json: \$ref: "file:\/\/\/etc\/passwd" is not allowed/;
  await expect(packageExtension(source, STAND_IN)).rejects.toThrow(REFUSED);
  const release = { release: "web", namespace: "web", wanted: { chart: source, values: {} } };
  const cluster = { list: () => Promise.resolve([]) } as unknown as Rendering["cluster"];
  const rendering = { helm, cluster, access: { kubeconfig: KUBECONFIG }, checkout: place };
  const [previewed] = await releaseChanges([release], rendering, () => undefined);
  expect(previewed?.problem).toMatch(REFUSED);
  const packed = await fetchChart(
    { release: "web", key: "web", reference: { chart: source } },
    { helm, checkout: place, folder: await folder({}) },
  );
  const mirrored = rendersOf(release, [], { helm, archives: new Map([["web", packed.file]]), kubeVersion: undefined }, INSTALL_AND_UPGRADE);
  await expect(mirrored).rejects.toThrow(REFUSED);
  expect(calls()).toEqual([]);
});

test("a folder's link leads Helm out of the chart, and a preview shows what it leads to", async () => {
  const source = await folder(SMALL_CHART);
  symlinkSync("/etc/passwd", join(source, "users"));
  const release = { release: "web", namespace: "web", wanted: { chart: source, values: {} } };
  const cluster = { list: () => Promise.resolve([]) } as unknown as Rendering["cluster"];
  const rendering = { helm, cluster, access: { kubeconfig: KUBECONFIG }, checkout: place };
  const [previewed] = await releaseChanges([release], rendering, () => undefined);
  expect(previewed?.problem).toMatch(/its chart cannot be had from .*a link to \/etc\/passwd/);
  expect(calls()).toEqual([]);
});
