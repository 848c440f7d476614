import { createHash } from "crypto";
import { readFileSync } from "fs";
import { cp, writeFile } from "fs/promises";
import { join } from "path";
import { load } from "js-yaml";
import type { ChartFile } from "../../../kubesphere/chart/chart";
import { packageExtension } from "../../../kubesphere/extension/extensionPackage";
import { textOf, unpack } from "../../support/archives";
import { SMALL_CHART, temporaryFolders, type Files } from "../../support/charts";
import { service } from "../../support/rendered";
import { RENDERING, standInRendering } from "../../support/rendering";

interface Recorded {
  package: { contents: { path: string }[]; "Chart.yaml": object };
  extensionYaml: object;
  valuesYaml: object;
  afterControllers: { ExtensionVersion: { spec: object } };
}
const golden = JSON.parse(readFileSync(join(__dirname, "../../vectors/ksbuilder-demo.json"), "utf8")) as Recorded;

const DEMO = join(__dirname, "../../../extensions/demo");
const folder = temporaryFolders();

const yaml = (files: readonly ChartFile[], path: string) => load(textOf(files, path));
const packaged = async (files: Files) => packageExtension(await folder({ ...SMALL_CHART, ...files }), RENDERING);

test("a checkout elsewhere, written at another time, gives the same package", async () => {
  const copy = join(await folder({}), "somewhere");
  await cp(DEMO, copy, { recursive: true });
  expect((await packageExtension(copy, RENDERING)).digest).toBe((await packageExtension(DEMO, RENDERING)).digest);
});

test("the same content is compressed once, or a stack that names it twice would wait twice; other content never gets its bytes", async () => {
  const [one, other] = await Promise.all([folder(SMALL_CHART), folder(SMALL_CHART)]);
  const { archive } = await packageExtension(one, RENDERING);
  expect((await packageExtension(other, RENDERING)).archive).toBe(archive);
  await writeFile(join(other, "NOTICE"), "changed");
  expect((await packageExtension(other, RENDERING)).archive.equals(archive)).toBe(false);
});

describe("the package is what KubeSphere and the publishing tool know", () => {
  test("files: as recorded, but for what the tool makes up: empty changelogs, a translation, a screenshot, and how the base chart is cut", async () => {
    const paths = (
      await unpack(
        (
          await packageExtension(
            DEMO,
            standInRendering(() => [service("demo", "http:80")]),
          )
        ).archive,
      )
    ).map(({ path }) => path);
    const made = /^(CHANGELOG|README_zh|static\/screenshots)|^charts\//;
    const known = golden.package.contents.map(({ path }) => path.replace("demo/", ""));
    expect(paths.filter((path) => !path.startsWith("charts/"))).toEqual(known.filter((path) => !made.test(path)).sort());
    expect(paths.filter((path) => path.startsWith("charts/base/"))).toEqual(
      [
        "Chart.yaml",
        "bundle/frontEnd.js",
        "bundle/iframe.js",
        "bundle/link.js",
        "templates/JSBundle.yaml",
        "templates/_helpers.tpl",
        "templates/configmap.yaml",
        "templates/ingress.yaml",
        "values.yaml",
      ].map((path) => `charts/base/${path}`),
    );
  });

  test("the author's chart is in it byte for byte", async () => {
    const files = await unpack(
      (
        await packageExtension(
          DEMO,
          standInRendering(() => [service("demo", "http:80")]),
        )
      ).archive,
    );
    const chart = files.filter(({ path }) => path.startsWith("charts/demo/"));
    expect(chart.map(({ path }) => path)).toContain("charts/demo/templates/deployment.yaml");
    for (const { path, data } of chart) expect(data).toEqual(readFileSync(join(DEMO, path.replace("charts/demo/", ""))));
  });

  test("extension.yaml, Chart.yaml and values.yaml have the recorded keys", async () => {
    const files = await unpack(
      (
        await packageExtension(
          DEMO,
          standInRendering(() => [service("demo", "http:80")]),
        )
      ).archive,
    );
    const keys = (value: unknown) => Object.keys(value as object).sort();
    expect([...keys(yaml(files, "extension.yaml")), "screenshots"].sort()).toEqual(keys(golden.extensionYaml));
    expect(keys(yaml(files, "Chart.yaml"))).toEqual([...keys(golden.package["Chart.yaml"]), "appVersion", "dependencies"].sort());
    expect(yaml(files, "values.yaml")).toEqual({
      base: {
        ...(golden.valuesYaml as { base: object }).base,
        // The tool's topbar is no menu of KubeSphere 4.2.
        extParent: "global",
        extDesc: "A web server that shows its welcome page in the KubeSphere console",
      },
    });
  });

  test("metadata: the keys of the recorded ExtensionVersion that are the author's to fill", async () => {
    const { metadata } = await packageExtension(
      DEMO,
      standInRendering(() => [service("demo", "http:80")]),
    );
    const { version, created, chartDataRef, screenshots, ...author } = golden.afterControllers.ExtensionVersion.spec as Record<
      string,
      unknown
    >;
    expect([version, created, chartDataRef, screenshots]).not.toContain(undefined);
    expect(Object.keys(metadata).sort()).toEqual(Object.keys(author).sort());
    expect(metadata).toMatchObject({
      displayName: { en: "demo", zh: "示例" },
      provider: { en: { name: "demoauthor" } },
      category: "dev-tools",
    });
    expect(metadata.icon).toBe(`data:image/svg+xml;base64,${readFileSync(join(DEMO, "static/favicon.svg")).toString("base64")}`);
  });
});

