/** What a stack needs from elsewhere, as the program itself says it: the parts that need no Helm and no registry. */
import { readFileSync } from "fs";
import { join } from "path";
import { load } from "js-yaml";
import { originOf } from "../../cli/mirror/charts";
import { packagesIn } from "../../cli/mirror/npm";
import { pluginsOf } from "../../cli/mirror/plugins";
import { declaredResources } from "../../cli/mirror/program";
import { sourcesOf } from "../../cli/mirror/sources";
import { statedKubernetes } from "../../cli/shared/rendering";
import { touchedReleases } from "../../cli/preview/releases";
import { RENDERING } from "../support/rendering";

const CHECKOUT = join(__dirname, "../..");

describe("the program itself says which charts there are, with its own values", () => {
  const configOf = (stack: string) => {
    const { config } = load(readFileSync(join(CHECKOUT, `Pulumi.${stack}.yaml`), "utf8")) as { config: Record<string, unknown> };
    return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace("kubesphere:", ""), value]));
  };
  const listOf = async (stack: string) => {
    const { settings, sources, charts, unread } = await sourcesOf(configOf(stack), CHECKOUT, RENDERING);
    expect(unread).toEqual([]);
    const releases = touchedReleases(await declaredResources(settings, sources));
    return {
      charts: charts.map(({ release, reference }) => `${release}: ${originOf(reference)}`),
      extensions: sources.extensions.flatMap(({ packages }) => packages.map((it) => `${it.package.name} ${it.package.version}`)),
      releases: releases.map(({ namespace, release }) => `${namespace}/${release}`).sort(),
    };
  };
  const mirrored = {
    charts: ["traefik: oci://registry.example.com/charts/traefik 41.3.0", "ks-core: oci://registry.example.com/charts/ks-core 1.1.3"],
  };
  const releases = ["extension-demo/demo", "kubesphere-system/ks-core", "traefik/traefik"];

  test.each([
    ["prod", { ...mirrored, extensions: ["demo 0.1.0"], releases }],
    ["staging", { ...mirrored, extensions: ["demo 0.1.0", "whoami 0.1.0"], releases: [...releases, "extension-whoami/whoami"].sort() }],
    [
      "dev",
      {
        charts: [
          "traefik: https://traefik.github.io/charts traefik 41.3.0",
          "ks-core: https://charts.kubesphere.io/main/ks-core-1.1.3.tgz",
        ],
        extensions: ["demo 0.1.0"],
        releases,
      },
    ],
    [
      "sandbox",
      {
        charts: ["ingress-nginx: ./sandbox/charts/ingress-nginx 4.15.1", "ks-core: ./sandbox/charts/ks-core"],
        extensions: ["demo 0.1.0"],
        releases: ["extension-demo/demo", "ingress-nginx/ingress-nginx", "kubesphere-system/ks-core"],
      },
    ],
  ])("%s", async (stack, expected) => expect(await listOf(stack)).toEqual(expected));

  test("the values are those that a deployment gives: the registry of all images, and an extension's config", async () => {
    const { settings, sources } = await sourcesOf(
      { ...configOf("prod"), extensions: [{ source: "./extensions/demo", install: { config: { demo: { replicaCount: 2 } } } }] },
      CHECKOUT,
      RENDERING,
    );
    const values = new Map(touchedReleases(await declaredResources(settings, sources)).map((it) => [it.release, it.wanted?.values]));
    expect(values.get("ks-core")).toMatchObject({ global: { imageRegistry: "registry.example.com" }, ha: { enabled: true } });
    expect(values.get("traefik")).toMatchObject({ image: { registry: "registry.example.com", repository: "library/traefik" } });
    expect(values.get("demo")).toEqual({ demo: { replicaCount: 2 } });
  });

  test("a stack with a repository of extensions, on a ks-core that only its chart knows the version of, has no list", async () => {
    const extensionRepositories = [{ name: "private", url: "https://charts.example.com" }];
    const ksCore = { chart: "./charts/ks-core" };
    const { settings, sources } = await sourcesOf({ ...configOf("prod"), ksCore, extensionRepositories }, CHECKOUT, RENDERING);
    const kinds = (await declaredResources(settings, sources)).map(({ wanted }) => (wanted as { kind?: string } | undefined)?.kind);
    expect(kinds).toContain("Repository");
  });

  test("an extension that cannot be read is told, and leaves the rest of the list", async () => {
    const extensions = [{ source: "./extensions/none" }, { source: "./extensions/demo" }];
    const { sources, unread } = await sourcesOf({ ...configOf("prod"), extensions }, CHECKOUT, RENDERING);
    expect(sources.extensions.map(({ path }) => path)).toEqual(["kubesphere:extensions[1]"]);
    expect(unread).toEqual([expect.stringContaining("kubesphere:extensions[0].source")]);
  });
});

