/** A platform without a way out: `npx luban mirror` copies what its stack needs, and the copy alone is enough. */
import { spawn, type ChildProcess } from "child_process";
import { randomBytes } from "crypto";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "fs/promises";
import { createServer, type Server } from "http";
import type { AddressInfo } from "net";
import { homedir, tmpdir } from "os";
import { join, resolve } from "path";
import { load } from "js-yaml";
import { sharedPaths } from "../../sandbox/src/paths";
import { waitUntil } from "../../sandbox/src/processes";
import { getTools } from "../../sandbox/src/tools";
import { crane as craneTool, tools, type Tool } from "../../sandbox/src/tools/catalogue";
import { pluginVersion } from "../../sandbox/src/versions";
import { CHECKOUT, environment, freeNodePorts, freshSandbox, run, succeeded } from "../support/sandbox";
import { loginServer, type LoginServer } from "../support/loginServer";
import { findSecrets } from "../support/secretScanner";
import { nameOf, stackOf, type KubeObject, type Stack } from "../support/stack";

const OS_ARCH = `${process.platform}-${process.arch === "x64" ? "amd64" : process.arch}`;
const PLUGINS = (["kubernetes", "random"] as const).map((name) => ({ name, version: pluginVersion(CHECKOUT, name) }));
const archiveOf = ({ name, version }: (typeof PLUGINS)[number]) => `pulumi-resource-${name}-v${version}-${OS_ARCH}.tar.gz`;
/** The sandbox's stack's, with whose they are. */
const IMAGES = [
  ["docker.io/ingress-nginx/controller:v1.15.1", "ingress-nginx"],
  ["docker.io/kubesphere/ks-apiserver:v4.1.2", "ks-core"],
  ["docker.io/kubesphere/ks-console:v4.1.2", "ks-core"],
  ["docker.io/kubesphere/ks-controller-manager:v4.1.2", "ks-core"],
  ["docker.io/kubesphere/kubectl:v4.1.2", "ks-core"],
  ["docker.io/library/nginx:1.16.0", "demo"],
] as const;
const pathOf = (image: string) => image.replace("docker.io/", "");

const cache = resolve(
  process.env["KUBESPHERE_SANDBOX_HOME"] || join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "kubesphere-luban"),
);

let root: string;
let folder: string;
let env: NodeJS.ProcessEnv;
let stack: Stack;
let configBefore: string;
let craneFile: string;
let upstream: string;
let inside: string;
let plugins: Server;
/** What the server of plugins was asked for. */
const asked: string[] = [];
const processes: ChildProcess[] = [];

const crane = async (...args: string[]) => succeeded(await run(craneFile, args, { cwd: root })).trim();
const digest = (image: string) => crane("digest", image);
const configFile = () => env["PULUMI_OPTION_CONFIG_FILE"] as string;

interface Told {
  readonly charts: readonly { readonly name: string; readonly version: string }[];
  readonly images: readonly {
    readonly image: string;
    readonly digest: string;
    readonly neededBy: readonly string[];
    readonly from: string;
  }[];
  readonly plugins: readonly { readonly name: string; readonly version: string }[];
  readonly npm: readonly unknown[];
  readonly copies: readonly { readonly copied: readonly { readonly what: string; readonly state: string }[] }[];
  readonly configuration: readonly string[];
  readonly problems: readonly { readonly text: string }[];
}
async function mirror(...args: string[]): Promise<{ code: number | null; told: Told }> {
  const { code, stdout, stderr } = await run(process.execPath, ["cli/luban.mjs", "mirror", "--json", ...args], { env });
  if (!stdout.startsWith("{")) throw new Error(`exit code ${code}: ${stderr}`);
  return { code, told: JSON.parse(stdout) as Told };
}
const copiedIn = ({ copies }: Told) => copies.map(({ copied }) => copied.filter(({ state }) => state === "copied").map(({ what }) => what));

