import { randomBytes } from "crypto";
import { describeProblem } from "../../../kubesphere/errors";
import { declarationProblems, type Declaration } from "../../../kubesphere/extension/extensionDeclarations";
import { newest, resolveInstall, sizeProblems, type WantedInstall } from "../../../kubesphere/extension/extensionInstall";
import type { ExtensionPackage } from "../../../kubesphere/extension/extensionPackage";
import { chartFiles, type Files } from "../../support/charts";

const PATH = "kubesphere:extensions[0]";
const pkg = (version: string, metadata: object = {}, files: Files = {}) =>
  ({
    name: "demo",
    version,
    contents: chartFiles(files),
    size: Object.values(files).reduce((sum, data) => sum + data.length, 0),
    digest: "sha256:01",
    configKeys: ["base", "demo", "global"],
    metadata: { installationMode: "HostOnly", ...metadata },
    injected: {},
    learnt: { record: { bytes: 1_000, most: [], others: 0 } },
  }) as unknown as ExtensionPackage;
const resolve = (packages: ExtensionPackage[], wanted: Partial<WantedInstall> = {}) => {
  const { installation, problems } = resolveInstall(PATH, packages, { enabled: true, config: {}, ...wanted });
  return { installation, told: problems.map(describeProblem) };
};

test("the highest release is installed unless another version is named; a prerelease only where there is nothing else", () => {
  expect(newest(["0.9.0", "0.10.0", "1.0.0-rc.1"])).toBe("0.10.0");
  expect(newest(["1.0.0-rc.1", "1.0.0-rc.2"])).toBe("1.0.0-rc.2");
  expect(resolve([pkg("0.1.0"), pkg("0.2.0")]).installation?.version).toBe("0.2.0");
  expect(resolve([pkg("0.1.0"), pkg("0.2.0")], { version: "0.1.0" }).installation?.version).toBe("0.1.0");
});

test("the namespace is the configured one, else the package's, else KubeSphere's default", () => {
  expect(resolve([pkg("0.1.0")]).installation?.namespace).toBe("extension-demo");
  expect(resolve([pkg("0.1.0", { namespace: "its-own" })]).installation?.namespace).toBe("its-own");
  expect(resolve([pkg("0.1.0", { namespace: "its-own" })], { namespace: "ours" }).installation?.namespace).toBe("ours");
});

test("a version that is not listed is refused, and so is taking away the one that is installed", () => {
  expect(resolve([pkg("0.2.0")], { version: "0.1.0" })).toEqual({
    installation: undefined,
    told: [
      `${PATH}.install.version: "0.1.0" is not allowed; allowed: 0.2.0. An installed version must stay listed: to remove it, install another one first, keep both listed until that has rolled out, then remove it.`,
    ],
  });
});

test.each(["default", "kube-system", "kube-node-lease", "kubesphere-system", "kubesphere-controls-system", "ingress-nginx"])(
  "an extension cannot take %s with it when it goes",
  (namespace) => {
    expect(resolve([pkg("0.1.0")], { namespace }).told).toEqual([
      `${PATH}.install.namespace: "${namespace}" is not allowed; allowed: a namespace of the extension's own, which comes and goes with it. Leave it out for extension-demo, or choose another.`,
    ]);
  },
);

test("the storage class reaches the charts as the value that they read by custom, beside what else is configured", () => {
  const global = { storageClass: "fast" };
  const config = (given: WantedInstall["config"]) => resolve([pkg("0.1.0")], { storageClass: "fast", config: given });
  expect(config({})).toEqual({
    installation: expect.objectContaining({ storageClass: "fast", config: { global } }) as unknown,
    told: [],
  });
  expect(config({ demo: { replicaCount: 2 }, global: { imageRegistry: "registry.lan" } }).installation?.config).toEqual({
    demo: { replicaCount: 2 },
    global: { imageRegistry: "registry.lan", storageClass: "fast" },
  });
  expect(config("# two\ndemo:\n  replicaCount: 2\nglobal: {imageRegistry: registry.lan}\n").installation?.config).toEqual({
    demo: { replicaCount: 2 },
    global: { imageRegistry: "registry.lan", storageClass: "fast" },
  });
  expect(resolve([pkg("0.1.0")], { config: "# kept as written\n" }).installation?.config).toBe("# kept as written\n");
});

test.each([[{ global: { storageClass: "slow" } }], ["global:\n  storageClass: fast\n"]])(
  "the storage class is said in one place: %j beside it is refused",
  (config) => {
    expect(resolve([pkg("0.1.0")], { storageClass: "fast", config }).told).toEqual([
      `${PATH}.install.config.global.storageClass: "[not shown]" is not allowed; allowed: nothing beside install.storageClass, which says the same. Keep one of the two.`,
    ]);
  },
);

test("a config that makes the executor's ConfigMap too large is refused, with what makes the package so large, not left to fail in the cluster", async () => {
  const files = {
    "charts/demo/files/model.bin": randomBytes(880_000),
    "charts/demo/files/icon.png": randomBytes(20_000),
    ...{ "a.yaml": "a: 1\n", "b.yaml": "b: 1\n" },
  };
  const large = pkg("0.1.0", {}, files);
  const told = (await sizeProblems(PATH, large, { config: { demo: { text: "x".repeat(200_000) } } })).map(describeProblem);
  expect(told).toHaveLength(1);
  expect(told[0]).toMatch(
    /^kubesphere:extensions\[0\]\.install\.config: "a package of 90\d{4} bytes with a config of 2000\d\d bytes, most of the package charts\/demo\/files\/model\.bin \(860 KiB\), charts\/demo\/files\/icon\.png \(20 KiB\), a\.yaml \(0\.0 KiB\) and 1 more" is not allowed/,
  );
});