test("a chart's address is shown without the password in it", () => {
  expect(originOf({ chart: "web", repository: "https://me:secret@charts.example.com", version: "1.0.0" })).toBe(
    "https://[secret]@charts.example.com web 1.0.0",
  );
});

test("the plugins are those that the installed SDKs ask for, from where Pulumi would get them", () => {
  const urls = (overrides: string) => pluginsOf(CHECKOUT, "darwin/arm64", overrides).map(({ url }) => url);
  const { dependencies } = JSON.parse(readFileSync(join(CHECKOUT, "package.json"), "utf8")) as { dependencies: Record<string, string> };
  const archives = ["kubernetes", "random"].map(
    (it) => `pulumi-resource-${it}-v${dependencies[`@pulumi/${it}`] ?? ""}-darwin-arm64.tar.gz`,
  );
  const at = (place: string) => archives.map((it) => `${place}/${it}`);
  expect(urls("")).toEqual(at("https://get.pulumi.com/releases/plugins"));
  expect(urls("^https://get.pulumi.com=http://files/")).toEqual(at("http://files"));
  expect(urls("^github://api.github.com/pulumi=http://a,.*=http://b")).toEqual(at("http://a"));
  expect(urls("^gitlab=http://a")).toEqual(at("https://get.pulumi.com/releases/plugins"));
});

describe("of the lock, what npm installs on that platform and nothing else", () => {
  const locked = (version: string, rest: object = {}) => ({ version, integrity: `sha512-${version}`, ...rest });
  const lock = JSON.stringify({
    packages: {
      "": { dependencies: { a: "1" }, devDependencies: { tool: "1" }, workspaces: ["ws"], optionalDependencies: { mac: "1", wasm: "1" } },
      ws: { dependencies: { b: "2" } },
      "node_modules/ws": { resolved: "ws", link: true },
      "node_modules/a": locked("1.0.0", { dependencies: { b: "1", ws: "1" } }),
      "node_modules/a/node_modules/b": locked("1.0.0", { peerDependencies: { c: "1" } }),
      "node_modules/b": locked("2.0.0"),
      "node_modules/c": locked("1.0.0", { os: ["!darwin"] }),
      "node_modules/tool": locked("1.0.0", { name: "@scope/tool", optionalDependencies: { musl: "1", bundled: "1" } }),
      "node_modules/tool/node_modules/bundled": locked("1.0.0", { inBundle: true }),
      "node_modules/musl": locked("1.0.0", { os: ["linux"], libc: ["musl"] }),
      "node_modules/mac": locked("1.0.0", { os: ["darwin"], cpu: ["arm64"] }),
      "node_modules/wasm": locked("1.0.0", { cpu: ["wasm32"], dependencies: { glue: "1" } }),
      "node_modules/glue": locked("1.0.0"),
      "node_modules/left-over": locked("1.0.0"),
    },
  });
  const names = (platform: string) => packagesIn(lock, platform).map(({ name, version, integrity }) => `${name} ${version} ${integrity}`);
  const common = ["@scope/tool 1.0.0 sha512-1.0.0", "a 1.0.0 sha512-1.0.0", "b 1.0.0 sha512-1.0.0", "b 2.0.0 sha512-2.0.0"];

  test.each([
    ["linux/amd64", [...common, "c 1.0.0 sha512-1.0.0"]],
    ["darwin/arm64", [...common, "mac 1.0.0 sha512-1.0.0"]],
  ])("%s", (platform, expected) => expect(names(platform)).toEqual(expected));
});

test("a mirror's extensions are rendered for another Kubernetes than the cluster that the stack makes", () => {
  expect(statedKubernetes({ cluster: { kubekey: { kubernetesVersion: "v1.31.2" } } })).toBe("v1.31.2");
  expect(statedKubernetes({ cluster: { kubeconfig: "config" } })).toBeUndefined();
});
