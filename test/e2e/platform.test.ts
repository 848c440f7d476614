/** The whole program on the real engine and a real API server: what `npm start` brings up, and its life from there on. */
import { cp, mkdtemp, readFile, readdir, rm, writeFile } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { ask, environment, freshSandbox, run, SANDBOX, sandboxCommand, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";

interface Outputs {
  readonly consoleUrl: string;
  readonly issuer: string;
  readonly discoveryUrl: string;
  readonly extensions: Record<string, { url: string; bundleUrl: string }>;
  readonly oauthClients: Record<string, { clientId: string; clientSecret: string }>;
}
let env: NodeJS.ProcessEnv;
let stack: Stack;
let clusterBefore: string[];
const outputs = async () => JSON.parse(succeeded(await stack.pulumi("stack", "output", "--json", "--show-secrets"))) as Outputs;

/** An author's own copy of the extension, to be changed. */
let source: string;

beforeAll(async () => {
  await freshSandbox();
  env = await environment();
  stack = stackOf(env);
  clusterBefore = await stack.clusterObjects();
  source = join(await mkdtemp(join(tmpdir(), "extension-")), "demo");
  await cp("extensions/demo", source, { recursive: true });
});
afterAll(async () => {
  await rm(join(source, ".."), { recursive: true });
});

test("one command brings up the whole stack, and says where it answers", async () => {
  const { code, stdout, stderr } = await sandboxCommand(["start"]);
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  const { consoleUrl, extensions } = await outputs();
  for (const url of [consoleUrl, extensions["demo"]?.url, extensions["demo"]?.bundleUrl]) expect(stdout).toContain(url);
  // Whether this machine's resolver lets nip.io's names pass is its own affair.
  const closed = stdout.includes("Not in a browser on this machine: extension demo: ");
  const opens = closed ? "; a browser on this machine can open 2 of them" : ", and a browser on this machine can open them";
  expect(stderr).toContain(`URLs: all 3 answer at 127.0.0.1${opens}`);
});

test("a second preview has nothing to do", async () => {
  expect(await stack.preview()).toEqual([]);
  succeeded(await stack.pulumi("preview", "--expect-no-changes"));
});

test("a refresh finds no drift: nothing that KubeSphere writes is fought over", async () => {
  succeeded(await stack.pulumi("refresh", "--preview-only", "--expect-no-changes"));
});

test("the cluster holds what the program declares", async () => {
  const { issuer, consoleUrl, extensions } = await outputs();
  const ports = { console: Number(new URL(consoleUrl).port), ingress: Number(new URL(extensions["demo"]?.url ?? "").port) };
  const nodePorts = async (namespace: string, name: string) => {
    const service = await stack.get<{ spec: { ports: { nodePort?: number }[] } }>(`/api/v1/namespaces/${namespace}/services/${name}`);
    return service?.spec.ports.map(({ nodePort }) => nodePort);
  };
  expect(await nodePorts("kubesphere-system", "ks-console")).toEqual([ports.console]);
  expect(await nodePorts("ingress-nginx", "ingress-nginx-controller")).toContain(ports.ingress);

  const config = await stack.get<{ data: Record<string, string> }>("/api/v1/namespaces/kubesphere-system/configmaps/kubesphere-config");
  expect(config?.data["kubesphere.yaml"]).toContain(`url: "${issuer}"`);

  const plan = await stack.get("/apis/kubesphere.io/v1alpha1/installplans/demo");
  expect(plan?.status).toMatchObject({ state: "Installed", version: "0.1.0", enabled: true, targetNamespace: "extension-demo" });
  const ingress = await stack.get("/apis/networking.k8s.io/v1/namespaces/extension-demo/ingresses/demo-extension");
  expect(ingress?.spec).toMatchObject({ ingressClassName: "nginx", rules: [{ host: new URL(extensions["demo"]?.url ?? "").hostname }] });

  const helm = JSON.parse(succeeded(await run("helm", ["list", "--all-namespaces", "--output", "json"], { env }))) as Record<
    string,
    string
  >[];
  expect(helm.map(({ name, namespace, status }) => `${namespace ?? ""}/${name ?? ""} ${status ?? ""}`).sort()).toEqual([
    "extension-demo/demo deployed",
    "ingress-nginx/ingress-nginx deployed",
    "kubesphere-system/ks-core deployed",
  ]);
});

test("the two addresses of the documented example answer, and an unknown host does not", async () => {
  const demo = (await outputs()).extensions["demo"] as { url: string; bundleUrl: string };
  const site = await ask(demo.url);
  expect(site.status).toBe(200);
  expect(site.body).toContain("extension-demo/demo");
  const bundle = await ask(demo.bundleUrl);
  expect(bundle.status).toBe(200);
  expect(bundle.body).toMatch(/^System\.register\(/m);
  expect((await ask(demo.url.replace("demo.", "nobody."))).status).toBe(404);
});

test("the OAuth client works as KubeSphere stores it, and its secret is nowhere in clear", async () => {
  const { oauthClients, discoveryUrl, issuer } = await outputs();
  const { clientId, clientSecret } = oauthClients["test"] ?? { clientId: "", clientSecret: "" };
  expect(clientId).toBe("test");
  expect(clientSecret).toMatch(/^[A-Za-z0-9]{32}$/);
  expect(discoveryUrl).toBe(`${issuer}/.well-known/openid-configuration`);
  const secret = await stack.get<{ data: Record<string, string> }>("/api/v1/namespaces/kubesphere-system/secrets/oauthclient-test");
  expect(Buffer.from(secret?.data["configuration.yaml"] ?? "", "base64").toString()).toBe(
    `name: test\nsecret: ${clientSecret}\ntrusted: false\ngrantMethod: auto\nscopeRestrictions:\n    - openid\n    - email\n    - profile\nredirectURIs:\n    - http://10.8.0.2:5556/auth/google/callback\n    - http://127.0.0.1:5556/auth/google/callback\n`,
  );
  const state = await stack.state();
  for (const text of [clientSecret, Buffer.from(clientSecret).toString("base64")]) expect(state).not.toContain(text);
});

test("one changed value is exactly what the preview shows, and what is rolled out", async () => {
  await stack.setConfig("extensions[0].install.config.demo.replicaCount", "2");
  expect(await stack.preview()).toEqual(["update demo", "update demo-plan spec.config"]);
  succeeded(await stack.up());
  const deployment = await stack.get("/apis/apps/v1/namespaces/extension-demo/deployments/demo");
  expect(deployment?.spec["replicas"]).toBe(2);
  expect(await stack.preview()).toEqual([]);
});

test("where an extension's source lies makes no difference, what is in it does, even under the same version", async () => {
  await stack.setConfig("extensions[0].source", source);
  expect(await stack.preview()).toEqual([]);
  const template = join(source, "templates/service.yaml");
  await writeFile(
    template,
    (await readFile(template, "utf8")).replace(/^metadata:\n/m, 'metadata:\n  annotations:\n    example.com/edited: "true"\n'),
  );
  expect(await stack.preview()).toEqual(["update demo", 'update demo-0.1.0-chart binaryData["chart.tgz"]', "update demo-plan spec.config"]);
  succeeded(await stack.up());
  const service = await stack.get<{ metadata: { annotations?: Record<string, string> } }>(
    "/api/v1/namespaces/extension-demo/services/demo",
  );
  expect(service?.metadata.annotations?.["example.com/edited"]).toBe("true");
});

test("an extension that does not render is refused before anything changes; one that cannot be installed fails the run with KubeSphere's reason, and its mend goes through", async () => {
  const broken = join(source, "templates/broken.yaml");
  await writeFile(broken, '{{ fail "no such database" }}\n');
  const refused = await stack.up();
  expect(refused.stdout + refused.stderr).toMatch(/kubesphere:extensions\[0\]\.source: .*broken\.yaml:1:3\): no such database/);
  // What Helm renders and the API server refuses, only the cluster tells.
  await writeFile(broken, "apiVersion: v1\nkind: Service\nmetadata: {name: broken}\nspec: {ports: [{port: 0}]}\n");
  const failed = await stack.up();
  expect(failed.code).not.toBe(0);
  expect(failed.stdout + failed.stderr).toMatch(/extension demo: \w*Failed: /);
  await rm(broken);
  succeeded(await stack.up());
  expect((await stack.get("/apis/kubesphere.io/v1alpha1/installplans/demo"))?.status).toMatchObject({ state: "Installed" });
});

test("a new version of an extension is published beside the old one, rolled out, and only then the old one goes", async () => {
  const chart = join(source, "Chart.yaml");
  await writeFile(chart, (await readFile(chart, "utf8")).replace(/^version: .*$/m, "version: 0.2.0"));
  const planned = await stack.preview();
  expect(planned).toEqual(
    expect.arrayContaining(["create demo-0.2.0", "create demo-0.2.0-chart", "delete demo-0.1.0", "delete demo-0.1.0-chart"]),
  );
  succeeded(await stack.up());
  expect((await stack.get("/apis/kubesphere.io/v1alpha1/installplans/demo"))?.status).toMatchObject({
    state: "Installed",
    version: "0.2.0",
  });
  expect(await stack.get("/apis/kubesphere.io/v1alpha1/extensionversions/demo-0.1.0")).toBeUndefined();
});

test("npm start on the running stack is safe", async () => {
  succeeded(await sandboxCommand(["start"]));
  expect(await stack.preview()).toEqual([]);
});

test("destroy takes all away in the order that KubeSphere needs, and leaves nothing that the program made", async () => {
  succeeded(await stack.pulumi("destroy", "--yes", "--skip-preview"));
  expect(await stack.clusterObjects()).toEqual(clusterBefore);
});

test("a stopped sandbox leaves no process behind", async () => {
  succeeded(await sandboxCommand(["sandbox", "down"]));
  const { stdout } = await run("ps", ["-eo", "args"]);
  expect(stdout.split("\n").filter((line) => line.includes(`sandboxes/${SANDBOX}/`))).toEqual([]);
  const status = JSON.parse(succeeded(await sandboxCommand(["sandbox", "status", "--json"]))) as { components: object; simulator: unknown };
  expect(status).toMatchObject({ components: {}, simulator: null });
});

test("nothing was written into the checkout", async () => {
  expect(succeeded(await run("git", ["status", "--porcelain", "--", "Pulumi.sandbox.yaml", "Pulumi.yaml", "extensions"]))).toBe("");
  expect(await readdir(".")).not.toContain(".pulumi");
});
