import { writeFile } from "fs/promises";
import { join } from "path";
import { load, loadAll } from "js-yaml";
import type { Values } from "../../../kubesphere/chart/helmValues";
import { writeChartArchive } from "../../../kubesphere/chart/archive";
import { extensionVersion } from "../../../kubesphere/extension/extensionObjects";
import { pack, packageExtension, readExtension } from "../../../kubesphere/extension/extensionPackage";
import { textOf, unpack } from "../../support/archives";
import { EXTENSION, chartFiles, temporaryFolders, type Files } from "../../support/charts";
import { rendered } from "../../support/rendered";
import { RENDERING, standInRendering } from "../../support/rendering";

const folder = temporaryFolders();

const without = (files: Files, ...paths: string[]) => Object.fromEntries(Object.entries(files).filter(([path]) => !paths.includes(path)));

const METADATA = {
  displayName: { en: "Shop", zh: "商店" },
  description: { en: "Sells things", zh: "卖东西" },
  icon: "data:image/svg+xml;base64,PHN2Zy8+",
  // What the publishing tool leaves out too.
  provider: { en: { name: "Shop Ltd." } },
  category: "database",
  keywords: ["shop"],
  home: "https://shop.example",
  docs: "https://docs.shop.example",
  sources: ["https://git.shop.example"],
  screenshots: ["./static/shot.png", "https://shop.example/shot.png"],
  kubeVersion: ">=1.28.0-0, !=1.30.0",
  ksVersion: "~4.1",
  installationMode: "Multicluster",
  namespace: "shop-system",
  externalDependencies: [{ name: "ledger", type: "extension", version: ">=1.2", required: true }],
};

const CHART_YAML = {
  apiVersion: "v2",
  name: "shop",
  version: "2.0.0-rc.1",
  description: "Sells things",
  home: "https://shop.example",
  icon: METADATA.icon,
  keywords: ["shop"],
  kubeVersion: ">=1.28.0-0, !=1.30.0",
  maintainers: [{ name: "Ann", url: "https://ann.example" }],
  sources: ["https://git.shop.example"],
  dependencies: [
    { name: "web", tags: ["extension"], version: "0.3.0" },
    { name: "agent", version: "0.4.0" },
  ],
};

