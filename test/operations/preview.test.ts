/** What a pull request's reviewer is told: the real engine's preview, and what the real Helm makes of it in a real API server. */
import { randomBytes } from "crypto";
import { appendFile, cp, readFile, rm, writeFile } from "fs/promises";
import { join } from "path";
import type { Report } from "../../cli/preview/model";
import { temporaryFolders } from "../support/charts";
import { api, environment, freshSandbox, type Ran, run, succeeded } from "../support/sandbox";
import { findSecrets } from "../support/secretScanner";
import { stackOf, type Stack } from "../support/stack";

/** A password that the chart does not keep to itself, in three forms, and what is another at every render. */
const CARELESS = `apiVersion: v1
kind: ConfigMap
metadata:
  name: careless
data:
  url: "https://user:{{ .Values.password }}@host"
  encoded: {{ printf "user:%s" .Values.password | b64enc }}
  random: {{ randAlphaNum 20 }}
  text: |
    greeting: {{ .Values.greeting }}
    token: {{ randAlphaNum 20 }}
---
apiVersion: v1
kind: Secret
metadata:
  name: careful
stringData:
  password: {{ .Values.password }}
`;

const folder = temporaryFolders();
const secrets = Object.fromEntries(["old", "new", "ksCore"].map((name) => [name, `${name}-${randomBytes(12).toString("hex")}`]));
let env: NodeJS.ProcessEnv;
let stack: Stack;
let source: string;

const preview = (...args: string[]): Promise<Ran> => run(process.execPath, ["cli/luban.mjs", "preview", ...args], { env });
const plant = async (path: string, secret = "") =>
  succeeded(await stack.pulumi("config", "set", "--secret", "--path", `kubesphere:${path}`, secret));
const CONFIG = "extensions[0].install.config.demo";
const values = () => join(source, "values.yaml");

beforeAll(async () => {
  await freshSandbox();
  env = await environment();
  stack = stackOf(env);
  source = join(await folder({}), "demo");
  await cp("extensions/demo", source, { recursive: true });
  await writeFile(join(source, "templates/careless.yaml"), CARELESS);
  await appendFile(values(), "greeting: hello\npassword: none\n");
  await stack.configure({ extensions: [{ source }], ingress: { controller: "none" } });
  await plant(`${CONFIG}.password`, secrets["old"]);
  succeeded(await stack.up());
});

test("nothing to do is told as such, with exit code 0", async () => {
  const { code, stdout } = await preview();
  expect(stdout).toMatch(/^preview of sandbox: nothing changes, \d+ unchanged\n$/);
  expect(code).toBe(0);
});

test("in the sandbox's shell no other stack is judged or deployed by the sandbox's settings, by our commands or by plain pulumi", async () => {
  const foreign = `stack mine: in this shell PULUMI_OPTION_CONFIG_FILE is ${env["PULUMI_OPTION_CONFIG_FILE"] ?? ""}, the settings of stack sandbox`;
  const project = await folder({ "Pulumi.yaml": "name: kubesphere\nruntime: nodejs\n" });
  const own = { ...env, PULUMI_OPTION_CONFIG_FILE: undefined, PULUMI_STACK: undefined };
  succeeded(await run("pulumi", ["stack", "init", "mine", "--cwd", project, "--non-interactive"], { env: own }));
  const ours = await preview("--stack", "mine");
  expect([ours.code, ours.stdout, ours.stderr]).toEqual([1, "", expect.stringContaining(foreign)]);
  const { code, stdout, stderr } = await stack.pulumi("up", "--yes", "--skip-preview", "--stack", "mine");
  expect(code).not.toBe(0);
  expect(stdout + stderr).toContain(foreign);
  succeeded(await run("pulumi", ["stack", "rm", "mine", "--yes", "--cwd", project, "--non-interactive"], { env: own }));
});

