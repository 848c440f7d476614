/** `npx luban verify` on a stack that is well, and on one that is broken in the ways that people meet. */
import { api, environment, freshSandbox, read, run, sandboxCommand, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";

const PASSWORD = "P@88w0rd";
const BUNDLE = "/apis/extensions.kubesphere.io/v1alpha1/jsbundles/demo-js";
const INGRESS = "/apis/networking.k8s.io/v1/namespaces/extension-demo/ingresses/demo-extension";
const FRONT_END = "/api/v1/namespaces/extension-demo/configmaps/demo-cm-iframe";
const CLIENT = "/api/v1/namespaces/kubesphere-system/secrets/oauthclient-test";

let env: NodeJS.ProcessEnv;
let stack: Stack;
let ports: { console: number; ingress: number };

interface Told {
  readonly isGood: boolean;
  readonly checks: readonly { what: string; result: string; detail: string; cause?: string; next?: string; ms: number }[];
}
/** Nobody's DNS is asked. */
const verify = (variables: NodeJS.ProcessEnv = {}, ...args: string[]) => {
  const resolve = ["--resolve", `*:${ports.ingress}:127.0.0.1`, "--resolve", `*:${ports.console}:127.0.0.1`];
  return run(process.execPath, ["cli/luban.mjs", "verify", ...resolve, ...args], { env: { ...env, ...variables } });
};
async function failures(variables: NodeJS.ProcessEnv = {}) {
  const { code, stdout } = await verify(variables, "--json");
  const { isGood, checks } = JSON.parse(stdout) as Told;
  const failed = checks.filter(({ result }) => result === "failed");
  expect([code, isGood]).toEqual(failed.length === 0 ? [0, true] : [2, false]);
  return failed.map(({ what, cause, next }) => [what, cause, next]);
}

beforeAll(async () => {
  await freshSandbox();
  env = { ...(await environment()), KUBESPHERE_ADMIN_PASSWORD: PASSWORD };
  stack = stackOf(env);
  succeeded(await stack.up());
  ports = JSON.parse(succeeded(await stack.pulumi("config", "get", "kubesphere:ports"))) as typeof ports;
});

test("a stack that is well is told so, with a login through its OAuth client", async () => {
  const { code, stdout, stderr } = await verify({}, "--json");
  const host = "demo.127.0.0.1.nip.io";
  const console = `http://127.0.0.1:${ports.console}`;
  expect(JSON.parse(stdout)).toEqual({
    isGood: true,
    checks: [
      [`name ${host}`, `${host} is taken for 127.0.0.1, as --resolve says`],
      ["console", `${console}: HTTP 200`],
      ["bundle demo", expect.stringMatching(/\/pstatic\/dist\/demo\/index\.js: a module that registers, \d+ bytes$/)],
      ["extension demo", `http://${host}:${ports.ingress}/: HTTP 200`],
      ["issuer", `${console}/.well-known/openid-configuration says ${console}`],
      ["keys", `${console}/oauth/keys: one key`],
      ["login", "admin signs in through client test"],
    ].map(([what, detail]) => ({ what, result: "ok", detail, ms: expect.any(Number) as number })),
  });
  expect(code).toBe(0);
  const secret = succeeded(await stack.pulumi("stack", "output", "oauthClients", "--show-secrets", "--json"));
  const { clientSecret } = (JSON.parse(secret) as { test: { clientSecret: string } }).test;
  for (const hidden of [PASSWORD, clientSecret]) expect(stdout + stderr).not.toContain(hidden);
});

test("without the password the login is skipped, and says what it needs; with a wrong one it fails", async () => {
  const { code, stdout } = await verify({ KUBESPHERE_ADMIN_PASSWORD: "" });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^– login +skipped: the administrator's password is not known: set KUBESPHERE_ADMIN_PASSWORD {2}/m);
  const wrong = "not-the-password";
  expect(await failures({ KUBESPHERE_ADMIN_PASSWORD: wrong })).toEqual([
    [
      "login",
      "it has been changed in the console, which adminPassword of the stack does not follow",
      "set KUBESPHERE_ADMIN_PASSWORD to the one that people use",
    ],
  ]);
});

test("a front end that still opens the extension's former port is told, though the new one answers", async () => {
  const before = await read<{ data: { "index.js": string } }>(FRONT_END, env);
  const module = before?.data["index.js"] ?? "";
  const patch = (text: string) => api(env, "PATCH", FRONT_END, { data: { "index.js": text } });
  expect((await patch(module.replace(`.nip.io:${ports.ingress}"`, '.nip.io:1"'))).status).toBe(200);
  expect(await failures()).toEqual([
    [
      "bundle demo",
      "access, a port or the portal changed after it was installed, or somebody else changed its front end",
      "pulumi up --refresh, which installs it again where the stack's address is a new one",
    ],
  ]);
  expect((await patch(module)).status).toBe(200);
  expect(await failures()).toEqual([]);
});

test("an administrator whose password is digits alone cannot be given it, or cannot sign in with it", async () => {
  const password = "01234567890123456789";
  await stack.setSecret("adminPassword", password);
  const { code, stdout, stderr } = await stack.up();
  expect([code, code === 0 ? "" : stdout + stderr]).toEqual([0, ""]);
  // From the stack's own configuration.
  const verified = await verify({ KUBESPHERE_ADMIN_PASSWORD: "" });
  expect(verified.stdout).toMatch(/^✓ login +admin signs in through client test/m);
  for (const text of [stdout, stderr, verified.stdout, verified.stderr]) expect(text).not.toContain(password);
  succeeded(await stack.pulumi("config", "rm", "adminPassword"));
  succeeded(await stack.up());
});

test("what is gone from the cluster is named by what people miss of it", async () => {
  type Secret = { data: Record<string, string> };
  const [bundle, ingress, client] = await Promise.all([read<object>(BUNDLE, env), read<object>(INGRESS, env), read<Secret>(CLIENT, env)]);
  if (!bundle || !ingress || !client) throw new Error("the stack is not there");
  for (const path of [BUNDLE, INGRESS]) expect((await api(env, "DELETE", path)).status).toBe(200);
  const text = Buffer.from(client.data["configuration.yaml"] ?? "", "base64").toString();
  const changed = Buffer.from(text.replace(/^secret: .*$/m, "secret: another")).toString("base64");
  expect((await api(env, "PATCH", CLIENT, { data: { "configuration.yaml": changed } })).status).toBe(200);
  expect(await failures()).toEqual([
    [
      "bundle demo",
      "no JSBundle is served at /dist/demo/index.js: it is gone, or not Available",
      "npx luban status, and where it is as wanted there: npx luban drift",
    ],
    [
      "extension demo",
      "no Ingress takes its host, or the UI has nothing at /: is demo installed?",
      "npx luban status, and where it is as wanted there: npx luban drift",
    ],
    ["login", "unauthorized_client: Invalid client credential.", "the client's secret in the cluster is another one: npx luban drift"],
  ]);
});

test("a stack that was never deployed is told to be", async () => {
  succeeded(await stack.pulumi("destroy", "--yes", "--skip-preview"));
  const { code, stderr } = await verify();
  expect([code, stderr]).toEqual([1, "the stack has not been deployed: run `pulumi up` first\n"]);
});

test("on a machine without DNS each URL of the sandbox opens in a browser, and verify is green, with no word about names", async () => {
  const { stdout, stderr } = await sandboxCommand(["start", "--names", "localhost"]);
  expect(stderr).toContain("✓ URLs: all 3 answer at 127.0.0.1, and a browser on this machine can open them");
  expect(stdout).toContain(`http://demo.localhost:${ports.ingress}/\n`);
  const { code, stdout: told } = await run(process.execPath, ["cli/luban.mjs", "verify"], { env });
  expect([code, told]).toEqual([0, expect.stringContaining(`http://demo.localhost:${ports.ingress}/: HTTP 200`)]);
});