describe("an extension's own folder", () => {
  test("is packed as it is, with the Chart.yaml that the publishing tool makes, and that names the charts which it forgets", async () => {
    const { archive, ...pkg } = await packageExtension(await folder(EXTENSION), RENDERING);
    const files = await unpack(archive);
    expect(load(textOf(files, "Chart.yaml"))).toEqual(CHART_YAML);
    expect(files.filter(({ path }) => path !== "Chart.yaml")).toEqual(chartFiles(EXTENSION).sort((a, b) => (a.path < b.path ? -1 : 1)));
    expect(pkg).toMatchObject({ name: "shop", version: "2.0.0-rc.1", metadata: METADATA });
    expect(pkg.metadata).toEqual(METADATA);
  });

  test("what its agents wait for is known for each member: with the config, and with its own override", async () => {
    const claim = (values: Values) => rendered("v1 PersistentVolumeClaim data", { spec: { storageClassName: values["class"] } });
    const rendering = standInRendering(({ release, values }) => (release === "shop-agent" ? [claim(values)] : []));
    const draft = await readExtension(await folder(EXTENSION));
    const { learnt } = await pack(draft, rendering, {
      ...{ path: "config", values: { class: "local" } },
      overrides: [{ path: "edge", values: { class: "fast" } }],
    });
    expect([learnt.awaited, ...learnt.awaitedOnMembers].map((it) => it.storageClasses)).toEqual([[], ["local"], ["fast"]]);
  });

  test("its packed charts are found whatever their files are called, as Helm finds them", async () => {
    const packed = (name: string, version: string) =>
      writeChartArchive(name, chartFiles({ "Chart.yaml": `apiVersion: v2\nname: ${name}\nversion: ${version}\n` }));
    const { archive } = await packageExtension(
      await folder({
        ...without(EXTENSION, ...Object.keys(EXTENSION).filter((path) => path.startsWith("charts/"))),
        "charts/web-v0.3.0.tgz": await packed("web", "v0.3.0"),
        "charts/whatever.tgz": await packed("agent", "0.4.0"),
        "charts/_left-out-1.0.0.tgz": await packed("left-out", "1.0.0"),
        "charts/_old/Chart.yaml": "apiVersion: v2\nname: old\nversion: 1.0.0\n",
      }),
      RENDERING,
    );
    const { dependencies } = load(textOf(await unpack(archive), "Chart.yaml")) as { dependencies: unknown };
    expect(dependencies).toEqual([
      { name: "web", tags: ["extension"], version: "v0.3.0" },
      { name: "agent", version: "0.4.0" },
    ]);
  });

  test("states its rights itself, to the letter: what differs from KubeSphere's reading of the file would be a change in every preview", async () => {
    const { rules, clusterRules } = await packageExtension(await folder(EXTENSION), RENDERING);
    expect(clusterRules).toEqual([{ verbs: ["get"], nonResourceURLs: ["/metrics"] }]);
    expect(rules).toEqual([{ verbs: ["*"], apiGroups: [""], resources: ["*"] }]);
  });

  test("without permissions.yaml gets the rights that its objects need, or nothing of it could be installed", async () => {
    const { rules, clusterRules, archive } = await packageExtension(
      await folder(without(EXTENSION, "permissions.yaml")),
      standInRendering(() => [rendered("v1 ConfigMap shop-web")]),
    );
    expect(clusterRules).toEqual([]);
    expect(rules).toEqual([
      { apiGroups: [""], resources: ["secrets"], verbs: ["create", "delete", "get", "list", "patch", "update", "watch"] },
      { apiGroups: [""], resources: ["configmaps"], verbs: ["create", "delete", "get", "list", "patch", "watch"] },
    ]);
    expect(loadAll(textOf(await unpack(archive), "permissions.yaml"))).toEqual([
      { kind: "ClusterRole", rules: clusterRules },
      { kind: "Role", rules },
    ]);
  });

  test("has its annotations on the ExtensionVersion, and not in what the Marketplace shows", async () => {
    const stated = `${String(EXTENSION["extension.yaml"])}annotations: { shop.example/team: front }\n`;
    const { metadata, spec } = extensionVersion(
      await packageExtension(await folder({ ...EXTENSION, "extension.yaml": stated }), RENDERING),
      undefined,
    );
    expect(metadata).toMatchObject({ name: "shop-2.0.0-rc.1", annotations: { "shop.example/team": "front" } });
    expect(spec).not.toHaveProperty("annotations");
  });

  test("may have charts that are packed", async () => {
    const packed = await writeChartArchive("db", chartFiles({ "Chart.yaml": "name: db\nversion: 1.0.0-rc.1\n" }));
    const { archive } = await packageExtension(await folder({ ...EXTENSION, "charts/db-1.0.0-rc.1.tgz": packed }), RENDERING);
    expect(load(textOf(await unpack(archive), "Chart.yaml"))).toMatchObject({
      dependencies: [{ name: "web" }, { name: "agent" }, { name: "db", version: "1.0.0-rc.1" }],
    });
  });

  test("its config may have any key: only the author knows his charts' values", async () => {
    expect((await packageExtension(await folder(EXTENSION), RENDERING)).configKeys).toBeUndefined();
  });

  test("says little, and the rest is what the publishing tool assumes", async () => {
    const least =
      "{apiVersion: v1, name: shop, version: 1.0.0, displayName: {zh: 店}, category: storage, provider: {zh: {name: 甲}}, icon: 'https://a.example/i'}";
    const { metadata, archive } = await packageExtension(await folder({ "extension.yaml": least, "permissions.yaml": "" }), RENDERING);
    expect(metadata).toEqual({
      displayName: { zh: "店" },
      description: { zh: "店" },
      icon: "https://a.example/i",
      provider: { zh: { name: "甲" } },
      category: "storage",
      kubeVersion: ">=1.19.0-0",
      ksVersion: ">=4.0.0-0",
      installationMode: "HostOnly",
    });
    expect(load(textOf(await unpack(archive), "Chart.yaml"))).toEqual({
      apiVersion: "v2",
      name: "shop",
      version: "1.0.0",
      description: "店",
      icon: "https://a.example/i",
      kubeVersion: ">=1.19.0-0",
    });
  });
});