/** A registry in memory, and the process that serves it. */
async function serveRegistry(port: number): Promise<ChildProcess> {
  const served = spawn(craneFile, ["registry", "serve", "--address", `127.0.0.1:${port}`], { stdio: "ignore" });
  processes.push(served);
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/v2/`).then(
      ({ ok }) => ok,
      () => false,
    );
  expect(await waitUntil(answers, 20_000)).toBe(true);
  return served;
}

/** An image of one small layer; `index`: for two platforms. */
async function putImage(target: string, kind?: "index"): Promise<void> {
  await writeFile(join(root, "content"), target);
  succeeded(await run("tar", ["-cf", "layer.tar", "content"], { cwd: root }));
  await crane("append", "--oci-empty-base", "--new_layer", "layer.tar", "--new_tag", target);
  if (kind === undefined) return;
  const platforms = ["linux/amd64", "linux/arm64"].map((platform) => [platform, `${target}-${platform.replace("/", "-")}`] as const);
  for (const [platform, one] of platforms) await crane("mutate", "--set-platform", platform, "--tag", one, target);
  await crane("index", "append", ...platforms.flatMap(([, one]) => ["--manifest", one]), "--tag", target);
}

beforeAll(async () => {
  await freshSandbox();
  root = await mkdtemp(join(tmpdir(), "mirror-test-"));
  folder = join(root, "mirror");
  const { paths } = await getTools(sharedPaths({ checkout: CHECKOUT, cache, bundle: "" }), [craneTool]);
  craneFile = paths["crane"] ?? "";
  const ports = await freeNodePorts();
  [upstream, inside] = ports.map((port) => `127.0.0.1:${port}`) as [string, string];
  await Promise.all(ports.map(serveRegistry));
  for (const [image] of IMAGES) await putImage(`${upstream}/${pathOf(image)}`, image.includes("nginx:1") ? "index" : undefined);

  await mkdir(join(root, "plugins"));
  for (const plugin of PLUGINS) {
    const file = `pulumi-resource-${plugin.name}`;
    await writeFile(join(root, file), "#!/bin/sh\n", { mode: 0o755 });
    succeeded(await run("tar", ["-czf", join(root, "plugins", archiveOf(plugin)), file], { cwd: root }));
  }
  plugins = createServer((request, response) => {
    asked.push(request.url ?? "");
    readFile(join(root, "plugins", request.url ?? "")).then(
      (data) => response.end(data),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((done) => plugins.listen(0, "127.0.0.1", done));
  const { port } = plugins.address() as AddressInfo;
  const overrides = `^https://get.pulumi.com=http://127.0.0.1:${port}`;
  env = { ...(await environment()), PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES: overrides };
  stack = stackOf(env);
  configBefore = await readFile(configFile(), "utf8");
});
afterAll(async () => {
  for (const it of processes) it.kill();
  plugins.close();
  await rm(root, { recursive: true });
});

test("what the stack needs is listed with the digests that the registry has; no cluster is asked", async () => {
  await stack.setConfig("cluster.kubeconfig", "/nowhere");
  const { code, told } = await mirror("--from", `docker.io=${upstream}`);
  await writeFile(configFile(), configBefore);
  expect(told.problems).toEqual([]);
  expect(code).toBe(0);
  expect(told.charts.map(({ name, version }) => `${name} ${version}`)).toEqual(["ingress-nginx 4.15.1", "ks-core 1.1.3", "demo 0.1.0"]);
  const digests = await Promise.all(IMAGES.map(([image]) => digest(`${upstream}/${pathOf(image)}`)));
  expect(told.images).toEqual(
    IMAGES.map(([image, user], index) => ({
      ...{ image, neededBy: [user], from: `${upstream}/${pathOf(image)}`, digest: digests[index] },
    })),
  );
  expect(told.plugins.map(({ name, version }) => ({ name, version }))).toEqual(PLUGINS);
  expect(told.npm.length).toBeGreaterThan(500);
  expect(told.copies).toEqual([]);
});

test("all of it is copied, an image for all its platforms under its own digest; again, nothing is", async () => {
  const copy = () => mirror("--from", `docker.io=${upstream}`, "--to", folder, "--registry", inside);
  const { code, told } = await copy();
  expect({ code, problems: told.problems }).toEqual({ code: 0, problems: [] });
  const images = IMAGES.map(([image]) => `image ${image}`);
  const rest = [
    ...["ingress-nginx 4.15.1", "ks-core 1.1.3", "demo 0.1.0"].map((it) => `chart ${it}`),
    ...PLUGINS.map(({ name, version }) => `plugin ${name} ${version}`),
  ];
  expect(copiedIn(told)).toEqual([[...rest, ...images, `${told.npm.length} npm packages`], images]);
  for (const { image, digest: listed } of told.images) expect(await digest(`${inside}/${pathOf(image)}`)).toBe(listed);
  expect(JSON.parse(await crane("manifest", `${inside}/library/nginx:1.16.0`))).toMatchObject({
    manifests: [{ platform: { architecture: "amd64" } }, { platform: { architecture: "arm64" } }],
  });
  expect((await readdir(folder)).sort()).toEqual(["charts", "images", "mirror.json", "npm", "plugins"]);

  asked.length = 0;
  expect(copiedIn((await copy()).told)).toEqual([[], []]);
  expect(asked).toEqual([]);
});