describe("a plain chart is enough", () => {
  test("its standard fields present it, and its own version, Service and port are used", async () => {
    const chart = {
      description: "Shows things",
      home: "https://a.example",
      keywords: ["a"],
      kubeVersion: ">=1.30.0-0",
      icon: "https://a.example/i.png",
      maintainers: [{ name: "Ann", email: "ann@a.example" }],
    };
    const { name, version, archive, metadata } = await packaged({
      "Chart.yaml": JSON.stringify({ name: "web", version: "1.2.3-rc.1", ...chart }),
    });
    const files = await unpack(archive);
    expect({ name, version }).toEqual({ name: "web", version: "1.2.3-rc.1" });
    expect(metadata).toEqual({
      displayName: { en: "web" },
      description: { en: "Shows things" },
      icon: "https://a.example/i.png",
      provider: { en: { name: "Ann", email: "ann@a.example" } },
      category: "dev-tools",
      kubeVersion: ">=1.30.0-0",
      ksVersion: ">=4.0.0-0",
      installationMode: "HostOnly",
      keywords: ["a"],
      home: "https://a.example",
    });
    expect(yaml(files, "values.yaml")).toEqual({
      base: { extSvcName: "web", extSvcPort: 8080, extParent: "global", extTitle: "web", extDesc: "Shows things", extEmbed: "iframe" },
    });
    expect(yaml(files, "Chart.yaml")).toEqual({
      apiVersion: "v2",
      name: "web",
      version: "1.2.3-rc.1",
      ...chart,
      dependencies: [
        { name: "base", version: "0.1.0" },
        { name: "web", version: "1.2.3-rc.1" },
      ],
    });
    expect(yaml(files, "extension.yaml")).toEqual({
      apiVersion: "kubesphere.io/v1alpha1",
      name: "web",
      version: "1.2.3-rc.1",
      ...metadata,
      maintainers: chart.maintainers,
    });
    expect(textOf(files, "README.md")).toBe("# web\n\nShows things\n");
  });

  test("without an icon it has one, so that the Marketplace shows no hole", async () => {
    const { archive, metadata } = await packaged({});
    const icon = textOf(await unpack(archive), "static/favicon.svg");
    expect(icon).toMatch(/^<svg /);
    expect(metadata.icon).toBe(`data:image/svg+xml;base64,${Buffer.from(icon).toString("base64")}`);
  });

  test("README, changelog and translations are shown in the Marketplace; an icon of its own stays where it is", async () => {
    const { archive, metadata } = await packaged({
      "README.md": "r",
      "README_zh.md": "z",
      "CHANGELOG.md": "c",
      "logo.png": "p",
      "extension.yaml": "icon: ./logo.png",
    });
    const files = await unpack(archive);
    expect(["README.md", "README_zh.md", "CHANGELOG.md", "logo.png"].map((path) => textOf(files, path))).toEqual(["r", "z", "c", "p"]);
    expect(metadata.icon).toBe("data:image/png;base64,cA==");
    expect(yaml(files, "extension.yaml")).toMatchObject({ icon: "./logo.png" });
  });

  test("screenshots go where the console asks for them, and all else that its extension.yaml says is kept", async () => {
    const stated = {
      docs: "https://docs.a.example",
      screenshots: ["./shots/a.png"],
      namespace: "web-system",
      externalDependencies: [{ name: "db", version: "^1", required: false }],
    };
    const { archive, metadata } = await packaged({ "shots/a.png": "p", "extension.yaml": JSON.stringify(stated) });
    expect(metadata).toMatchObject(stated);
    const files = await unpack(archive);
    expect(textOf(files, "shots/a.png")).toBe("p");
    expect(yaml(files, "extension.yaml")).toMatchObject(stated);
  });

  test("a config's keys are known: what stands elsewhere Helm would hand to nobody", async () => {
    expect((await packaged({})).configKeys).toEqual(["base", "web", "global", "tags"]);
  });

  test("each file's digest is told, so that a preview shows what changed", async () => {
    const { archive, files } = await packaged({});
    const unpacked = await unpack(archive);
    const digests = unpacked.map(({ path, data }) => [path, createHash("sha256").update(data).digest("hex").slice(0, 12)]);
    expect(files).toEqual(Object.fromEntries(digests));
  });

  test("a Service that its templates do not tell is stated in extension.yaml", async () => {
    const { archive } = await packaged({ "templates/service.yaml": "", "extension.yaml": "service: {name: front, port: 3000}" });
    expect(yaml(await unpack(archive), "values.yaml")).toMatchObject({ base: { extSvcName: "front", extSvcPort: 3000 } });
  });

  test("the package states the rights that KubeSphere gives to its executor", async () => {
    const { archive, clusterRules, rules } = await packaged({});
    const [cluster, own] = textOf(await unpack(archive), "permissions.yaml").split("---\n");
    expect(load(cluster ?? "")).toEqual({ kind: "ClusterRole", rules: clusterRules });
    expect(load(own ?? "")).toEqual({ kind: "Role", rules });
  });
});
