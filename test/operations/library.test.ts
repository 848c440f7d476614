/** The components as a package that a program of somebody else's installs and deploys with: the examples, as they are. */
import { cp, readFile, symlink, writeFile } from "fs/promises";
import { join } from "path";
import { dump, load } from "js-yaml";
import { temporaryFolders } from "../support/charts";
import { CHECKOUT, environment, freshSandbox, run, succeeded } from "../support/sandbox";
import { KUBESPHERE } from "../support/extensionStack";
import { pythonEnvironment, pythonSdk } from "../support/python";
import { nameOf, stackOf, type Stack, type Step } from "../support/stack";

jest.setTimeout(5 * 60_000);
const folder = temporaryFolders();
let stack: Stack;
let env: NodeJS.ProcessEnv;
let programs: string;

beforeAll(async () => {
  await freshSandbox(undefined, ["--member"]);
  const shell = await environment();
  stack = stackOf(shell);
  await stack.configure({ extensions: [], oauthClients: [] });
  const [, installed] = await Promise.all([stack.up().then(succeeded), withPackage()]);
  programs = installed;
  // A program of somebody else's has no settings of the sandbox's stack.
  env = { ...shell, PULUMI_OPTION_CONFIG_FILE: undefined };
});

/** What the examples depend on besides. */
const OTHERS = ["@pulumi/kubernetes", "@pulumi/pulumi", "@pulumi/random", "@types/node", "typescript"];
interface Manifest {
  readonly version: string;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly devDependencies: Readonly<Record<string, string>>;
}

/** @returns a folder whose programs find the package, its dependencies and no other module of the checkout */
async function withPackage(): Promise<string> {
  const root = await folder({});
  succeeded(await run(process.execPath, ["build.mjs", join(root, "dist")]));
  succeeded(await run("npm", ["pack", "./dist", "--silent"], { cwd: root }));
  const { version, dependencies, devDependencies } = JSON.parse(await readFile(join(CHECKOUT, "package.json"), "utf8")) as Manifest;
  const others = Object.entries({ ...dependencies, ...devDependencies }).filter(([name]) => OTHERS.includes(name));
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--ignore-scripts", "--silent"];
  succeeded(
    await run("npm", ["install", ...quiet, `./kubesphere-luban-${version}.tgz`, ...others.map((it) => it.join("@"))], { cwd: root }),
  );
  return root;
}

/** A copy of an example, with a stack of its own. */
async function example(name: string, shell = env) {
  const cwd = join(programs, name);
  await cp(join(CHECKOUT, "examples", name), cwd, { recursive: true });
  const pulumi = (...args: string[]) =>
    run("pulumi", [...args, "--stack", "example", "--non-interactive", "--color", "never"], { cwd, env: shell });
  succeeded(await pulumi("stack", "init"));
  return { cwd, pulumi };
}

test("what its messages say to type is no package of a stranger's that npx would fetch", async () => {
  const said = await readFile(join(programs, "node_modules/kubesphere-luban/kubesphere/luban.js"), "utf8");
  expect(said).toMatch(/exports\.LUBAN = "luban";/);
});