test("what is damaged is told, and copied anew; what cannot be had is named, and the rest is there", async () => {
  const { images } = JSON.parse(await readFile(join(folder, "mirror.json"), "utf8")) as { images: { image: string; folder: string }[] };
  const damaged = images.find(({ image }) => image.includes("ks-apiserver"))?.folder ?? "";
  const blobs = join(folder, damaged, "blobs/sha256");
  const [blob = ""] = await readdir(blobs);
  await writeFile(join(blobs, blob), "damaged");
  await rm(join(folder, "charts/demo-0.1.0.tgz"));
  const verified = await mirror("--folder", folder);
  expect({ code: verified.code, problems: verified.told.problems.map(({ text }) => text) }).toEqual({
    code: 1,
    problems: ["charts/demo-0.1.0.tgz", damaged].map((path) => `${join(folder, path)} is damaged or gone`),
  });

  const { code, told } = await mirror("--from", `docker.io=${upstream}`, "--to", folder, "--image", "library/none:v1");
  expect(copiedIn(told)).toEqual([["chart demo 0.1.0", "image docker.io/kubesphere/ks-apiserver:v4.1.2"]]);
  expect({ code, problems: told.problems }).toEqual({
    code: 1,
    problems: [
      {
        ...{ kind: "image", name: "docker.io/library/none:v1", mend: expect.stringContaining("--from REGISTRY=REGISTRY") as string },
        text: expect.stringMatching(
          `^the image docker.io/library/none:v1, for --image, cannot be had from ${upstream}/library/none:v1: .*(MANIFEST|NAME)_UNKNOWN`,
        ) as string,
      },
    ],
  });
  expect((await mirror("--folder", folder)).code).toBe(0);
});