test("an override counts with the config, and a member's kubeconfig too, since an agent's Job gets all of it in one ConfigMap", async () => {
  const half = pkg("0.1.0", {}, { "model.bin": randomBytes(500_000) });
  const config = { demo: { text: "x".repeat(300_000) } };
  const clusterScheduling = { placement: { clusters: ["east"] }, overrides: { east: { demo: { text: "x".repeat(300_000) } } } };
  const told = async (...given: Parameters<typeof sizeProblems>) => (await sizeProblems(...given)).map(describeProblem);
  expect(await told(PATH, half, { config })).toEqual([]);
  expect(await told(PATH, half, { config, clusterScheduling })).toEqual([
    expect.stringMatching(
      /^kubesphere:extensions\[0\]\.install\.clusterScheduling\.overrides\.east: "a package of \d+ bytes with a config of 600\d{3} bytes/,
    ),
  ]);
  expect(await told(PATH, half, { config }, 300_000)).toEqual([expect.stringMatching(/beside a member's kubeconfig of 300000 bytes/)]);
});

test("a release that Helm could not keep is refused, with what makes it so large, not left to fail in the cluster", async () => {
  const record = { bytes: 2 * 1024 * 1024, most: [{ what: "ConfigMap dashboards", bytes: 2_000_000 }], others: 3 };
  const large = { ...pkg("0.1.0"), learnt: { record } } as unknown as ExtensionPackage;
  const told = (await sizeProblems(PATH, large, { config: {} })).map(describeProblem);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain(
    `${PATH}: "Helm's record of the release takes about 2048 KiB, most of it ConfigMap dashboards (1953 KiB) and 3 more" is not allowed; allowed: what a Secret holds, 1048576 bytes`,
  );
});

test("an extension without agents is not scheduled to member clusters, and overrides are checked like the config", () => {
  const clusterScheduling = { placement: { clusters: ["east"] }, overrides: { east: "replicaCount: 1" } };
  expect(resolve([pkg("0.1.0")], { clusterScheduling }).told).toEqual([
    `${PATH}.install.clusterScheduling: "demo 0.1.0, which is HostOnly" is not allowed; allowed: an extension with agents for member clusters. Remove clusterScheduling, or have the package say installationMode: Multicluster in its extension.yaml.`,
  ]);
  expect(resolve([pkg("0.1.0", { installationMode: "Multicluster" })], { clusterScheduling }).told).toEqual([
    `${PATH}.install.clusterScheduling.overrides.east.replicaCount: "[not shown]" is not allowed; allowed: base, demo, global. Values go under the chart's name: demo: {replicaCount: …}.`,
  ]);
});

test("an override has no values of its own where the program says which package its agent is rolled out with", () => {
  const multicluster = pkg("0.1.0", { installationMode: "Multicluster" });
  const told = (east: WantedInstall["config"]) =>
    resolve([multicluster], { clusterScheduling: { placement: {}, overrides: { east } } }).told;
  expect(told({ global: { kubesphereLuban: { package: "mine" } } })).toEqual([
    `${PATH}.install.clusterScheduling.overrides.east.global.kubesphereLuban: "[not shown]" is not allowed; allowed: nothing: the program says there which package the cluster's agent is rolled out with. Remove it, or give the value another name.`,
  ]);
  expect(told("global: nothing\n")).toEqual([
    `${PATH}.install.clusterScheduling.overrides.east.global: "[not shown]" is not allowed; allowed: a map.`,
  ]);
  expect(told({ global: { other: true } })).toEqual([]);
});

describe("a stack's extensions together", () => {
  const declaration = (path: string, names: string[], rest: Partial<Declaration> = {}): Declaration => ({
    path,
    packages: names.map((text, index) => {
      const [name = "", version = "0.1.0"] = text.split("@");
      return { path: `${path}.versions[${index}].source`, package: { ...pkg(version), name } };
    }),
    ...rest,
  });
  const install = { version: "0.1.0", enabled: true, config: {}, namespace: "shared" };
  const told = (...declarations: Declaration[]) => declarationProblems(declarations).map(describeProblem);

  test("versions are of one extension, and each is there once", () => {
    expect(told(declaration("a", ["demo@0.1.0", "demo@0.2.0"]))).toEqual([]);
    expect(told(declaration("a", ["demo", "shop", "demo"]))).toEqual([
      'a.versions[1].source: "shop" is not allowed; allowed: a version of demo, as the first one of the list. Move it out of the list, to an extension of its own.',
      'a.versions[2].source: "0.1.0" is not allowed; allowed: each version once. Remove it: a.versions[0].source is that version too.',
    ]);
  });

  test("two extensions cannot share a namespace: the first to go would take it from the other", () => {
    expect(told(declaration("a", ["demo"], { install }), declaration("b", ["shop"], { install }))).toEqual([
      'b.install.namespace: "shared" is not allowed; allowed: a namespace for each extension. Choose another: a is installed there, and takes the namespace along when it goes.',
    ]);
  });

  test("an extension is not renamed from one that is still there", () => {
    expect(told(declaration("a", ["demo"]), declaration("b", ["shop"], { renamedFrom: "demo" }))).toEqual([
      'b.renamedFrom: "demo" is not allowed; allowed: the name of an extension that is no longer declared. Leave renamedFrom out, or take the old extension out of the list.',
    ]);
  });
});
