/** What a stack needs from elsewhere, as the program itself says it: the parts that need no Helm and no registry. */
import { readFileSync } from "fs";
import { join } from "path";
import { load } from "js-yaml";
import { chartFile, originOf } from "../../operate/mirror/charts";
import { imagesOf } from "../../operate/mirror/images";
import type { Needs } from "../../operate/mirror/list";
import { packagesIn } from "../../operate/mirror/npm";
import { pluginsOf } from "../../operate/mirror/plugins";
import { declaredResources } from "../../operate/mirror/program";
import {
  folderOf,
  parseMappings,
  parseReference,
  referenceText,
  targetIn,
  upstreamOf,
  type Reference,
} from "../../operate/mirror/reference";
import { chartLines, listed, registryLines } from "../../operate/mirror/report";
import { sourcesOf } from "../../operate/mirror/sources";
import { touchedReleases } from "../../operate/preview/releases";
import type { K8s } from "../../operate/shared/objectDiff";
import { RENDERING } from "../support/rendering";

const CHECKOUT = join(__dirname, "../..");
const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
const reference = (text: string) => parseReference(text) as Reference;

describe("one image has one name, whatever its author left out: else it would be copied twice, or to a place where nobody looks", () => {
  test.each([
    ["nginx", "docker.io/library/nginx:latest"],
    ["nginx:1.16.0", "docker.io/library/nginx:1.16.0"],
    ["index.docker.io/nginx", "docker.io/library/nginx:latest"],
    ["kubesphere/ks-apiserver:v4.1.2", "docker.io/kubesphere/ks-apiserver:v4.1.2"],
    ["registry.k8s.io/ingress-nginx/controller:v1.15.1", "registry.k8s.io/ingress-nginx/controller:v1.15.1"],
    ["localhost/a", "localhost/a:latest"],
    ["127.0.0.1:5000/a/b_c", "127.0.0.1:5000/a/b_c:latest"],
    [`quay.io/a/b@${DIGEST}`, `quay.io/a/b@${DIGEST}`],
    [`quay.io/a/b:v1@${DIGEST}`, `quay.io/a/b:v1@${DIGEST}`],
  ])("%s is %s", (text, whole) => expect(referenceText(reference(text))).toBe(whole));

  test.each(["", "Nginx", "a//b", "a:b:c", "a b", "a@sha256:12", "quay.io/", "/a", "{{ .Values.image }}"])("%p is none", (text) =>
    expect(parseReference(text)).toBeUndefined(),
  );
});

test("an image is asked for at the place that stands in for its registry, and goes to the path that it has", () => {
  const mappings = parseMappings(["docker.io=127.0.0.1:5000", "docker.io/kubesphere=mirror.example.com/ks/"]);
  const upstream = (text: string) => upstreamOf(reference(text), mappings);
  expect(["nginx", "kubesphere/kubectl:v1", "kubesphere-x/a:v1", `quay.io/a@${DIGEST}`].map(upstream)).toEqual([
    "127.0.0.1:5000/library/nginx:latest",
    "mirror.example.com/ks/kubectl:v1",
    "127.0.0.1:5000/kubesphere-x/a:v1",
    `quay.io/a@${DIGEST}`,
  ]);
  const named = ["nginx", `127.0.0.1:5000/a/b:v1@${DIGEST}`, `quay.io/a@${DIGEST}`].map(reference);
  expect(named.map((it) => targetIn("registry.example.com/mirror", it))).toEqual([
    "registry.example.com/mirror/library/nginx:latest",
    "registry.example.com/mirror/a/b:v1",
    `registry.example.com/mirror/a@${DIGEST}`,
  ]);
  expect(named.map(folderOf)).toEqual(["docker.io/library/nginx/latest", "127.0.0.1_5000/a/b/v1", `quay.io/a/${DIGEST.replace(":", "-")}`]);
  for (const wrong of ["docker.io", "=a", "a=", "a=b=c"])
    expect(() => parseMappings([wrong])).toThrow(`--from ${wrong}: write REGISTRY=REGISTRY`);
});

const object = (kind: string, rest: object): K8s => ({ apiVersion: "v1", kind, metadata: { name: "it" }, ...rest });
const pod = (...images: string[]) => ({ containers: images.map((image) => ({ name: "it", image })) });

