import files from "fs/promises";
import { createServer } from "http";
import type { AddressInfo } from "net";
import { parseSettings } from "../../settings/parsedSettings";
import type { Rendering } from "../../kubesphere/extension/rendering";
import { loadSources } from "../../settings/sources";
import { SMALL_CHART, temporaryFolders } from "../support/charts";
import { service } from "../support/rendered";
import { RENDERING } from "../support/rendering";

const folder = temporaryFolders();

const loadWith = (rendering: Rendering, sources: readonly string[]) =>
  loadSources(
    parseSettings(
      {
        access: { domain: "www.ks.com" },
        ingressNginx: { install: false },
        ksCore: { chart: "./sandbox/charts/ks-core" },
        extensions: sources.map((source) => ({ source })),
      },
      "dev",
    ),
    rendering,
  );
const load = (...sources: string[]) => loadWith(RENDERING, sources);

test("an extension that cannot be read is refused by the key that named it", async () => {
  await expect(load("./extensions/demo", "./extensions/none")).rejects.toThrow(/^kubesphere:extensions\[1\]\.source: \.\/extensions\/none/);
});

test("a package that is not where KubeSphere is to fetch it from is refused, rather than waited for", async () => {
  const server = createServer((_, response) => response.writeHead(404).end());
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const chartURL = `http://127.0.0.1:${(server.address() as AddressInfo).port}/demo.tgz`;
  const settings = parseSettings(
    {
      access: { domain: "www.ks.com" },
      ksCore: { chart: "./sandbox/charts/ks-core" },
      extensions: [{ source: "./extensions/demo", chartURL }],
    },
    "dev",
  );
  await expect(loadSources(settings, RENDERING)).rejects.toThrow(
    `kubesphere:extensions[0].chartURL: "${chartURL}" is not allowed; allowed: a chart archive; the server answered 404 Not Found. ` +
      "Put the file there that `npx luban extension package` writes of the source.",
  );
  await new Promise((closed) => server.close(closed));
});

test("one extension named twice is refused before Pulumi meets two resources of a name", async () => {
  await expect(load("./extensions/demo", "extensions/demo")).rejects.toThrow(
    'kubesphere:extensions[1].source: "demo" is not allowed; allowed: each extension once. Remove it, rename its chart, or list both under `versions`: kubesphere:extensions[0].source is that extension too.',
  );
});

test("two versions of a chart that are one to KubeSphere are refused, and one alone is taken: KubeSphere knows no build metadata", async () => {
  const built = (build: string) => folder({ ...SMALL_CHART, "Chart.yaml": `name: web\nversion: 1.0.0+${build}\n` });
  const [one, two] = [await built("a"), await built("b")];
  const settings = (versions: string[]) =>
    parseSettings(
      {
        access: { domain: "www.ks.com" },
        ksCore: { chart: "./sandbox/charts/ks-core" },
        extensions: [{ versions: versions.map((source) => ({ source })) }],
      },
      "dev",
    );
  const { extensions } = await loadSources(settings([one]), RENDERING);
  expect(extensions[0]?.versions.map(({ version }) => version)).toEqual(["1.0.0"]);
  await expect(loadSources(settings([one, two]), RENDERING)).rejects.toThrow(
    'kubesphere:extensions[0].versions[1].source: "1.0.0" is not allowed; allowed: each version once.',
  );
});

test("all that is wrong with a stack's sources is told at once, in the stack's own order", async () => {
  // It is found out after the other one, which is not there at all.
  const late = await folder({ ...SMALL_CHART, "Chart.yaml": "name: Web\nversion: 1.0.0\n" });
  const told = await load(late, "./extensions/demo", "./extensions/none").catch((error: unknown) => (error as Error).message.split("\n"));
  expect(told).toEqual([
    expect.stringMatching(/^kubesphere:extensions\[0\]\.source: /),
    expect.stringMatching(/^kubesphere:extensions\[2\]\.source: /),
  ]);
});

test("an extension is held against its package: version, namespace and values", async () => {
  const settings = parseSettings(
    {
      access: { domain: "www.ks.com" },
      ingressNginx: { install: false },
      ksCore: { chart: "./sandbox/charts/ks-core" },
      extensions: [{ source: "./extensions/demo", install: { namespace: "kube-system", config: { replicaCount: 2 } } }],
    },
    "dev",
  );
  await expect(loadSources(settings, RENDERING)).rejects.toThrow(
    /^kubesphere:extensions\[0\]\.install\.namespace: "kube-system" .+\nkubesphere:extensions\[0\]\.install\.config\.replicaCount: .+$/,
  );
});

test("no extension goes where the ingress controller lives: whoever removes it would take the controller along", async () => {
  const into = (namespace: string) =>
    loadSources(
      parseSettings(
        {
          access: { domain: "www.ks.com" },
          ingress: { controller: "traefik", chart: "./sandbox/charts/traefik" },
          ksCore: { chart: "./sandbox/charts/ks-core" },
          extensions: [{ source: "./extensions/demo", install: { namespace } }],
        },
        "dev",
      ),
      RENDERING,
    );
  await expect(into("traefik")).rejects.toThrow(/^kubesphere:extensions\[0\]\.install\.namespace: "traefik" [^\n]+$/);
  await expect(into("ingress-nginx")).rejects.toThrow(/^kubesphere:extensions\[0\]\.install\.namespace: "ingress-nginx" [^\n]+$/);
  expect((await into("contour")).extensions).toHaveLength(1);
});

