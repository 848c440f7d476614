/** Bad input on the real engine: one line, an exit code, and nothing half made. The table of the configuration's own mistakes is a unit test. */
import { randomBytes } from "crypto";
import { existsSync } from "fs";
import { cp, lstat, mkdir, mkdtemp, readdir, readFile, realpath, rm, writeFile } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { dump, load } from "js-yaml";
import { until } from "../support/until";
import { kubeconfigWith, serviceAccount } from "../support/serviceAccount";
import { api, environment, freshSandbox, read, run, succeeded } from "../support/sandbox";

type Config = Record<string, unknown>;

let env: NodeJS.ProcessEnv;
let folder: string;
let kubeconfig: Record<string, unknown>;

beforeAll(async () => {
  await freshSandbox();
  env = await environment();
  folder = await mkdtemp(join(tmpdir(), "bad-input-"));
  kubeconfig = load(await readFile(env["KUBECONFIG"] as string, "utf8")) as Record<string, unknown>;
});
afterAll(() => rm(folder, { recursive: true }));

/** Runs `pulumi up` with the sandbox's configuration, changed; gives what it said, once it has been refused with nothing made. */
async function refusalOf(change: Config, environmentChange: NodeJS.ProcessEnv = {}): Promise<string> {
  const { config, ...rest } = load(await readFile(env["PULUMI_OPTION_CONFIG_FILE"] as string, "utf8")) as { config: Config };
  const merged = Object.entries({ ...config, ...change }).filter(([, value]) => value !== undefined);
  const file = join(folder, "Pulumi.sandbox.yaml");
  await writeFile(file, dump({ ...rest, config: Object.fromEntries(merged) }));
  const ran = await run("pulumi", ["up", "--yes", "--skip-preview", "--non-interactive", "--color", "never", "--config-file", file], {
    env: { ...env, ...environmentChange },
  });
  expect(ran.code).not.toBe(0);
  const state = JSON.parse(succeeded(await run("pulumi", ["stack", "export"], { env }))) as {
    deployment: { resources?: { type: string }[] };
  };
  // The provider renders what is judged last; it is an entry of the state and nothing in the cluster.
  const nothing = ["pulumi:pulumi:Stack", "pulumi:providers:kubernetes"];
  expect((state.deployment.resources ?? []).filter(({ type }) => !nothing.includes(type))).toEqual([]);
  return ran.stdout + ran.stderr;
}

/** The next one to build there would be refused, too. */
const gone = (path: string) => until(async () => (await read(path, env)) === undefined, 60_000);

const savedKubeconfig = async (change: (config: { clusters: { cluster: Config }[]; users: { user: Config }[] }) => void) => {
  const copy = JSON.parse(JSON.stringify(kubeconfig)) as Parameters<typeof change>[0];
  change(copy);
  const file = join(folder, "kubeconfig");
  await writeFile(file, dump(copy));
  return file;
};

test("a stack without configuration is told where to begin", async () => {
  const none = Object.fromEntries(
    ["access", "ports", "cluster", "ingress", "ksCore", "extensions", "oauthClients"].map((key) => [`kubesphere:${key}`, undefined]),
  );
  expect(await refusalOf(none)).toContain("kubesphere:access: {} is not allowed; allowed: exactly one of nodeIP");
});

test("a misspelt key is not silently ignored", async () => {
  expect(await refusalOf({ "kubesphere:extension": [] })).toContain("kubesphere:extension: there is no such key; allowed: ");
});

test("a chart that is missing, or is no archive, is told by the key that named it", async () => {
  expect(await refusalOf({ "kubesphere:ksCore": { chart: "./no-such-chart" } })).toContain(
    'kubesphere:ksCore.chart: "./no-such-chart" is not allowed',
  );
  const page = join(folder, "page.tgz");
  await writeFile(page, "<!doctype html>");
  expect(await refusalOf({ "kubesphere:ksCore": { chart: page } })).toContain("page.tgz");
});

test("an extension that KubeSphere's kustomize would refuse is refused before anything is made, with template and line", async () => {
  const source = join(folder, "twice");
  await cp("extensions/demo", source, { recursive: true });
  await writeFile(
    join(source, "templates", "twice.yaml"),
    "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\ndata:\n  a: b\n  a: c\n",
  );
  expect(await refusalOf({ "kubesphere:extensions": [{ source, install: {} }] })).toContain(
    "charts/demo/templates/twice.yaml: line 6 of what Helm renders of it: the key a stands there twice",
  );
});

test("an extension larger than a ConfigMap is told with the way out, before the API server refuses it", async () => {
  const source = join(folder, "demo");
  await cp("extensions/demo", source, { recursive: true });
  await writeFile(join(source, "model.bin"), randomBytes(2 * 1024 * 1024));
  const said = await refusalOf({ "kubesphere:extensions": [{ source }] });
  expect(said).toContain(`kubesphere:extensions[0].source: ${source}`);
  expect(said).toContain("chartURL");
});

