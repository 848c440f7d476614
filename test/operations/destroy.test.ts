/**
 * The end of a stack: on KubeSphere 4.1.3, after an upgrade to it, and where ks-core's uninstall loses its race with its own controller
 * manager. (On 4.1.2 alone: e2e/platform.)
 */
import { join } from "path";
import { writeKsCoreCharts } from "../../sandbox/src/ksCoreCharts";
import { MANAGER, OUTLIVES } from "../../sandbox/src/sim/manager";
import { temporaryFolders } from "../support/charts";
import { api, CHECKOUT, environment, run, succeeded } from "../support/sandbox";
import { openedStack, type OpenedStack, type Stack } from "../support/stack";
import { until } from "../support/until";

const CHART = "sandbox/charts/ks-core";
const CRDS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
const NAMESPACES = "/api/v1/namespaces";

const folder = temporaryFolders();
let env: NodeJS.ProcessEnv;
let opened: OpenedStack;
let stack: Stack;
let before: string[];
/** The chart of KubeSphere 4.1.3. */
let newer: string;

beforeAll(async () => {
  opened = await openedStack();
  ({ stack } = opened);
  env = await environment();
  before = await stack.clusterObjects();
  const charts = join(await folder({}), "charts");
  writeKsCoreCharts(CHECKOUT, charts);
  newer = join(charts, "ks-core-1.1.5");
  await stack.configure({ extensions: [], oauthClients: [] });
});

const deploy = async (chart: string) => {
  await stack.configure({ ksCore: { chart, portal: { hostname: "ks.example.com", https: { port: 443 } } } });
  succeeded(await stack.up());
};
const destroy = () => stack.pulumi("destroy", "--yes", "--skip-preview");
const command = (...args: string[]) => run(process.execPath, ["cli/luban.mjs", ...args, "--stack", "sandbox"], { env });
const finalizers = async (namespace: string) => (await stack.get(`${NAMESPACES}/${namespace}`))?.metadata.finalizers;

test("on 4.1.3 destroy ends, in one run, and leaves nothing", async () => {
  await deploy(newer);
  expect(await finalizers("ingress-nginx")).toEqual(["kubesphere.io/cascading-deletion"]);
  succeeded(await destroy());
  expect(await stack.clusterObjects()).toEqual(before);
  expect(await stack.names(CRDS)).toEqual([]);
});

test("on 4.1.3, where the uninstall loses the race with its manager, each destroy fails until one recover; what stays is listed", async () => {
  await deploy(newer);
  const theirs = { metadata: { name: "theirs", labels: { "kubesphere.io/workspace": "theirs" } } };
  expect((await api(env, "POST", NAMESPACES, theirs)).status).toBe(201);
  const manager = `/apis/apps/v1/namespaces/kubesphere-system/deployments/${MANAGER}`;
  expect((await api(env, "PATCH", manager, { metadata: { annotations: { [OUTLIVES]: "true" } } })).status).toBe(200);
  const lost = await destroy();
  expect([lost.code, lost.stdout + lost.stderr]).toEqual([
    expect.any(Number),
    expect.stringMatching(/uninstallation completed with 1 error\(s\): .*[Hh]ook post-delete .*failed/),
  ]);
  const again = await destroy();
  expect([again.code === 0, again.stdout + again.stderr]).toEqual([false, expect.stringContaining("release: not found")]);

  const recovered = await command("recover", "--yes");
  expect([recovered.code, recovered.stdout + recovered.stderr]).toEqual([
    0,
    expect.stringContaining("✓ kubesphere-ks-core-release is gone\n"),
  ]);
  succeeded(await destroy());
  expect(await stack.names(NAMESPACES)).toEqual(["default", "kube-node-lease", "kube-public", "kube-system", "theirs"]);

  const { checks } = JSON.parse((await command("doctor", "--json")).stdout) as { checks: { findings: { object: string }[] }[] };
  const listed = checks.flatMap(({ findings }) => findings.map(({ object }) => object)).join("\n");
  expect(listed).toContain("Namespace theirs");
  expect(listed).toMatch(/CustomResourceDefinition .*installplans\.kubesphere\.io.*, users\.iam\.kubesphere\.io/);
  expect((await command("doctor", "--fix", "--yes")).stdout).toContain("mended: Namespace theirs");
  expect((await api(env, "DELETE", `${NAMESPACES}/theirs`)).status).toBe(200);
  await until(async () => (await stack.get(`${NAMESPACES}/theirs`)) === undefined, 60_000, 200);
});

test("after an upgrade from 4.1.2 to 4.1.3 the preview of a destroy names the one command for Harbor; then it ends, in one run, and leaves nothing", async () => {
  const charts = { "Chart.yaml": "apiVersion: v2\nname: harbor\nversion: 1.19.1\n", "templates/none.yaml": "" };
  await stack.configure({ harbor: { externalURL: "https://harbor.example.com", chart: await folder(charts) } });
  // Over what the one before has left.
  await deploy(`./${CHART}`);
  expect(await finalizers("ingress-nginx")).toEqual(["finalizers.kubesphere.io/namespaces"]);
  await deploy(newer);
  expect(await finalizers("ingress-nginx")).toEqual(["kubesphere.io/cascading-deletion"]);
  // Of no workspace, for its data: nobody takes it off any more.
  expect(await finalizers("harbor")).toEqual(["finalizers.kubesphere.io/namespaces"]);
  const { stdout } = await command("preview", "--destroy");
  expect(stdout).toContain("would be waited for for ever, since KubeSphere's finalizer on it is nobody's; before the destroy:");
  const [, printed = ""] = /^ +harbor: (npx luban doctor .*)$/m.exec(stdout) ?? [];
  // It also has a word on an issuer that nobody serves here.
  expect((await run("bash", ["-c", `${printed} --yes`], { env })).stdout).toContain("mended: Namespace harbor");
  expect(await finalizers("harbor")).toBeUndefined();
  succeeded(await destroy());
  expect(await stack.clusterObjects()).toEqual(before);
  expect(await stack.names(CRDS)).toEqual([]);
});
