/** A pull request that would switch off its own judge: the policy and the program of the base see its data, and none of its code runs. */
import { appendFile, cp, mkdir, readFile, symlink, writeFile } from "fs/promises";
import { existsSync } from "fs";
import { join } from "path";
import { dump, load } from "js-yaml";
import { temporaryFolders } from "../support/charts";
import { CHECKOUT, environment, freshSandbox, run } from "../support/sandbox";

type Config = Record<string, unknown>;
interface Verdict {
  readonly ok: boolean;
  readonly violations: readonly { readonly rule: string }[];
  readonly allowed: readonly { readonly rule: string; readonly isNew: boolean }[];
  readonly unchecked: readonly string[];
  readonly changed: { readonly program: readonly string[]; readonly judge: readonly string[]; readonly kept: readonly string[] };
}

const folder = temporaryFolders();
let env: NodeJS.ProcessEnv;
let stackFile: { config: Config };
/** The branch that a pull request is for. */
let base: string;

beforeAll(async () => {
  await freshSandbox();
  env = await environment();
  stackFile = load(await readFile(env["PULUMI_OPTION_CONFIG_FILE"] as string, "utf8")) as { config: Config };
  base = await checkoutWith({ sandbox: {} });
  await symlink(join(CHECKOUT, "node_modules"), join(base, "node_modules"));
});

const PLACES = [
  "Pulumi.yaml",
  "index.ts",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
  "components",
  "settings",
  "kubesphere",
  "extensions",
];

/** A checkout as it is fetched, with stack files of its own. @param stacks by name the configuration that it has beside the sandbox's own */
async function checkoutWith(stacks: Readonly<Record<string, Config>>, more: object = {}): Promise<string> {
  const dir = join(await folder({}), "checkout");
  for (const name of [...PLACES, "policy", "cli", "sandbox", ".github"])
    await cp(join(CHECKOUT, name), join(dir, name), { recursive: true, filter: (source) => !source.endsWith("node_modules") });
  for (const [stack, config] of Object.entries(stacks))
    await writeFile(join(dir, `Pulumi.${stack}.yaml`), dump({ ...stackFile, config: { ...stackFile.config, ...config }, ...more }));
  return dir;
}

const pullRequest = (config: Config, more?: object) => checkoutWith({ sandbox: config }, more);

async function judged(dir: string, ...args: readonly string[]) {
  const command = [join(base, "cli/luban.mjs"), "policy", "--stack", "sandbox", "--checkout", dir, "--json", ...args];
  const { code, stdout, stderr } = await run(process.execPath, command, { env });
  if (stdout === "") throw new Error(stderr);
  return { code, verdict: JSON.parse(stdout) as Verdict };
}

const EXTENSION = { source: "./extensions/demo", install: { config: { demo: { securityContext: { privileged: true } } } } };
const EXTENSIONS = "kubesphere:extensions";

/** Leaves a file behind wherever code of it runs. */
async function hostile(dir: string): Promise<string> {
  const trace = join(dir, "..", "it-ran");
  const mark = `require("fs").writeFileSync(${JSON.stringify(trace)}, "");\n`;
  await writeFile(join(dir, "policy/rules.ts"), `export const rules = [];\nexport const DEFAULT_NODE_PORTS = [];\n${mark}`);
  await writeFile(join(dir, "index.ts"), `${mark}export = async () => ({});\n`);
  await appendFile(join(dir, "settings/config.ts"), mark);
  await appendFile(join(dir, "kubesphere/added.ts"), mark);
  await appendFile(join(dir, "cli/luban.mjs"), `import "node:fs";\n`);
  for (const name of ["zod", "js-yaml", "@pulumi/pulumi"]) {
    await mkdir(join(dir, "node_modules", name), { recursive: true });
    await writeFile(join(dir, "node_modules", name, "index.js"), mark);
  }
  const project = load(await readFile(join(dir, "Pulumi.yaml"), "utf8")) as object;
  await writeFile(join(dir, "Pulumi.yaml"), dump({ ...project, main: "./other.js" }));
  await writeFile(join(dir, "other.js"), mark);
  await writeFile(join(dir, ".npmrc"), "node-options=--require ./other.js\n");
  return trace;
}

test("a pull request that empties the rules and replaces the program is judged, and its reviewer told what to read", async () => {
  const dir = await pullRequest({ [EXTENSIONS]: [EXTENSION] });
  const trace = await hostile(dir);
  const { code, verdict } = await judged(dir);
  expect(verdict.violations.map(({ rule }) => rule)).toEqual(["privileged-container"]);
  expect({ code, unchecked: verdict.unchecked }).toEqual({ code: 3, unchecked: [] });
  expect(verdict.changed).toEqual({
    program: ["Pulumi.yaml", "index.ts", "kubesphere/added.ts", "settings/config.ts"],
    judge: ["cli/luban.mjs", "policy/rules.ts"],
    kept: [],
  });
  expect(existsSync(trace)).toBe(false);
});