test("an unreachable cluster is told at once", async () => {
  const file = await savedKubeconfig(({ clusters }) => {
    for (const { cluster } of clusters) cluster["server"] = "https://127.0.0.1:1";
  });
  expect(await refusalOf({ "kubesphere:cluster": { kubeconfig: file } })).toMatch(
    /kubesphere:cluster\.kubeconfig: .*127\.0\.0\.1:1.*a cluster that answers/,
  );
});

test("a volume without its storage class is told before anything waits for it", async () => {
  const said = await refusalOf({
    "kubesphere:extensions": [{ source: "./extensions/demo", install: { storageClass: "fast" } }],
    "kubesphere:ksCore": {
      chart: "./sandbox/charts/ks-core",
      values: { redisHA: { enabled: true, persistentVolume: { storageClass: "slow" } } },
    },
  });
  expect(said).toContain(
    'kubesphere:extensions[0].install.storageClass: "fast" is not allowed; allowed: sandbox (the default). Name one of these, or make this one first.',
  );
  expect(said).toContain(
    'kubesphere:ksCore.values.redisHA.persistentVolume.storageClass: "slow" is not allowed; allowed: sandbox (the default).',
  );
});

test("a tag that the values pin would leave old images under a newer chart, and an upgrade is told as done", async () => {
  const said = await refusalOf({
    "kubesphere:extensions": [{ source: "./extensions/demo", install: { storageClass: "fast" } }],
    "kubesphere:ksCore": { chart: "./sandbox/charts/ks-core", values: { global: { tag: "v4.1.1" } } },
  });
  expect(said).toContain('kubesphere:ksCore.values.global.tag: "v4.1.1" is a risk; better: v4.1.2, the chart\'s appVersion. ');
});

test("a production stack has a client's secret in clear beside an encrypted one, and a Harbor with the password of its chart", async () => {
  const client = (name: string, secret: unknown) => ({ name, secret, redirectURIs: ["https://app.example.com/cb"] });
  const [inClear, hidden] = ["in-clear-for-everybody", "hidden-from-everybody"];
  const file = join(folder, "Pulumi.sandbox.yaml");
  await cp(env["PULUMI_OPTION_CONFIG_FILE"] as string, file);
  const set = ["config", "set", "--secret", "--path", "kubesphere:oauthClients[0].secret", "--config-file", file, "--non-interactive"];
  succeeded(await run("pulumi", set, { env, input: hidden }));
  const { config } = load(await readFile(file, "utf8")) as { config: { "kubesphere:oauthClients": { secret: object }[] } };
  const said = await refusalOf(
    {
      "kubesphere:production": true,
      "kubesphere:oauthClients": [client("a", config["kubesphere:oauthClients"][0]?.secret), client("b", inClear)],
      "kubesphere:harbor": { externalURL: "https://harbor.example.com", values: { secretKey: "not-a-secure-key" } },
    },
    { PULUMI_OPTION_CONFIG_FILE: file },
  );
  expect(said).toContain(
    'kubesphere:oauthClients[1].secret: "[not shown]" is not allowed; allowed: a Pulumi secret, as `production` is true.',
  );
  expect(said).toContain(
    "kubesphere:harbor.values.harborAdminPassword: is missing; allowed: a password of your own, as `production` is true.",
  );
  expect(said).toContain('kubesphere:harbor.values.secretKey: "[not shown]" is not allowed; allowed: 16 characters of your own,');
  expect(said).not.toContain("oauthClients[0].secret");
  for (const secret of [inClear, hidden, "not-a-secure-key"]) expect(said).not.toContain(secret);
});

test("a context that the kubeconfig lacks is told with those that it has", async () => {
  const said = await refusalOf({ "kubesphere:cluster": { kubeconfig: env["KUBECONFIG"], context: "prod" } });
  expect(said).toContain(`kubesphere:cluster.context: "prod" is not allowed; allowed: ${kubeconfig["current-context"] as string}.`);
});