test("one extension on a KubeSphere that is there: the package of the components is of no use to anybody else's program", async () => {
  const { cwd, pulumi } = await example("extension");
  succeeded(await pulumi("up", "--yes", "--skip-preview"));
  expect(JSON.parse(succeeded(await pulumi("stack", "output", "--json")))).toEqual({ state: "Installed" });
  expect((await stack.get(`${KUBESPHERE}/installplans/shop`))?.status).toMatchObject({ state: "Installed", version: "1.0.0" });
  succeeded(await pulumi("preview", "--expect-no-changes"));

  // The platform of another program knows that it is none of its own.
  const { stdout } = await stack.pulumi("preview");
  expect(stdout).not.toContain("shop");

  const program = join(cwd, "index.ts");
  const written = await readFile(program, "utf8");
  await writeFile(program, written.replace('"./shop"', '"./shops"'));
  const refused = await pulumi("up", "--yes", "--skip-preview");
  expect([refused.code === 0, refused.stdout]).toEqual([
    false,
    expect.stringMatching(/error: shop\.source: \.\/shops: is missing; allowed: a chart folder or a packed chart \(\.tgz\)\./),
  ]);
  expect(refused.stdout).not.toMatch(/\n\s+at \S+ \(/);
  expect((await stack.get(`${KUBESPHERE}/installplans/shop`))?.status).toMatchObject({ state: "Installed" });

  await writeFile(program, written);
  succeeded(await pulumi("destroy", "--yes", "--skip-preview"));
  expect(await stack.get(`${KUBESPHERE}/installplans/shop`)).toBeUndefined();
});

test("member clusters, and an extension with an agent on one: a program of somebody else's has nothing that waits for the join", async () => {
  const { cwd, pulumi } = await example("members");
  // The one that the sandbox has stands for both of its file.
  const members = [{ name: "lyon", region: "eu", kubeconfig: env["KUBESPHERE_SANDBOX_MEMBER"] }];
  const settings = join(cwd, "Pulumi.example.yaml");
  const made = load(await readFile(settings, "utf8")) as object;
  await writeFile(settings, dump({ ...made, config: { "members:kubesphereVersion": "4.1.2", "members:members": members } }));
  succeeded(await pulumi("up", "--yes", "--skip-preview"));
  expect((await stack.get(`${KUBESPHERE}/installplans/probe`))?.status).toMatchObject({
    state: "Installed",
    clusterSchedulingStatuses: { lyon: { state: "Installed", version: "1.0.0" } },
  });
  succeeded(await pulumi("preview", "--expect-no-changes"));
  // The platform of another program leaves them alone.
  expect((await stack.pulumi("preview")).stdout).not.toContain("lyon");
  succeeded(await pulumi("destroy", "--yes", "--skip-preview"));
  expect(await stack.names("/apis/cluster.kubesphere.io/v1alpha1/clusters")).toEqual(["host"]);
});

test("an OAuth client for an application of one's own: its two sides part ways", async () => {
  const { pulumi } = await example("oauth-client");
  succeeded(await pulumi("up", "--yes", "--skip-preview"));
  const secret = async (path: string) => (await stack.get<{ data: Record<string, string> }>(path))?.data ?? {};
  const configuration = await secret("/api/v1/namespaces/kubesphere-system/secrets/oauthclient-wiki");
  const login = await secret("/api/v1/namespaces/default/secrets/wiki-login");
  const told = (text = "") => Buffer.from(text, "base64").toString();
  expect(told(configuration["configuration.yaml"])).toContain(`\nsecret: ${told(login["clientSecret"])}\n`);
  expect(told(login["clientSecret"])).toMatch(/^\w{32}$/);
  succeeded(await pulumi("preview", "--expect-no-changes"));
  succeeded(await pulumi("destroy", "--yes", "--skip-preview"));
});

test("`pulumi new` of this repository: its one answer, and a chart that can be had, are not enough for a preview", async () => {
  const [template, cwd] = [await folder({}), await folder({})];
  const files = succeeded(await run("git", ["ls-files", "-z"]))
    .split("\0")
    .slice(0, -1);
  await Promise.all(files.map((file) => cp(join(CHECKOUT, file), join(template, file))));
  const shell = { ...env, npm_config_prefer_offline: "true" };
  const pulumi = (...args: string[]) =>
    run("pulumi", [...args, "--stack", "dev", "--non-interactive", "--color", "never"], { cwd, env: shell });
  // As if all that it asks were answered by Enter, but for the project's name: keys are the program's, whatever a project is called.
  succeeded(await pulumi("new", template, "--name", "my-platform", "--yes"));
  const { config } = load(await readFile(join(cwd, "Pulumi.dev.yaml"), "utf8")) as { config: Record<string, unknown> };
  expect(config["kubesphere:access"]).toBe("192.168.50.208");
  const settings = {
    // This cluster has a platform of another stack already.
    "cluster.identifier": "kubesphere-sandbox",
    "ksCore.chart": join(CHECKOUT, "sandbox/charts/ks-core"),
    "ingress.chart": join(CHECKOUT, "sandbox/charts/traefik"),
  };
  for (const [path, value] of Object.entries(settings)) succeeded(await pulumi("config", "set", "--path", `kubesphere:${path}`, value));
  const { steps } = JSON.parse(succeeded(await pulumi("preview", "--json"))) as { steps: Step[] };
  expect(steps.map(nameOf)).toEqual(expect.arrayContaining(["ks-core-release", "traefik-release", "demo-plan"]));
});

test("a program in Python: what is not written in TypeScript has no components", async () => {
  const { dependencies } = JSON.parse(await readFile(join(CHECKOUT, "package.json"), "utf8")) as Manifest;
  const shell = await pythonEnvironment(env, await folder({}), dependencies["@pulumi/pulumi"] ?? "");
  const { cwd, pulumi } = await example("python", shell);
  await cp(join(CHECKOUT, "examples/extension/shop"), join(programs, "extension/shop"), { recursive: true });
  // As if npm had installed the package for this program alone.
  await symlink(join(programs, "node_modules"), join(cwd, "node_modules"));
  const plugin = join(cwd, "node_modules/kubesphere-luban/plugin/pulumi-resource-luban");
  await pythonSdk(succeeded(await run("pulumi", ["package", "get-schema", plugin], { cwd, env: shell })), cwd);
  succeeded(await pulumi("up", "--yes", "--skip-preview"));
  const { client_secret, ...outputs } = JSON.parse(succeeded(await pulumi("stack", "output", "--json"))) as Record<string, string>;
  expect([client_secret, outputs]).toEqual(["[secret]", { state: "Installed", client_id: "wiki" }]);
  expect((await stack.get(`${KUBESPHERE}/installplans/shop`))?.status).toMatchObject({ state: "Installed", version: "1.0.0" });
  succeeded(await pulumi("preview", "--expect-no-changes"));

  const program = join(cwd, "__main__.py");
  const written = await readFile(program, "utf8");
  await writeFile(program, written.replace("../extension/shop", "../extension/shops"));
  const refused = await pulumi("up", "--yes", "--skip-preview");
  expect([refused.code === 0, refused.stdout]).toEqual([
    false,
    expect.stringContaining("shop.source: ../extension/shops: is missing; allowed: a chart folder or a packed chart (.tgz)."),
  ]);
  expect((await stack.get(`${KUBESPHERE}/installplans/shop`))?.status).toMatchObject({ state: "Installed" });

  // A provider is made by the program, and its cluster asked by the plugin.
  const kubeconfig = JSON.stringify(env["KUBECONFIG"]);
  const provider = `cluster = pulumi.ProviderResource("kubernetes", "cluster", {"kubeconfig": ${kubeconfig}})\n`;
  const passed = written
    .replace("# A Helm", `${provider}$&`)
    .replaceAll(/(= luban\..*)\)$/gm, "$1, opts=pulumi.ResourceOptions(providers=[cluster]))");
  await writeFile(program, passed);
  const nowhere = { ...shell, KUBECONFIG: join(cwd, "nowhere") };
  succeeded(await run("pulumi", ["preview", "--stack", "example", "--non-interactive"], { cwd, env: nowhere }));

  await writeFile(program, written);
  succeeded(await pulumi("destroy", "--yes", "--skip-preview"));
});
