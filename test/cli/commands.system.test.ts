/** The commands that need no cluster, as they are called. */
import { createHash, randomBytes } from "crypto";
import { mkdir, readdir, readFile, rm, writeFile } from "fs/promises";
import { join } from "path";
import { writeChartArchive } from "../../kubesphere/chart/archive";
import { packageExtension } from "../../kubesphere/extension/extensionPackage";
import type { Inspection } from "../../cli/extension/inspection";
import { main } from "../../cli/extension/main";
import { chartFiles, EXTENSION, SMALL_CHART, temporaryFolders } from "../support/charts";
import { callMain } from "../support/call";
import { helmRendering, sandboxCache } from "../support/rendering";

const folder = temporaryFolders();

const call = (...args: string[]) => callMain(() => main(args, sandboxCache()));

describe("a command line that is wrong says so, and how it is right, with exit code 2", () => {
  test.each([
    [[], "no command\nnpx luban extension <command>"],
    [["toString"], 'no command "toString"\n'],
    [["package"], "nothing was named\nnpx luban extension package SOURCE"],
    [["package", "a", "b"], "2 words were given\n"],
    [["lint", "a", "--what"], "Unknown option '--what'"],
    [["lint", "a", "--ingress", "envoy"], "--ingress envoy: use ingress-nginx, traefik, haproxy"],
    [["lint", "a", "--ingress-class", "nginx"], "--ingress-class says nothing without --ingress"],
    [["lint", "a", "--kube-version", "1.31"], "--kube-version 1.31: use a whole version"],
    [["inspect", "a", "--kube-version", "1.31"], "--kube-version 1.31: use a whole version"],
    [["release", "a"], "release needs --to DIR"],
    [["release", "a", "--to", "b", "--url", "charts"], "--url charts: use the address"],
    [["publish", "a", "--config", "b"], "--config is for an install: add --install"],
    [["template", "a", "--http-port", "http"], "--http-port http: use a whole number from 1 to 65535"],
    [["new", "Web"], 'name "Web": use lower-case letters'],
    [["new", "base"], 'name "base": use lower-case letters'],
    [["new", "null"], 'name "null": YAML does not read it as a text'],
    [["new", "a".repeat(33)], "at most 32 characters"],
  ])("%p", async (args, said) => {
    const { code, stdout, stderr } = await call(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(said);
  });

  test("an error quotes no password of an address, and does nothing to the terminal", async () => {
    const { code, stderr } = await call("package", "https://user:password@host/a?token=word\x1b[2J\u202e");
    expect({ code, masked: stderr.includes("https://[secret]@host/a?token=[secret]") }).toEqual({ code: 1, masked: true });
    expect(stderr.match(/password|word|\x1b|\u202e/)).toBeNull();
  });

  test("--help says it on stdout, with exit code 0", async () => {
    expect((await call("--help")).stdout).toContain("publish SOURCE");
    expect((await call("release", "--help")).stdout).toContain("$SOURCE_DATE_EPOCH");
  });
});

describe("a new extension", () => {
  test("is a package as it stands, under its own name throughout", async () => {
    const dir = await folder({});
    expect((await call("new", "web-shop", "--dir", dir)).code).toBe(0);
    const { name, version, metadata } = await packageExtension(join(dir, "web-shop"), await helmRendering());
    expect({ name, version, title: metadata.displayName }).toEqual({
      name: "web-shop",
      version: "0.1.0",
      title: { en: "Web shop", zh: "Web shop" },
    });
    const entries = await readdir(join(dir, "web-shop"), { recursive: true, withFileTypes: true });
    for (const entry of entries.filter((one) => one.isFile()))
      expect(await readFile(join(entry.parentPath, entry.name), "utf8")).not.toMatch(/my-extension|My extension/);
    expect(await readdir(dir)).toEqual(["web-shop"]);
  });

  test("keeps the charts that `helm dependency build` packs into it", async () => {
    const dir = await folder({});
    expect((await call("new", "web-shop", "--dir", dir)).code).toBe(0);
    const source = join(dir, "web-shop");
    await mkdir(join(source, "charts"));
    await writeFile(
      join(source, "charts/web-1.2.3.tgz"),
      await writeChartArchive("web", chartFiles({ "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\n" })),
    );
    const { files } = await packageExtension(source, await helmRendering());
    expect(Object.keys(files)).toContain("charts/web-shop/charts/web-1.2.3.tgz");
  });

  test("takes no folder's place", async () => {
    const dir = await folder({ "web/notes.txt": "mine" });
    const { code, stderr } = await call("new", "web", "--dir", dir);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${join(dir, "web")} is there already: choose another name, or remove it\n` });
    expect(await readdir(join(dir, "web"))).toEqual(["notes.txt"]);
  });
});

describe("package", () => {
  test("writes the package that a stack would publish, and says what is in it", async () => {
    const [source, to] = [await folder(SMALL_CHART), join(await folder({}), "out")];
    const { digest, archive, files } = await packageExtension(source, await helmRendering());
    const file = join(to, "web-1.2.3.tgz");
    expect(JSON.parse((await call("package", source, "--to", to, "--json")).stdout)).toEqual({
      file,
      name: "web",
      version: "1.2.3",
      digest,
      size: archive.length,
      files,
    });
    expect(await readFile(file)).toEqual(archive);
    expect(await readdir(to)).toEqual(["web-1.2.3.tgz"]);
    expect((await call("package", source, "--to", to)).stdout).toContain("(is there already)");
  });

  test("puts nothing in another package's place unless it is told to", async () => {
    const [source, to] = [await folder(SMALL_CHART), await folder({ "web-1.2.3.tgz": "another" })];
    const { code, stderr } = await call("package", source, "--to", to);
    expect(code).toBe(1);
    expect(stderr).toContain("raise `version` in Chart.yaml, or add --force");
    expect(await readFile(join(to, "web-1.2.3.tgz"), "utf8")).toBe("another");
    expect((await call("package", source, "--to", to, "--force")).code).toBe(0);
  });

  test("a source that is wrong is told in one line", async () => {
    const { code, stderr } = await call("package", join(await folder({}), "nothing"));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^\S+nothing: is missing; allowed: .*\n$/);
  });
});

describe("a chart whose dashboards fill Helm's record of the release is told of before an install fails for it", () => {
  const hex = (seed: number) =>
    Array.from({ length: 1_600 }, (_, part) => createHash("sha256").update(`${seed} ${part}`).digest("hex")).join("\n");
  const dashboards = Object.fromEntries(Array.from({ length: 18 }, (_, number) => [`dashboards/${number}.txt`, hex(number)]));
  const template = `{{- range $path, $_ := .Files.Glob "dashboards/*" }}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: "dashboard-{{ base $path | trimSuffix ".txt" }}"}
data:
  text: |
{{ $.Files.Get $path | indent 4 }}
{{- end }}
`;
  const source = folder({ ...SMALL_CHART, ...dashboards, "templates/dashboards.yaml": template });
  const TOLD = /Helm's record of the release takes about 1[2-5]\d\d KiB, most of it (?:ConfigMap dashboard-\d+ \(\d\d KiB\), ){4}/;

  test("by lint, which fails", async () => {
    const { code, stdout } = await call("lint", await source);
    expect(code).toBe(1);
    expect(stdout).toMatch(TOLD);
  });

  test("by package, which even so writes what was asked for", async () => {
    const { code, stdout } = await call("package", await source, "--to", await folder({}));
    expect(code).toBe(0);
    expect(stdout).toMatch(TOLD);
  });
});

test("a package that no ConfigMap holds is told of, with what takes most of it, by those who write it for a server", async () => {
  const source = await folder({
    ...SMALL_CHART,
    "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\n",
    "model.bin": randomBytes(1_100_000),
  });
  const LARGE = /a package of 1\d{6} bytes, most of the package charts\/web\/model\.bin \(107\d KiB\), /;
  for (const args of [
    ["lint", source],
    ["package", source, "--to", await folder({})],
    ["inspect", source],
  ]) {
    const { code, stdout } = await call(...args);
    expect([code, stdout]).toEqual([0, expect.stringMatching(LARGE)]);
  }
});

test("lint names the tool that found something, and a risk alone fails nothing", async () => {
  const deployment = (image: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec:\n  selector: {matchLabels: {app: web}}\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: web, image: ${image}}]}\n`;
  const source = await folder({
    ...SMALL_CHART,
    "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\n",
    "templates/deployment.yaml": deployment("nginx"),
  });
  const risk = await call("lint", source);
  expect(risk).toMatchObject({
    code: 0,
    stdout: `! ${source}/templates/deployment.yaml: Deployment web has the image nginx without a tag, of the container web [lint]
    What it is changes with \`latest\`: state a tag.
✓ web 1.2.3: nothing to mend
`,
  });
  await writeFile(join(source, "templates/deployment.yaml"), deployment('"nginx:"'));
  expect((await call("lint", source)).code).toBe(1);
  const outdated = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n";
  await writeFile(join(source, "templates/deployment.yaml"), outdated);
  const { stdout } = await call("lint", source, "--kube-version", "1.31.0");
  expect(stdout).toMatch(/PodDisruptionBudget is deprecated .* \[helm lint\]/);
});

test("a key that stands twice is taken as Helm takes it, and lint tells where; what kustomize refuses is told before an install", async () => {
  const values = "replicas: 1\nservice:\n  port: 80\nreplicas: 2\n";
  const source = await folder({ ...SMALL_CHART, "Chart.yaml": "apiVersion: v2\nname: web\nversion: 1.2.3\n", "values.yaml": values });
  expect(await call("lint", source)).toMatchObject({
    code: 0,
    stdout: `! ${source}/values.yaml: no template reads replicas [lint]
    It is taken all the same.
! ${source}/values.yaml: line 4: the key replicas stands twice in one map, and the last one counts [lint]
    It is taken all the same.
✓ web 1.2.3: nothing to mend
`,
  });
  const twice = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\ndata:\n  a: b\n  a: c\n";
  await writeFile(join(source, "templates/twice.yaml"), twice);
  const { code, stderr } = await call("package", source, "--to", await folder({}));
  expect(code).toBe(1);
  expect(stderr).toContain(
    "templates/twice.yaml: line 6 of what Helm renders of it: the key a stands there twice, which KubeSphere's kustomize refuses",
  );
});

test("a category that no filter of the Marketplace has, or a key that nobody reads, is taken and told", async () => {
  const own =
    String(EXTENSION["extension.yaml"])
      .replace(/^category: .*$/m, "category: games")
      .replace("required: true }", "required: true, since: 2020 }")
      .replace(/^apiVersion: .*$/m, "apiVersion: v2") + "flavour: sweet\n";
  const { stdout } = await call("lint", await folder({ ...EXTENSION, "extension.yaml": own }));
  expect(stdout).toMatch(/extension\.yaml: category: games is none of the Marketplace's filters: /);
  expect(stdout).toMatch(/extension\.yaml: apiVersion: v2 is not kubesphere\.io\/v1alpha1/);
  expect(stdout).toMatch(/extension\.yaml: flavour: nobody reads this key \[lint\]/);
  expect(stdout).toMatch(/extension\.yaml: externalDependencies\[0\]\.since: nobody reads this key \[lint\]/);
  // Whether it is there only a stack can tell.
  expect(stdout).toMatch(/! \S+: needs the extension ledger >=1\.2 \[lint\]\n +A stack that installs this one must have that one/);
});

describe("inspect", () => {
  test("says what a chart will be, rendered by Helm with an install's config", async () => {
    const [source, config] = [await folder(SMALL_CHART), await folder({ "config.yaml": "web: {service: {port: 9090}}\n" })];
    const { code, stdout } = await call("inspect", source, "--config", join(config, "config.yaml"), "--kube-version", "1.31.0");
    expect(code).toBe(0);
    expect(stdout).toContain("UI: Service web:9090, HTTP: no other Service has an HTTP port\n");
    expect(stdout).toContain("Role: create, delete, get, list, patch, watch services, for Service web");
    const { sizes, objects } = JSON.parse((await call("inspect", source, "--json")).stdout) as Inspection;
    expect(sizes.package).toBe((await packageExtension(source, await helmRendering())).archive.length);
    expect(objects).toEqual({ ConfigMap: 1, Ingress: 1, JSBundle: 1, Service: 1 });
  });

  test("a config that is no map of values is told with its file and line", async () => {
    const config = join(await folder({ "config.yaml": "a: 1\na: 2\n" }), "config.yaml");
    const { code, stderr } = await call("inspect", await folder(SMALL_CHART), "--config", config);
    expect({ code, stderr }).toEqual({ code: 1, stderr: `${config}: line 2: the key a stands twice; it must be a YAML map of values\n` });
  });
});

describe("release", () => {
  const chart = (version: string) => ({ ...SMALL_CHART, "Chart.yaml": `name: web\nversion: ${version}\n` });
  afterEach(() => delete process.env["SOURCE_DATE_EPOCH"]);

  test("keeps what is there, byte for byte, and adds what is new", async () => {
    const [to, one, two] = [await folder({}), await folder(chart("1.0.0")), await folder(chart("1.1.0"))];
    process.env["SOURCE_DATE_EPOCH"] = "1767225600";
    expect((await call("release", one, "--to", to)).code).toBe(0);
    const first = await readFile(join(to, "index.yaml"), "utf8");
    expect(first).toContain("created: '2026-01-01T00:00:00Z'");
    expect(first).toContain("- web-1.0.0.tgz\n");
    process.env["SOURCE_DATE_EPOCH"] = "1767312000";
    expect((await call("release", one, "--to", to)).stdout).toContain("(unchanged)");
    expect(await readFile(join(to, "index.yaml"), "utf8")).toBe(first);
    expect((await call("release", two, "--to", to, "--url", "https://example.com/charts/")).stdout).toContain("web: 1.1.0, 1.0.0");
    const second = await readFile(join(to, "index.yaml"), "utf8");
    expect(second).toContain("- https://example.com/charts/web-1.1.0.tgz\n");
    expect(second).toContain("- web-1.0.0.tgz\n");
    expect((await readdir(to)).sort()).toEqual(["index.yaml", "web-1.0.0.tgz", "web-1.1.0.tgz"]);
  });

  test("a released version with other contents is refused, and nothing of the rest is released either", async () => {
    const [to, one] = [await folder({}), await folder(chart("1.0.0"))];
    await call("release", one, "--to", to);
    const before = await readFile(join(to, "index.yaml"));
    const two = await folder(chart("2.0.0"));
    await writeFile(join(one, "NEWS.md"), "changed");
    const { code, stderr } = await call("release", two, one, "--to", to);
    expect(code).toBe(1);
    expect(stderr).toContain("web 1.0.0: ");
    expect(await readFile(join(to, "index.yaml"))).toEqual(before);
    expect((await readdir(to)).sort()).toEqual(["index.yaml", "web-1.0.0.tgz"]);
  });

  test("an archive that no index names is not written over, and one that is lost is written again", async () => {
    const [to, one] = [await folder({ "web-1.0.0.tgz": "another" }), await folder(chart("1.0.0"))];
    expect((await call("release", one, "--to", to)).stderr).toContain("web-1.0.0.tgz: ");
    const other = await folder({});
    await call("release", one, "--to", other);
    const archive = await readFile(join(other, "web-1.0.0.tgz"));
    await rm(join(other, "web-1.0.0.tgz"));
    expect((await call("release", one, "--to", other)).code).toBe(0);
    expect(await readFile(join(other, "web-1.0.0.tgz"))).toEqual(archive);
  });
});
