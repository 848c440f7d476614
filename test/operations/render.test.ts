/** What a stack brings, as files: `npx luban render`. */
import { mkdtemp, readdir, readFile, rm } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { load } from "js-yaml";
import { environment, freshSandbox, run } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";

let root: string;
let folder: string;
let env: NodeJS.ProcessEnv;
let stack: Stack;

const render = (...args: string[]) => run(process.execPath, ["cli/luban.mjs", "render", "--to", folder, ...args], { env });
const files = async () => (await readdir(folder, { recursive: true })).filter((path) => path.endsWith(".yaml")).sort();
const text = (path: string) => readFile(join(folder, path), "utf8");

beforeAll(async () => {
  await freshSandbox();
  root = await mkdtemp(join(tmpdir(), "render-test-"));
  folder = join(root, "rendered");
  env = await environment();
  stack = stackOf(env);
});
afterAll(() => rm(root, { recursive: true }));

test("every object that the stack brings is a file: the program's own, and those of each release; no cluster is asked", async () => {
  await stack.setConfig("cluster.kubeconfig", "/nowhere");
  await stack.setSecret("adminPassword", "planted-Passw0rd");
  const { code, stdout, stderr } = await render();
  expect({ code, stderr: code === 0 ? "" : stderr }).toEqual({ code: 0, stderr: "" });
  const found = await files();
  expect(stdout).toMatch(new RegExp(`^${found.length} objects in .*: ${found.length} new, 0 changed, 0 gone\\n`));
  expect(found.filter((path) => path.startsWith("demo/") || path.startsWith("_program/"))).toMatchInlineSnapshot(`
   [
     "_program/cluster/clusterrole.rbac.authorization.k8s.io-kubesphere_demo_helm-executor.yaml",
     "_program/cluster/clusterrolebinding.rbac.authorization.k8s.io-kubesphere_demo_helm-executor.yaml",
     "_program/cluster/extension.kubesphere.io-demo.yaml",
     "_program/cluster/extensionversion.kubesphere.io-demo-0.1.0.yaml",
     "_program/cluster/installplan.kubesphere.io-demo.yaml",
     "_program/cluster/namespace-extension-demo.yaml",
     "_program/cluster/namespace-ingress-nginx.yaml",
     "_program/cluster/namespace-kubesphere-system.yaml",
     "_program/kubesphere-system/configmap-extension-demo-0.1.0-chart.yaml",
     "_program/kubesphere-system/secret-oauthclient-test.yaml",
     "demo/cluster/jsbundle.extensions.kubesphere.io-demo-js.yaml",
     "demo/extension-demo/configmap-demo-cm-iframe.yaml",
     "demo/extension-demo/deployment.apps-demo.yaml",
     "demo/extension-demo/ingress.networking.k8s.io-demo-extension.yaml",
     "demo/extension-demo/service-demo.yaml",
     "demo/extension-demo/serviceaccount-demo.yaml",
   ]
  `);
  for (const release of ["ks-core", "ingress-nginx"])
    expect(found.filter((path) => path.startsWith(`${release}/`)).length).toBeGreaterThan(3);
  for (const path of found) expect(load(await text(path))).toMatchObject({ metadata: { name: expect.any(String) as string } });
  const all = (await Promise.all(found.map(text))).join("");
  expect(all).not.toMatch(/planted-Passw0rd/);
});

test("again it is the same, though charts make up keys; a change of the stack is a change of its files alone", async () => {
  const again = await render();
  expect(again.stdout).toContain("0 new, 0 changed, 0 gone");
  await stack.configure({ extensions: [{ source: "./extensions/demo", install: { namespace: "shop" } }] });
  const { stdout } = await render("--json");
  const { added, removed } = JSON.parse(stdout) as { added: string[]; removed: string[] };
  expect(added).toContain("demo/shop/deployment.apps-demo.yaml");
  expect(removed).toContain("demo/extension-demo/deployment.apps-demo.yaml");
  expect([...added, ...removed].filter((path) => path.startsWith("ks-core/"))).toEqual([]);
});

test("a stack of which a chart cannot be had is not rendered in part", async () => {
  const before = await files();
  await stack.configure({ ingress: { controller: "ingress-nginx", chart: join(root, "no-chart.tgz") } });
  const { code, stderr } = await render();
  expect(code).toBe(1);
  expect(stderr).toContain("no-chart.tgz");
  expect(await files()).toEqual(before);
});