describe("a packed extension", () => {
  const packed = async (files: Files): Promise<string> => {
    const file = join(await folder({}), "shop.tgz");
    await writeFile(file, await writeChartArchive("shop", chartFiles(files)));
    return file;
  };

  test("is the package that it was packed to: packing it again changes no byte", async () => {
    const { contents: _, ...first } = await packageExtension(await folder(EXTENSION), RENDERING);
    const file = join(await folder({}), "shop.tgz");
    await writeFile(file, first.archive);
    expect(await packageExtension(file, RENDERING)).toMatchObject(first);
  });

  test("of a plain chart is taken as it is too, and not wrapped once more", async () => {
    const demo = await packageExtension(join(__dirname, "../../../extensions/demo"), RENDERING);
    const file = join(await folder({}), "demo.tgz");
    await writeFile(file, demo.archive);
    const { archive, digest, configKeys } = await packageExtension(file, RENDERING);
    expect({ archive, digest, configKeys }).toEqual({ archive: demo.archive, digest: demo.digest, configKeys: undefined });
  });

  test("made elsewhere may have keys and categories that KubeSphere knows nothing of: its user cannot mend them", async () => {
    const files = { ...EXTENSION, "Chart.yaml": "name: shop\nversion: 2.0.0-rc.1\n" };
    const theirs = `${String(EXTENSION["extension.yaml"])}colour: blue\n`.replace("category: database", "category: devops");
    const { metadata } = await packageExtension(await packed({ ...files, "extension.yaml": theirs }), RENDERING);
    expect(metadata).toEqual({ ...METADATA, category: "devops" });
  });

  test("without permissions.yaml adds none to what KubeSphere gives to every extension", async () => {
    const files = { ...without(EXTENSION, "permissions.yaml"), "Chart.yaml": "name: shop\nversion: 2.0.0-rc.1\n" };
    expect(await packageExtension(await packed(files), RENDERING)).toMatchObject({ clusterRules: [], rules: [] });
  });

  test.each([
    ["version", "name: shop\nversion: 2.0.0\n", '"2.0.0-rc.1" is not allowed; allowed: 2.0.0, as'],
    ["name", "name: shops\nversion: 2.0.0-rc.1\n", '"shop" is not allowed; allowed: shops, as'],
  ])("whose two files differ in the %s is refused: KubeSphere would upgrade it for ever", async (key, chartYaml, message) => {
    const file = await packed({ ...EXTENSION, "Chart.yaml": chartYaml });
    await expect(packageExtension(file, RENDERING)).rejects.toThrow(
      `${file}/extension.yaml: ${key}: ${message} Chart.yaml beside it has it. KubeSphere would install it again and again: correct one of them, and pack it anew.`,
    );
  });
});

test("a key that nobody knows among external dependencies is no reason to refuse the extension, nor the API server's", async () => {
  const own = String(EXTENSION["extension.yaml"]).replace("required: true }", "required: true, since: 2020 }");
  const pkg = await packageExtension(await folder({ ...EXTENSION, "extension.yaml": own }), RENDERING);
  expect(pkg.metadata.externalDependencies).toEqual(METADATA.externalDependencies);
});