test("no image is missed, in whatever kind of object a pod stands: a node without it would pull for ever", () => {
  const { text } = (JSON.parse(readFileSync(join(CHECKOUT, "test/vectors/ks-core.json"), "utf8")) as { kubesphereYaml: { text: string } })
    .kubesphereYaml;
  const config = text.replaceAll("<registry>", "registry.example.com");
  const objects = [
    object("Pod", { spec: { initContainers: [{ image: "init" }], ephemeralContainers: [{ image: "debug" }], ...pod("main") } }),
    object("Deployment", { spec: { template: { spec: pod("deployment", "sidecar:v1") } } }),
    object("CronJob", { spec: { jobTemplate: { spec: { template: { spec: pod("cron") } } } } }),
    object("Job", { metadata: { name: "it", annotations: { "helm.sh/hook": "pre-upgrade" } }, spec: { template: { spec: pod("hook") } } }),
    object("List", { items: [object("DaemonSet", { spec: { template: { spec: pod("listed", "") } } })] }),
    object("Prometheus", { spec: { containers: [{ name: "it" }, { image: "operated" }], volumes: [{ image: { reference: "model:1" } }] } }),
    object("ConfigMap", { data: { "kubesphere.yaml": config, other: "image: none" } }),
    object("ConfigMap", {}),
    object("CustomResourceDefinition", { spec: { containers: { properties: { image: "none" } } } }),
  ];
  const { images, misspelt } = imagesOf(
    [
      { release: "two", objects: [object("Pod", { spec: pod("main", "A b", "A b") })] },
      { release: "one", objects },
    ],
    ["further"],
  );
  const hub = (names: string[]) => names.map((name) => `docker.io/library/${name}`);
  expect(images.map((it) => [referenceText(it.reference), ...it.neededBy].join(" "))).toEqual([
    ...hub([
      "cron:latest one",
      "debug:latest one",
      "deployment:latest one",
      "further:latest --image",
      "hook:latest one",
      "init:latest one",
    ]),
    ...hub(["listed:latest one", "main:latest one two", "model:1 one", "operated:latest one", "sidecar:v1 one"]),
    "registry.example.com/kubesphere/kubectl:v1.27.16 one",
  ]);
  expect(misspelt).toEqual(['two names the image "A b", which is no reference']);
});

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
    charts: [
      "ingress-nginx: oci://registry.example.com/charts/ingress-nginx 4.15.1",
      "ks-core: oci://registry.example.com/charts/ks-core 1.1.3",
    ],
  };
  const releases = ["extension-demo/demo", "ingress-nginx/ingress-nginx", "kubesphere-system/ks-core"];

  test.each([
    ["prod", { ...mirrored, extensions: ["demo 0.1.0"], releases }],
    ["staging", { ...mirrored, extensions: ["demo 0.1.0", "whoami 0.1.0"], releases: [...releases, "extension-whoami/whoami"].sort() }],
    [
      "dev",
      {
        charts: [
          "ingress-nginx: https://kubernetes.github.io/ingress-nginx ingress-nginx 4.15.1",
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
        releases,
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
    expect(values.get("ingress-nginx")).toMatchObject({ global: { image: { registry: "registry.example.com" } } });
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

describe("what is told", () => {
  const needs: Needs = {
    charts: [
      {
        name: "ks-core",
        version: "1.1.3",
        from: "oci://registry.example.com/ks-core 1.1.3",
        digest: "sha256:1",
        file: "/w/a",
        keys: ["kubesphere:ksCore.chart"],
        obsolete: ["kubesphere:ksCore.repository"],
      },
      {
        name: "shop",
        version: "1.0.0",
        from: "https://shop",
        digest: "sha256:2",
        file: "/w/b",
        keys: ["kubesphere:extensions[0].source"],
        obsolete: ["kubesphere:extensions[0].chartURL"],
      },
      { name: "demo", version: "0.1.0", from: "kubesphere:extensions[1].source", digest: "sha256:3", file: "/w/c", keys: [], obsolete: [] },
    ],
    images: [
      { reference: reference("kubesphere/kubectl:v1"), neededBy: ["ks-core"], from: "kubesphere/kubectl:v1", digest: "sha256:4" },
      { reference: reference("inside.example.com/demo:v1"), neededBy: ["demo"], from: "inside.example.com/demo:v1", digest: "sha256:5" },
    ],
    plugins: [{ name: "random", version: "4.21.2", url: "https://plugins", archive: "random.tar.gz", digest: "sha256:6", file: "/w/d" }],
    packages: [{ name: "a", version: "1.0.0", integrity: "sha512-a" }],
  };

  test("every digest is whole, and what cannot be had is in the list too", () => {
    const problems = [
      { kind: "image" as const, name: "docker.io/library/nginx:latest", text: "no" },
      { kind: "image" as const, name: "docker.io/kubesphere/kubectl:v1", text: "listed, and not copied" },
      { text: "of nothing by name" },
    ];
    expect(listed(needs, problems)).toEqual([
      "chart   ks-core 1.1.3                    sha256:1                 oci://registry.example.com/ks-core 1.1.3",
      "chart   shop 1.0.0                       sha256:2                 https://shop",
      "chart   demo 0.1.0                       sha256:3                 kubesphere:extensions[1].source",
      "image   docker.io/kubesphere/kubectl:v1  sha256:4                 for ks-core",
      "image   inside.example.com/demo:v1       sha256:5                 for demo",
      "image   docker.io/library/nginx:latest   not known                see below",
      "plugin  random 4.21.2                    sha256:6                 https://plugins",
      "npm     1 packages                       each with its integrity  package-lock.json",
    ]);
  });

  test("a stack is told to take from the copy what it would look for elsewhere, and nothing else", () => {
    expect(chartFile({ name: "shop", version: "1.0.0" })).toBe("charts/shop-1.0.0.tgz");
    expect(chartLines(needs, "prod", "my mirror")).toEqual([
      "pulumi config set --stack prod --path kubesphere:ksCore.chart 'my mirror/charts/ks-core-1.1.3.tgz'",
      "pulumi config rm --stack prod --path kubesphere:ksCore.repository",
      "pulumi config set --stack prod --path 'kubesphere:extensions[0].source' 'my mirror/charts/shop-1.0.0.tgz'",
      "pulumi config rm --stack prod --path 'kubesphere:extensions[0].chartURL'",
    ]);
    expect(registryLines(needs, undefined, "inside.example.com")).toEqual([
      "pulumi config set --path kubesphere:ksCore.imageRegistry inside.example.com",
    ]);
    expect(registryLines(needs, "prod", "other.example.com").at(-1)).toBe(
      "pulumi config set --stack prod --path kubesphere:ksCore.imageRegistry other.example.com",
    );
  });
});