test("KubeSphere's version comes from the chart on disk, and where nobody tells it, repositories are refused", async () => {
  const sources = (ksCore: object) =>
    loadSources(
      parseSettings(
        {
          access: { domain: "www.ks.com" },
          ingressNginx: { install: false },
          ksCore,
          extensionRepositories: [{ name: "ours", url: "https://charts.example.com" }],
        },
        "dev",
      ),
      RENDERING,
    );
  expect((await sources({ chart: "./sandbox/charts/ks-core" })).kubesphereVersion).toBe("4.1.2");
  const elsewhere = { chart: "ks-core", version: "1.1.9", repository: "https://charts.example.com" };
  expect((await sources({ ...elsewhere, kubesphereVersion: "v4.1.3" })).kubesphereVersion).toBe("4.1.3");
  await expect(sources(elsewhere)).rejects.toThrow(/^kubesphere:ksCore\.kubesphereVersion: is missing; allowed: .+$/);
  // What each known chart installs is known.
  expect((await sources({ ...elsewhere, version: "1.1.5" })).kubesphereVersion).toBe("4.1.3");
  expect((await sources({ chart: "oci://charts.example.com/kse/ks-core", version: "1.2.4" })).kubesphereVersion).toBe("4.2.1");
});

describe("a value that the given ks-core has under another name is refused before anything is made", () => {
  const sources = (ksCore: object) =>
    loadSources(parseSettings({ access: { domain: "www.ks.com" }, ingressNginx: { install: false }, ksCore }, "dev"), RENDERING);
  const REFUSED =
    /^kubesphere:ksCore\.values\.role: "member" is not allowed; allowed: nothing here: ks-core [^ ]+ \(KubeSphere 4\.\S+\) does not read it; what it takes instead is multicluster\.role\. Write it as multicluster\.role\.$/;

  test.each([
    ["of a registry", { chart: "oci://charts.example.com/kse/ks-core", version: "1.2.4" }],
    ["of a repository", { chart: "ks-core", repository: "https://charts.example.com", version: "1.1.5" }],
    ["of an archive's address", { chart: "http://127.0.0.1:1/ks-core-1.1.4.tgz" }],
  ])("%s", async (_, chart) => {
    await expect(sources({ ...chart, values: { role: "member" } })).rejects.toThrow(REFUSED);
    await expect(sources({ ...chart, values: { multicluster: { role: "member" } } })).resolves.toBeDefined();
  });

  test("of a folder, whose Chart.yaml is read", async () => {
    const chart = await folder({ "Chart.yaml": "apiVersion: v2\nname: ks-core\nversion: 1.1.5\n" });
    await expect(sources({ chart, values: { role: "member" } })).rejects.toThrow(REFUSED);
  });

  test("of an address that says nothing, where the stack says which KubeSphere it is; else nothing is guessed", async () => {
    const chart = { chart: "http://127.0.0.1:1/ks-core.tgz", values: { role: "member" } };
    await expect(sources({ ...chart, kubesphereVersion: "4.2.1" })).rejects.toThrow("what it takes instead is multicluster.role");
    expect((await sources(chart)).ksCoreLine).toBeUndefined();
  });
});

test("no file of a chart is read twice in a run, or a stack of a hundred extensions would wait for its disk", async () => {
  const opened = [jest.spyOn(files, "open"), jest.spyOn(files, "readFile")] as const;
  const loaded = await load("./extensions/demo", "./extensions/whoami");
  const read = opened.flatMap((spy) => spy.mock.calls.map(([file]) => String(file)));
  jest.restoreAllMocks();
  expect(loaded.extensions.map(({ packages }) => packages.map((it) => Object.keys(it.package.files).length > 5))).toEqual([[true], [true]]);
  expect(read.filter((file) => file.includes("/extensions/")).length).toBeGreaterThan(20);
  expect(read.filter((file, index) => read.indexOf(file) !== index)).toEqual([]);
});

test("dozens of extensions are rendered a few at a time: a Helm for each of them at once takes a machine's memory", async () => {
  let [now, most] = [0, 0];
  const render = async () => {
    most = Math.max(most, ++now);
    await new Promise(setImmediate);
    now--;
    return [service("web", "http:8080")];
  };
  const sources = await Promise.all(
    Array.from({ length: 40 }, (_, index) => folder({ ...SMALL_CHART, "Chart.yaml": `name: web-${index}\nversion: 1.0.0\n` })),
  );
  const { extensions } = await loadWith({ ...RENDERING, renderer: { id: "counts", render } }, sources);
  expect(extensions.map(({ packages }) => packages.length)).toEqual(sources.map(() => 1));
  expect(most).toBeGreaterThan(1);
  expect(most).toBeLessThanOrEqual(16);
});
