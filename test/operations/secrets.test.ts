/** What is secret stays so, whichever way it came: the whole exported state and every line that is printed are read for it. */
import { existsSync } from "fs";
import { readdir, readFile } from "fs/promises";
import { delimiter, join } from "path";
import { randomBytes } from "crypto";
import { gzipSync } from "zlib";
import { load } from "js-yaml";
import { EXTENSION, temporaryFolders } from "../support/charts";
import { recordCommands, type RecordedCall } from "../support/recording";
import { environment, freeNodePorts, freshSandbox, run, succeeded } from "../support/sandbox";
import { findSecrets } from "../support/secretScanner";
import { selfSigned } from "../support/selfSigned";
import { stackOf, type Stack } from "../support/stack";

const folder = temporaryFolders();
let env: NodeJS.ProcessEnv;
let stack: Stack;
let configFile: string;
let configBefore: string;
let calls: () => readonly RecordedCall[];

/** The first of PATH, if there is one. */
function executable(name: string): [string, string][] {
  const file = (env["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, name))
    .find((it) => existsSync(it));
  return file === undefined ? [] : [[name, file]];
}

/** Letters and digits, so that no quoting changes it. */
const random = (name: string) => `${name}-${randomBytes(15).toString("hex")}`;
const { certificate, key } = selfSigned(["127.0.0.1.nip.io"], new Date(Date.now() - 60_000), new Date(Date.now() + 365 * 86_400_000));
const given = {
  extensionConfig: random("extension-config"),
  extensionConfigText: random("extension-config-text"),
  clusterOverrides: random("cluster-overrides"),
  oauthClient: random("oauth-client"),
  ksCoreValues: random("ks-core-values"),
  ingressNginxValues: random("ingress-nginx-values"),
  harborValues: random("harbor-values"),
  repositoryPassword: random("repository-password"),
  kubeconfig: random("kubeconfig"),
  // The first line of it that no other key has.
  tlsKey: key.split("\n")[1] as string,
};

/** The one kind that has overrides. */
const multicluster = { ...EXTENSION, "extension.yaml": String(EXTENSION["extension.yaml"]).replace(/^externalDependencies:.*\n/m, "") };

/** An extension that the stack knows nothing of. */
const named = (name: string) => ({
  ...EXTENSION,
  "extension.yaml": String(EXTENSION["extension.yaml"]).replace(/^name: .*$/m, `name: ${name}`),
});

/** The configuration whose keys hold the secrets; `suffix` makes each of them another one. */
async function plant(suffix: string): Promise<void> {
  const kubeconfig = load(await readFile(env["KUBECONFIG"] as string, "utf8")) as { users: object[] };
  const users = [...kubeconfig.users, { name: "other", user: { token: given.kubeconfig + suffix } }];
  const secret = {
    "extensions[0].install.config.demo.password": given.extensionConfig + suffix,
    "extensions[1].install.config": `# a text\nweb:\n  password: ${given.extensionConfigText}${suffix}\n`,
    "extensions[1].install.clusterScheduling.overrides.host.web.password": given.clusterOverrides + suffix,
    "oauthClients[0].secret": given.oauthClient + suffix,
    "ksCore.values.storage.secretKey": given.ksCoreValues + suffix,
    "ksCore.https.tls.key": key,
    "ingress.values.controller.login.password": given.ingressNginxValues + suffix,
    "harbor.values.storage.password": given.harborValues + suffix,
    "extensionRepositories[0].password": given.repositoryPassword + suffix,
    "cluster.kubeconfig": JSON.stringify({ ...kubeconfig, users }),
  };
  for (const [path, value] of Object.entries(secret)) await stack.setSecret(path, value);
}

beforeAll(async () => {
  await freshSandbox();
  env = await environment();
  const real = Object.fromEntries(["pulumi", "helm", "git", "npm", "node", "crane", "kk"].flatMap((name) => executable(name)));
  const wrappers = await folder({});
  calls = recordCommands(wrappers, real);
  env["PATH"] = `${wrappers}:${env["PATH"] ?? ""}`;
  stack = stackOf(env);
  configFile = env["PULUMI_OPTION_CONFIG_FILE"] as string;
  configBefore = await readFile(configFile, "utf8");
  const { config } = load(configBefore) as { config: Record<string, Record<string, number>> };
  const ports = config["kubesphere:ports"];
  const [ingressHttps] = await freeNodePorts(Math.max(...Object.values(ports ?? {})) + 1);
  await stack.configure({
    ports: { ...ports, ingressHttps },
    ksCore: { ...config["kubesphere:ksCore"], https: { tls: { certificate } } },
    extensions: [
      { source: "./extensions/demo", install: {} },
      {
        source: await folder(multicluster),
        install: { clusterScheduling: { placement: { clusterSelector: { matchLabels: { of: "nobody" } } } } },
      },
    ],
    oauthClients: [
      { name: "given", redirectURIs: ["https://app.example.com/given"] },
      { name: "generated", redirectURIs: ["https://app.example.com/generated"] },
    ],
    extensionRepositories: [{ name: "private", url: "http://127.0.0.1:1/charts", username: "reader" }],
    harbor: {
      externalURL: "https://harbor.example.com",
      chart: await folder({ "Chart.yaml": "apiVersion: v2\nname: harbor\nversion: 1.0.0\n" }),
      values: { persistence: { enabled: false } },
    },
  });
  await plant("");
});

/** Those that the program made itself, as the cluster holds them. */
async function generated(): Promise<Record<string, string>> {
  const values = succeeded(
    await run("helm", ["get", "values", "ks-core", "--namespace", "kubesphere-system", "--output", "json"], { env }),
  );
  const { authentication } = JSON.parse(values) as { authentication: { issuer: { jwtSecret: string } } };
  const path = "/api/v1/namespaces/kubesphere-system/secrets/oauthclient-generated";
  const secret = await stack.get<{ data: Record<string, string> }>(path);
  const configuration = load(Buffer.from(secret?.data["configuration.yaml"] ?? "", "base64").toString()) as { secret: string };
  return { jwtSecret: authentication.issuer.jwtSecret, generatedOauthClient: configuration.secret };
}

test("no secret is in the state or in what is printed, in clear or encoded", async () => {
  const said: Record<string, string> = {};
  const saying = async (...args: string[]) => {
    const { stdout, stderr, code } = await stack.pulumi(...args);
    said[args.join(" ")] = stdout + stderr;
    expect({ args, code, stderr: code === 0 ? "" : stderr + stdout }).toEqual({ args, code: 0, stderr: "" });
  };
  await saying("up", "--yes", "--skip-preview", "--diff");
  const secrets = { ...given, ...(await generated()) };
  expect(Object.values(secrets).filter((secret) => secret.length > 20)).toHaveLength(12);
  const first = succeeded(await stack.pulumi("stack", "export"));

  // The old value of each is the beginning of its new one.
  await plant("-changed");
  await saying("preview", "--diff");
  await saying("preview", "--json");
  await saying("refresh", "--yes", "--skip-preview", "--diff");
  await saying("stack", "output");
  await saying("stack", "output", "--json");
  expect(findSecrets({ ...said, state: first, "refreshed state": succeeded(await stack.pulumi("stack", "export")) }, secrets)).toEqual([]);
});

test("all of them did come in: each is in the state when it is asked for its secrets", async () => {
  const shown = succeeded(await stack.pulumi("stack", "export", "--show-secrets"));
  const secrets = { ...given, ...(await generated()) };
  const found = findSecrets({ state: shown }, secrets);
  expect(found).toEqual(
    Object.keys(secrets)
      .map((name) => `${name} in state`)
      .sort(),
  );
});

/** What each ends with on this stack, where secrets are to change; undefined where it depends on what the machine's network reaches. */
const COMMANDS: readonly (readonly [command: string, code: number | undefined])[] = [
  ["preview", 2],
  ["preview --json", 2],
  ["policy", 0],
  ["drift", 0],
  ["adopt", 2],
  ["cluster show", 1],
  ["status", 2],
  ["status --json", 2],
  ["verify", undefined],
  ["doctor", undefined],
  ["recover", 0],
  ["mirror", undefined],
];

test("another user of the machine reads a secret on a command line, or a command's environment or words hold one", async () => {
  const secrets = { ...given, ...(await generated()) };
  const config = join(await folder({ "config.yaml": `web:\n  password: ${given.extensionConfig}\n` }), "config.yaml");
  const said: Record<string, string> = {};
  const codes: Record<string, unknown> = {};
  const told = async (command: string, ...words: string[]) => {
    const { code, stdout, stderr } = await run(process.execPath, ["cli/luban.mjs", ...command.split(" "), ...words], { env });
    [said[command], codes[command]] = [stdout + stderr, code];
  };
  for (const [command] of COMMANDS) await told(command);
  const rendered = join(await folder({}), "rendered");
  await told("render --to", rendered);
  await told("extension publish --install --config", config, await folder(named("published")));
  await told("extension unpublish published");
  expect(codes).toEqual({
    ...Object.fromEntries(COMMANDS.map(([command, code]) => [command, code ?? (expect.any(Number) as unknown)])),
    "extension publish --install --config": 0,
    "extension unpublish published": 0,
    "render --to": 0,
  });
  const seen = calls();
  expect(new Set(seen.map(({ command }) => command))).toEqual(new Set(["pulumi", "helm", "git", "node"]));
  // Pulumi's Node.js language host hands the program its configuration, decrypted, as PULUMI_CONFIG: only the user can read an environment.
  const handedOn = ({ command, environment: handed }: RecordedCall) =>
    command === "node" ? handed.replace(/^PULUMI_CONFIG=.*$/m, "") : handed;
  const lines = Object.fromEntries(seen.map((call, at) => [`${call.command} ${at}`, `${call.args}\n${handedOn(call)}`]));
  const files = (await readdir(rendered, { recursive: true })).filter((path) => path.endsWith(".yaml"));
  const written = Object.fromEntries(
    await Promise.all(files.map(async (path) => [path, await readFile(join(rendered, path), "utf8")] as const)),
  );
  expect(findSecrets({ ...said, ...lines, ...written }, secrets)).toEqual([]);
  // Those without a code of their own did their work all the same.
  expect(said).toMatchObject({
    verify: expect.stringContaining("extension shop") as unknown,
    doctor: expect.stringContaining("✓ Ingress classes are served") as unknown,
    mirror: expect.stringContaining("the plugin random") as unknown,
  });
});

test("the reader of the state finds a secret however it is wrapped", () => {
  const secret = given.oauthClient;
  const base64 = (data: string | Buffer) => Buffer.from(data).toString("base64");
  const texts = {
    clear: `a: ${secret}`,
    base64: `data: ${base64(`name: web\nsecret: ${secret}\n`)}`,
    "base64 of base64": base64(base64(secret)),
    "gzip in JSON": JSON.stringify({ data: base64(gzipSync(`values: ${secret}`)) }),
    "a Helm release": base64(base64(gzipSync(JSON.stringify({ config: secret })))),
    "behind a path": `/data/${base64(secret)}`,
    nothing: base64(secret.slice(0, -1)),
  };
  expect(findSecrets(texts, { it: secret })).toEqual(
    Object.keys(texts)
      .filter((place) => place !== "nothing")
      .map((place) => `it in ${place}`)
      .sort(),
  );
});