test("its stack file and its extensions are its own: a chart that it adds is what is judged", async () => {
  const dir = await pullRequest({ [EXTENSIONS]: [{ source: "./extensions/demo" }] });
  const good = await judged(dir);
  expect(good).toMatchObject({ code: 0, verdict: { ok: true, violations: [], changed: { program: [], judge: [], kept: [] } } });
  const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: spy}\nspec: {hostPID: true, containers: [{name: spy, image: spy}]}\n";
  await writeFile(join(dir, "extensions/demo/templates/spy.yaml"), pod);
  const bad = await judged(dir);
  expect(bad).toMatchObject({ code: 3, verdict: { violations: [{ rule: "host-namespace" }] } });
});

test("an exception that it grants itself lets it pass, and is told as new", async () => {
  const allow = [{ rule: "privileged-container", reason: "It mounts what it stores." }];
  const { code, verdict } = await judged(await pullRequest({ [EXTENSIONS]: [{ ...EXTENSION, install: { ...EXTENSION.install, allow } }] }));
  expect({ code, violations: verdict.violations }).toEqual({ code: 0, violations: [] });
  expect(verdict.allowed).toMatchObject([{ ...allow[0], extension: "demo", isNew: true }]);
});

test("a stack in production is judged as one, although the pull request takes that out of its file", async () => {
  const file = join(base, "Pulumi.sandbox.yaml");
  const text = await readFile(file, "utf8");
  const inProduction = { ...stackFile, config: { ...stackFile.config, "kubesphere:production": true } };
  await writeFile(file, dump(inProduction));
  try {
    const { verdict } = await judged(await pullRequest({}));
    // What only production refuses: the login without a question, the password that everybody knows, a Pod that keeps its defaults.
    const told = verdict.violations.map(({ rule }) => rule);
    expect(told).toEqual(expect.arrayContaining(["unasked-grant", "default-administrator-password", "no-seccomp-profile"]));
  } finally {
    await writeFile(file, text);
  }
});

test("a kubeconfig that it names, and with it a command that logs in, is not used but told", async () => {
  const trace = join(await folder({}), "it-ran");
  const exec = { apiVersion: "client.authentication.k8s.io/v1", command: "touch", args: [trace], interactiveMode: "Never" };
  const kubeconfig = {
    ...{ apiVersion: "v1", kind: "Config", "current-context": "it", contexts: [{ name: "it", context: { cluster: "it", user: "it" } }] },
    ...{ clusters: [{ name: "it", cluster: { server: "https://127.0.0.1:1" } }], users: [{ name: "it", user: { exec } }] },
  };
  const cluster = { kubeconfig: JSON.stringify(kubeconfig) };
  const more = { environment: ["stolen"], secretsprovider: "awskms://alias/theirs" };
  const dir = await pullRequest({ "kubesphere:cluster": cluster, "kubesphere:config:cluster": cluster, "kubernetes:context": "it" }, more);
  const { code, verdict } = await judged(dir);
  expect({ code, kept: [...verdict.changed.kept].sort() }).toEqual({
    code: 0,
    kept: ["environment", "kubernetes:context", "kubesphere:cluster", "kubesphere:config:cluster", "secretsprovider"],
  });
  expect(existsSync(trace)).toBe(false);
});

test("its own program, where a reviewer trusts it to run, is held against the base's rules all the same", async () => {
  const dir = await pullRequest({ [EXTENSIONS]: [EXTENSION] });
  await symlink(join(CHECKOUT, "node_modules"), join(dir, "node_modules"));
  await writeFile(join(dir, "policy/rules.ts"), "export const rules = [];\nexport const DEFAULT_NODE_PORTS = [];\n");
  await appendFile(join(dir, "index.ts"), `require("fs").writeFileSync(${JSON.stringify(join(dir, "it-ran"))}, "");\n`);
  const { code, verdict } = await judged(dir, "--program");
  expect({ code, rules: verdict.violations.map(({ rule }) => rule) }).toEqual({ code: 3, rules: ["privileged-container"] });
  expect(verdict.changed).toEqual({ program: ["index.ts"], judge: ["policy/rules.ts"], kept: [] });
  expect(existsSync(join(dir, "it-ran"))).toBe(true);
});

test.each([
  [["--checkout", "."], "--checkout wants --stack"],
  [["--program", "--stack", "sandbox"], "--program wants --checkout"],
  [["--stack", "sandbox", "--checkout", "extensions"], "--checkout extensions is no checkout of this project: it has no Pulumi.yaml"],
  [["--stack", "other", "--checkout", "."], "--checkout . has no Pulumi.other.yaml"],
  [["--stack", "sandbox", "--checkout", "nowhere"], "--checkout nowhere cannot be read (ENOENT): name the folder of its Pulumi.yaml"],
])("%j is refused with what it lacks", async (args, said) => {
  // With the sandbox's settings no other stack is judged at all.
  const plain = { ...env, PULUMI_OPTION_CONFIG_FILE: undefined };
  const { code, stderr } = await run(process.execPath, ["cli/luban.mjs", "policy", ...args], { env: plain });
  expect(stderr).toContain(said);
  expect(code).toBe(args.includes("--stack") && args.includes("--checkout") ? 1 : 2);
});