describe("a user who may not do what KubeSphere needs is told so, not half-way", () => {
  let token: string;
  let remove: () => Promise<void>;
  beforeAll(async () => void ({ token, remove } = await serviceAccount(env, "reader")));
  afterAll(() => remove());

  async function refusalOfUser(user: Config): Promise<string> {
    const file = join(folder, "kubeconfig");
    await writeFile(file, await kubeconfigWith(env, user));
    return refusalOf({ "kubesphere:cluster": { kubeconfig: file } });
  }

  test("who logs in by a token", async () => {
    const said = await refusalOfUser({ token });
    expect(said).toContain("a cluster administrator, since KubeSphere is given such rights");
    expect(said).not.toContain(token);
  });

  test("who logs in by a command that stands beside the kubeconfig", async () => {
    const apiVersion = "client.authentication.k8s.io/v1";
    const credential = JSON.stringify({ apiVersion, kind: "ExecCredential", status: { token } });
    await writeFile(join(folder, "login"), `#!/bin/sh\necho '${credential}'\n`, { mode: 0o755 });
    const said = await refusalOfUser({ exec: { apiVersion, command: "./login", interactiveMode: "Never" } });
    expect(said).toContain("a cluster administrator, since KubeSphere is given such rights");
  });
});

test("another stack's cluster is not taken over", async () => {
  const namespaces = "/api/v1/namespaces";
  const metadata = { name: "kubesphere-system", annotations: { "kubesphere-luban/cluster-identifier": "prod" } };
  await api(env, "POST", namespaces, { metadata });
  try {
    expect(await refusalOf({})).toContain("allowed: prod, as KubeSphere on this cluster was declared with.");
  } finally {
    await api(env, "DELETE", `${namespaces}/kubesphere-system`);
    await gone(`${namespaces}/kubesphere-system`);
  }
});

test("a namespace that is being deleted is not built upon", async () => {
  const held = "/api/v1/namespaces/extension-demo";
  await api(env, "POST", "/api/v1/namespaces", { metadata: { name: "extension-demo", finalizers: ["example.com/held"] } });
  await api(env, "DELETE", held);
  try {
    expect(await refusalOf({})).toContain("namespace extension-demo is being deleted");
  } finally {
    await api(env, "PATCH", held, { metadata: { finalizers: null } });
    await gone(held);
  }
});

test("a wrong passphrase opens nothing", async () => {
  const said = await refusalOf({}, { PULUMI_CONFIG_PASSPHRASE_FILE: undefined, PULUMI_CONFIG_PASSPHRASE: "wrong" });
  expect(said).toContain("incorrect passphrase");
});

test("who asks the sandbox's own pulumi for the services of a cloud is told that it has none, and nothing is written", async () => {
  const project = join(folder, "cloud");
  await mkdir(project);
  await writeFile(join(project, "Pulumi.yaml"), "name: kubesphere\nruntime: nodejs\n");
  const ours =
    "this pulumi was built for the sandbox, without the services of Pulumi Cloud, AWS, Azure, Google Cloud and Vault; an official pulumi has them";
  const init = ["stack", "init", "cloud", "--non-interactive", "--secrets-provider"];
  const asked: Readonly<Record<string, [args: string[], env?: NodeJS.ProcessEnv]>> = {
    ...Object.fromEntries(
      ["awskms", "azurekeyvault", "gcpkms", "hashivault"].map((it) => [`${it}:// secrets provider`, [[...init, `${it}://a-key`]]]),
    ),
    ...Object.fromEntries(
      ["s3", "gs", "azblob"].map((it) => [`${it}:// backend`, [["stack", "ls"], { PULUMI_BACKEND_URL: `${it}://bucket` }]]),
    ),
    ...Object.fromEntries(["api", "env", "neo"].map((it) => [`pulumi ${it}`, [[it, "ls", "--any-flag"]]])),
    "Pulumi Cloud": [["insights", "account", "list"]],
  };
  const pulumi = succeeded(await run("which", ["pulumi"], { env })).trim();
  // One that was built is linked hard, which shows in no path; on another disk than the tools it is not.
  const isOfficial = (await lstat(pulumi)).isSymbolicLink() && !(await realpath(pulumi)).includes("/go-");
  for (const [what, [args, more]] of Object.entries(asked)) {
    const ran = await run("pulumi", [...args, "--color", "never", "--cwd", project], { env: { ...env, ...more } });
    expect(ran.code).not.toBe(0);
    // One from PATH has these services, and nobody to reach here.
    if (!isOfficial) expect(ran.stdout + ran.stderr).toContain(`${what}: ${ours}`);
  }
  expect(await readdir(project)).toEqual(["Pulumi.yaml"]);
  expect(succeeded(await run("pulumi", ["stack", "ls"], { env }))).not.toContain("cloud");
});

test("who writes a secret into the configuration in clear is stopped by the sandbox's own pulumi, too", async () => {
  const file = join(folder, "Pulumi.secret.yaml");
  const set = (value: string) =>
    run("pulumi", ["config", "set", "token", value, "--non-interactive", "--color", "never", "--config-file", file], { env });
  const refused = await set("kX93jdkQpw8z");
  expect([refused.code === 0, refused.stderr]).toEqual([false, expect.stringContaining("looks like a secret; rerun with --secret")]);
  expect(existsSync(file)).toBe(false);
  succeeded(await set("none"));
});