test("a changed file, value and configuration: the lines, objects and properties, no secret and nothing random; exit code 2", async () => {
  await writeFile(values(), (await readFile(values(), "utf8")).replace("greeting: hello", "greeting: welcome"));
  await appendFile(join(source, "templates/service.yaml"), "# the end\n");
  succeeded(await stack.pulumi("config", "set", "--path", `kubesphere:${CONFIG}.replicaCount`, "2"));
  await plant(`${CONFIG}.password`, secrets["new"]);
  await plant("ksCore.values.storage.secretKey", secrets["ksCore"]);
  succeeded(await stack.pulumi("config", "set", "--path", "kubesphere:ksCore.values.authentication.loginHistoryRetentionPeriod", "24h"));

  const { code, stdout, stderr } = await preview("--json");
  expect(stderr).not.toContain("rror");
  const { packages, releases, resources, counts } = JSON.parse(stdout) as Report;
  expect(packages).toEqual([
    {
      extension: "demo",
      from: "0.1.0",
      version: "0.1.0",
      files: [
        { path: "charts/demo/templates/service.yaml", change: "changed", diff: expect.arrayContaining(["+# the end"]) as unknown },
        {
          path: "charts/demo/values.yaml",
          change: "changed",
          diff: expect.arrayContaining(["-greeting: hello", "+greeting: welcome"]) as unknown,
        },
      ],
    },
  ]);
  const configMap = releases[1]?.objects.find(({ name }) => name === "careless");
  expect(releases).toEqual([
    {
      release: "ks-core",
      namespace: "kubesphere-system",
      objects: [
        {
          ...{ apiVersion: "v1", kind: "ConfigMap", namespace: "kubesphere-system", name: "kubesphere-config", change: "changed" },
          changes: [
            {
              path: 'data["kubesphere.yaml"]',
              before: expect.stringContaining("loginHistoryRetentionPeriod: 168h\n") as unknown,
              after: expect.stringContaining("loginHistoryRetentionPeriod: 24h\n") as unknown,
            },
          ],
        },
      ],
    },
    {
      release: "demo",
      namespace: "extension-demo",
      extension: "demo",
      objects: expect.arrayContaining([
        {
          ...{ apiVersion: "v1", kind: "Secret", name: "careful", change: "changed" },
          changes: [{ path: "stringData.password", before: "[secret]", after: "[secret]" }],
        },
        {
          ...{ apiVersion: "apps/v1", kind: "Deployment", name: "demo", change: "changed" },
          changes: [{ path: "spec.replicas", before: 1, after: 2 }],
        },
        configMap,
      ]) as unknown,
    },
  ]);
  expect(releases[1]?.objects).toHaveLength(3);
  expect(Object.fromEntries((configMap?.changes ?? []).map(({ path, after }) => [path, after]))).toEqual({
    "data.url": "https://[secret]@host",
    "data.encoded": expect.stringContaining("[secret]") as unknown,
    "data.text": "greeting: welcome\n(made anew at every render)\n",
  });
  expect(resources.map(({ operation, name }) => `${operation} ${name}`)).toEqual([
    "update kubesphere-demo",
    "update kubesphere-demo-0.1.0-chart",
    "update kubesphere-demo-plan",
    "update kubesphere-ks-core",
    "update kubesphere-ks-core-release",
  ]);
  expect([code, counts.update]).toEqual([2, 5]);
  expect(findSecrets({ stdout, stderr }, secrets)).toEqual([]);
});

test("a chart shows what its executor may look up, and no other secret of the cluster", async () => {
  const stolen = randomBytes(12).toString("hex");
  const secretsOfSystem = "/api/v1/namespaces/kubesphere-system/secrets";
  await api(env, "POST", secretsOfSystem, { metadata: { name: "stolen" }, stringData: { password: stolen } });
  const file = join(source, "templates/careless.yaml");
  const lookedUp = async (template: string) => {
    await writeFile(file, CARELESS.replace("data:\n", `data:\n  found: '${template}'\n`));
    const { stdout } = await preview("--json");
    const demo = (JSON.parse(stdout) as Report).releases.find(({ release }) => release === "demo");
    const careless = JSON.stringify(demo?.objects.find(({ name }) => name === "careless"));
    return { stdout, problem: demo?.problem, found: /(?:service|secret) \w*/.exec(careless)?.[0] ?? careless };
  };
  const own = await lookedUp('service {{ with lookup "v1" "Service" .Release.Namespace "demo" }}{{ .metadata.name }}{{ end }}');
  expect(own).toMatchObject({ problem: undefined, found: "service demo" });
  const theirs = await lookedUp(
    'secret {{ with lookup "v1" "Secret" "kubesphere-system" "stolen" }}{{ .data.password | b64dec }}{{ end }}',
  );
  expect(theirs).toMatchObject({ problem: undefined, found: "secret " });
  expect(theirs.stdout).not.toContain(stolen);
  await writeFile(file, CARELESS);
  await api(env, "DELETE", `${secretsOfSystem}/stolen`);
});

test("a removal is loud, with what it takes out of the cluster; exit code 3", async () => {
  await rm(join(source, "templates/careless.yaml"));
  await stack.configure({ oauthClients: [] });
  const { code, stdout, stderr } = await preview("--markdown");
  expect(stdout).toContain("> **deleted: kubesphere-oauth-test, kubesphere-oauth-test-config, kubesphere-oauth-test-secret**");
  expect(stdout).toContain("- removed <code>charts/demo/templates/careless.yaml</code>");
  expect(stdout).toMatch(/\| \*\*deleted\*\* \| ConfigMap careless \| {2}\|/);
  expect(code).toBe(3);
  expect(findSecrets({ stdout, stderr }, secrets)).toEqual([]);
});

test("a release that does not render says so, and the rest of the report stands", async () => {
  await writeFile(join(source, "templates/broken.yaml"), '{{ if .Release.IsUpgrade }}{{ fail "not like this" }}{{ end }}\n');
  const { code, stdout } = await preview("--json");
  const { releases, packages } = JSON.parse(stdout) as Report;
  expect(releases.map(({ release, problem, objects }) => [release, problem?.includes("not like this") ?? false, objects.length])).toEqual([
    ["ks-core", false, 1],
    ["demo", true, 0],
  ]);
  expect(packages[0]?.files.map(({ path }) => path)).toContain("charts/demo/templates/broken.yaml");
  expect(code).toBe(3);
});

test("a wrong command line is no change: exit code 1", async () => {
  expect(await preview("--what")).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("npx luban preview [--stack STACK]") as unknown,
  });
});