describe("on the other side, where nothing else can be reached", () => {
  beforeAll(() => processes[0]?.kill());

  test("the folder alone fills a registry, and every image that the configured stack makes nodes pull is found in it", async () => {
    const registry = `${inside}/from/disk`;
    const { code, told } = await mirror("--folder", folder, "--registry", registry);
    expect({ code, copied: copiedIn(told) }).toEqual({ code: 0, copied: [IMAGES.map(([image]) => `image ${image}`)] });
    await stack.setConfig("ksCore.imageRegistry", registry);
    // What a mirror in containerd's configuration does for charts that can name no other registry.
    const listed = await mirror("--from", `docker.io=${registry}`);
    expect({ code: listed.code, problems: listed.told.problems }).toEqual({ code: 0, problems: [] });
    expect(listed.told.images.map(({ from }) => from).sort()).toEqual(IMAGES.map(([image]) => `${registry}/${pathOf(image)}`));
    await writeFile(configFile(), configBefore);
  });

  test("the program takes the copied charts for what they are copies of", async () => {
    const inputs = async () => new Map((await stack.steps()).map((step) => [nameOf(step), step.newState?.inputs]));
    const before = await inputs();
    const copied = (name: string) => join(folder, "charts", name);
    await stack.setConfig("ksCore.chart", copied("ks-core-1.1.3.tgz"));
    await stack.setConfig("extensions[0].source", copied("demo-0.1.0.tgz"));
    const after = await inputs();
    await writeFile(configFile(), configBefore);
    // The path alone: the digests of their content, and the extension to the byte, are the same.
    const release = before.get("ks-core-release");
    expect(after.get("ks-core-release")).toEqual({ ...release, chart: copied("ks-core-1.1.3.tgz") });
    const others = (all: typeof before) => [...all].filter(([name]) => !name.startsWith("ks-core"));
    expect(Object.fromEntries(others(after))).toEqual(Object.fromEntries(others(before)));
    expect(before.get("demo-plan")).toBeDefined();
  });

  test("Pulumi installs the plugins from the files, and from a server of them", async () => {
    const home = { ...env, PULUMI_HOME: join(root, "pulumi"), PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES: "" };
    const [kubernetes, random] = PLUGINS as unknown as [(typeof PLUGINS)[number], (typeof PLUGINS)[number]];
    const install = (plugin: (typeof PLUGINS)[number], with_: NodeJS.ProcessEnv, ...args: string[]) =>
      run("pulumi", ["plugin", "install", "resource", plugin.name, plugin.version, ...args], { env: with_ });
    succeeded(await install(kubernetes, home, "--file", join(folder, "plugins", archiveOf(kubernetes))));
    const { port } = plugins.address() as AddressInfo;
    asked.length = 0;
    succeeded(await install(random, { ...home, PULUMI_PLUGIN_DOWNLOAD_URL_OVERRIDES: `.*=http://127.0.0.1:${port}` }));
    expect(asked).toEqual([`/${archiveOf(random)}`]);
    const listed = JSON.parse(succeeded(await run("pulumi", ["plugin", "ls", "--json"], { env: home }))) as {
      name: string;
      version: string;
    }[];
    expect(listed.map(({ name, version }) => ({ name, version })).sort((a, b) => (a.name < b.name ? -1 : 1))).toEqual(PLUGINS);
  });

  test("npm installs the project from the cache, without a registry", async () => {
    const checkout = join(root, "checkout");
    for (const file of ["package.json", "package-lock.json", ".npmrc", "sandbox/package.json"])
      await cp(join(CHECKOUT, file), join(checkout, file));
    const args = ["ci", "--offline", "--ignore-scripts", "--prefix", checkout, "--cache", join(folder, "npm")];
    succeeded(await run("npm", args, { cwd: checkout }));
    expect((await readdir(join(checkout, "node_modules/@pulumi"))).sort()).toEqual(["kubernetes", "policy", "pulumi", "random"]);
  });
});

describe("from a registry and a repository that ask for a login", () => {
  const LOGIN = { username: "reader", password: `reads-${randomBytes(12).toString("hex")}` };
  let servers: Readonly<Record<"registry" | "files", LoginServer>>;

  beforeAll(async () => {
    const charts = join(folder, "charts");
    const { paths } = await getTools(sharedPaths({ checkout: CHECKOUT, cache, bundle: "" }), [
      tools.find(({ name }) => name === "helm") as Tool,
    ]);
    succeeded(await run(paths["helm"] ?? "", ["push", join(charts, "ks-core-1.1.3.tgz"), `oci://${inside}/charts`, "--plain-http"]));
    const file = (name: string) => readFile(join(charts, name));
    const index =
      "apiVersion: v1\nentries:\n  ingress-nginx:\n    - { name: ingress-nginx, version: 4.15.1, urls: [ingress-nginx-4.15.1.tgz] }\n";
    servers = {
      registry: await loginServer({ ...LOGIN, challenge: "Bearer", holds: Number(inside.split(":")[1]) }),
      files: await loginServer({
        ...LOGIN,
        holds: {
          "/charts/index.yaml": index,
          "/charts/ingress-nginx-4.15.1.tgz": await file("ingress-nginx-4.15.1.tgz"),
          "/charts/demo-0.1.0.tgz": await file("demo-0.1.0.tgz"),
        },
      }),
    };
    const { registry, files } = servers;
    const access = { username: LOGIN.username, caBundle: files.certificate };
    await stack.configure({
      ksCore: { chart: `oci://${registry.host}/charts/ks-core`, version: "1.1.3", ...access, caBundle: registry.certificate },
      ingress: { controller: "ingress-nginx", chart: "ingress-nginx", repository: `${files.origin}/charts`, version: "4.15.1", ...access },
      extensions: [{ chartURL: `${files.origin}/charts/demo-0.1.0.tgz`, ...access }],
    });
    for (const key of ["ksCore", "ingress", "extensions[0]"]) await stack.setSecret(`${key}.password`, LOGIN.password);
  });
  afterAll(() => Promise.all(Object.values(servers).map((server) => server.close())));

  test("a login that a registry does not take ends a run in its midst, with a provider's word that names no reason", async () => {
    await stack.setSecret("ksCore.password", "of-yesterday");
    const { code, stdout, stderr } = await stack.up();
    expect(code).not.toBe(0);
    expect(stdout + stderr).toContain(
      `kubesphere:ksCore.password: "[not shown]" is not allowed; allowed: a login that may read oci://${servers.registry.host}/charts/ks-core; the server answered 401`,
    );
    expect(findSecrets({ said: stdout + stderr }, { password: "of-yesterday" })).toEqual([]);
    expect(await stack.names("/api/v1/namespaces")).not.toContain("kubesphere-system");
    await stack.setSecret("ksCore.password", LOGIN.password);
  });

  test("a platform cannot be deployed of them, or its state and its words have the password", async () => {
    const { stdout, stderr, code } = await stack.up();
    expect({ code, said: code === 0 ? "" : stdout + stderr }).toEqual({ code: 0, said: "" });
    expect(await stack.preview()).toEqual([]);
    const plan = await stack.get<KubeObject>("/apis/kubesphere.io/v1alpha1/installplans/demo");
    expect(plan?.status?.["state"]).toBe("Installed");
    const version = await stack.get<KubeObject>("/apis/kubesphere.io/v1alpha1/extensionversions/demo-0.1.0");
    // KubeSphere's Job has no login: it gets the package from the cluster.
    expect(version?.spec).toMatchObject({ chartDataRef: { name: expect.any(String) as string } });
    expect(version?.spec["chartURL"]).toBeUndefined();
    expect(
      findSecrets(
        { state: await stack.state(), said: stdout + stderr, config: await readFile(configFile(), "utf8") },
        { password: LOGIN.password },
      ),
    ).toEqual([]);
  });

  test("a reviewer's report of a change is without what Helm would make of a chart behind a login", async () => {
    const before = await readFile(configFile(), "utf8");
    await stack.setConfig("ingress.values.controller.replicaCount", "2");
    const { stdout, stderr } = await run(process.execPath, ["cli/luban.mjs", "preview"], { env });
    await writeFile(configFile(), before);
    expect(stdout).not.toContain("cannot be had");
    expect(stdout).toMatch(/replicas.*2/);
    expect(findSecrets({ said: stdout + stderr }, { password: LOGIN.password })).toEqual([]);
  });

  test("a stack that is told to use the copies goes on asking for the originals, or changes more than where its charts are", async () => {
    const { code, told } = await mirror("--from", `docker.io=${inside}/from/disk`, "--to", folder, "--configure");
    expect({ code, problems: told.problems }).toEqual({ code: 0, problems: [] });
    const written = load(await readFile(configFile(), "utf8")) as { config: Record<string, object> };
    const copy = (name: string) => expect.stringMatching(new RegExp(`^\\.\\./.*/mirror/charts/${name}\\.tgz$`)) as string;
    expect(written.config["kubesphere:ksCore"]).toEqual({ chart: copy("ks-core-1.1.3"), version: "1.1.3" });
    expect(written.config["kubesphere:ingress"]).toEqual({
      controller: "ingress-nginx",
      chart: copy("ingress-nginx-4.15.1"),
      version: "4.15.1",
    });
    expect(written.config["kubesphere:extensions"]).toEqual([{ source: copy("demo-0.1.0") }]);
    const asked = () => Object.values(servers).map(({ answered }) => answered.length);
    const before = asked();
    const changed = ["ingress-nginx", "ks-core"].flatMap((it) => [`update ${it}`, `update ${it}-release chart description repositoryOpts`]);
    expect(await stack.preview()).toEqual(changed);
    expect(asked()).toEqual(before);
    await writeFile(configFile(), configBefore);
  });
});

test.each([
  [["--folder", "a", "--to", "b"], "--to says nothing beside --folder\n"],
  [["--registry", "https://registry.example.com"], "--registry https://registry.example.com: write it without https://"],
  [["--platform", "linux/mips"], "--platform linux/mips: use linux or darwin, and amd64 or arm64\n"],
  [["--from", "docker.io"], "--from docker.io: write REGISTRY=REGISTRY"],
])("a wrong command line is told before anything is asked: %p", async (args, said) => {
  const { code, stdout, stderr } = await run(process.execPath, ["cli/luban.mjs", "mirror", ...args], { env });
  expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  expect(stderr).toContain(said);
});
