/** `npx luban doctor` on a real stack, broken in the ways that people complain of: each is named once, and `--fix` takes nobody's data. */
import { gunzipSync, gzipSync } from "zlib";
import { temporaryFolders } from "../support/charts";
import { CERTIFICATE } from "../support/certificate";
import { greetingChart, KUBESPHERE } from "../support/extensionStack";
import { api, environment, freshSandbox, type Ran, read, run, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";
import { until } from "../support/until";

const folder = temporaryFolders();
let env: NodeJS.ProcessEnv;
let stack: Stack;

beforeAll(async () => {
  // It finds what other tests have left, too.
  await freshSandbox();
  env = await environment();
  stack = stackOf(env);
  succeeded(await stack.up());
});

interface Report {
  readonly checks: readonly {
    check: string;
    notChecked?: string;
    findings: readonly { object: string; why: string; means: string; mend: readonly string[]; isFixable: boolean }[];
  }[];
  readonly mended: readonly string[];
}
const doctor = (...args: string[]): Promise<Ran> => run(process.execPath, ["cli/luban.mjs", "doctor", ...args], { env });
const report = async (...args: string[]) => JSON.parse((await doctor("--json", ...args)).stdout) as Report;
const told = ({ checks }: Report) =>
  checks.flatMap(({ check, findings }) => findings.map(({ object, isFixable }) => `${check}${isFixable ? " ✚" : ""} ${object}`));
const why = ({ checks }: Report, object: string) =>
  checks.flatMap(({ findings }) => findings).find((finding) => finding.object === object)?.why;

const ask = async (method: "POST" | "PATCH" | "DELETE", path: string, body?: object) => {
  const { status, body: said } = await api(env, method, path, body);
  if (status >= 300) throw new Error(`${method} ${path}: ${status} ${said}`);
};
const isThere = async (path: string) => (await read(path, env)) !== undefined;
const extension = async (...args: string[]) => succeeded(await run(process.execPath, ["cli/luban.mjs", "extension", ...args], { env }));
const state = async (name: string) => (await stack.get(`${KUBESPHERE}/installplans/${name}`))?.status?.["state"];

const SERVICES = "/api/v1/namespaces/kubesphere-system/services";
const KEPT = "/api/v1/namespaces/extension-kept";

/** The pieces that a removed extension leaves, with what somebody put beside them. */
async function leaveBehind(name: string): Promise<void> {
  const labels = { "kubesphere.io/extension-ref": name, "kubesphere.io/managed": "true" };
  await ask("POST", "/api/v1/namespaces", { metadata: { name: `extension-${name}`, labels } });
}

const decoded = (base64: string) => Buffer.from(base64, "base64");

/** Helm was killed in the middle of an upgrade of the demo. */
async function cutOffHelm(): Promise<void> {
  const path = "/api/v1/namespaces/extension-demo/secrets";
  const first = await read<{ type: string; metadata: { labels: object }; data: { release: string } }>(
    `${path}/sh.helm.release.v1.demo.v1`,
    env,
  );
  if (first === undefined) throw new Error("the demo has no release");
  const record = JSON.parse(gunzipSync(decoded(decoded(first.data.release).toString())).toString()) as { info: object };
  const release = gzipSync(JSON.stringify({ ...record, version: 2, info: { ...record.info, status: "pending-upgrade" } })).toString(
    "base64",
  );
  await ask("POST", path, {
    type: first.type,
    metadata: { name: "sh.helm.release.v1.demo.v2", labels: { ...first.metadata.labels, version: "2", status: "pending-upgrade" } },
    data: { release: Buffer.from(release).toString("base64") },
  });
}

test("a healthy stack right after its `up` has no findings, and all is checked", async () => {
  const { code, stdout } = await doctor();
  expect({ code, stdout }).toEqual({ code: 0, stdout: expect.stringMatching(/^the selected stack: 25 checks, 0 findings\n/) as string });
  expect(stdout).not.toContain("not checked");
});

describe("a stack that is broken in many ways", () => {
  let before: Report;
  let port: number;

  beforeAll(async () => {
    // An extension that comes and goes leaves what KubeSphere leaves; another one left data.
    await extension("publish", await folder(greetingChart("gone", "1.0.0")), "--install");
    await ask("DELETE", `${KUBESPHERE}/installplans/gone`);
    await until(async () => !(await isThere(`${KUBESPHERE}/installplans/gone`)), 60_000, 200);
    await ask("DELETE", `${KUBESPHERE}/extensions/gone`);
    await until(async () => !(await isThere(`${KUBESPHERE}/extensions/gone`)), 60_000, 200);
    await leaveBehind("kept");
    await ask("POST", `${KEPT}/persistentvolumeclaims`, {
      metadata: { name: "data" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
    });
    await ask("POST", `${KEPT}/configmaps`, { metadata: { name: "orders" }, data: { orders: "7" } });

    const plan = (name: string) => ({
      ...{ apiVersion: "kubesphere.io/v1alpha1", kind: "InstallPlan", metadata: { name } },
      spec: { extension: { name, version: "1.0.0" }, enabled: true },
    });
    await ask("POST", `${KUBESPHERE}/installplans`, plan("early"));
    await extension("publish", await folder(greetingChart("early", "1.0.0")));
    await extension("publish", await folder(greetingChart("broken", "1.0.0")));
    await ask("POST", `${KUBESPHERE}/installplans`, {
      ...plan("broken"),
      spec: { ...plan("broken").spec, config: "broken: { greeting: fail }\n" },
    });
    await until(async () => (await state("broken")) === "InstallFailed", 60_000, 200);

    await cutOffHelm();
    await ask("DELETE", "/api/v1/namespaces/kubesphere-system/configmaps/extension-demo-0.1.0-chart");
    await ask("DELETE", "/apis/networking.k8s.io/v1/ingressclasses/nginx");
    await ask("PATCH", `${KUBESPHERE}/extensions/demo`, { metadata: { labels: { "kubesphere.io/repository-ref": "museum" } } });
    const console = await read<{ spec: { ports: { nodePort: number }[] } }>(`${SERVICES}/ks-console`, env);
    port = console?.spec.ports[0]?.nodePort ?? 0;
    await ask("PATCH", `${SERVICES}/ks-console`, { spec: { type: "ClusterIP", ports: [{ name: "nginx", port: 80, targetPort: 8000 }] } });
    await ask("POST", "/api/v1/namespaces/default/services", {
      metadata: { name: "theirs" },
      spec: { type: "NodePort", ports: [{ port: 80, nodePort: port }] },
    });
    // The controller is given a moment for a plan that is new.
    await until(async () => told((before = await report())).some((it) => it.startsWith("unversionedPlan")), 30_000, 500);
  });

  const FIXABLE = [
    "InstallPlan early",
    "Release extension-demo/demo",
    "ClusterRoleBinding kubesphere:gone:helm-executor, ClusterRole kubesphere:gone:helm-executor, Namespace extension-gone",
  ];
  const byHand = (url: string) => [
    "stuckPlan InstallPlan broken",
    "chartMissing ExtensionVersion demo-0.1.0",
    "ingressClass IngressClass nginx",
    "nodePort Service default/theirs",
    `issuer issuer ${url}`,
    "repository Extension demo",
    "leftovers Namespace extension-kept",
    "packages ConfigMap kubesphere-system/extension-gone-1.0.0-chart",
  ];
  const issuer = () => `http://127.0.0.1:${port}`;

  test("each way is found once, with its reason", () => {
    const [early, release, gone] = FIXABLE;
    expect(told(before).sort()).toEqual(
      [...byHand(issuer()), `unversionedPlan ✚ ${early}`, `pendingRelease ✚ ${release}`, `leftovers ✚ ${gone}`].sort(),
    );
    expect(before.checks.filter(({ notChecked }) => notChecked !== undefined)).toEqual([]);
    expect(why(before, "InstallPlan broken")).toMatch(/^InstallFailed: .*; Helm said: .*nobody-greets-so/s);
    expect(why(before, `issuer ${issuer()}`)).toContain("nobody listens there (ECONNREFUSED)");
    expect(why(before, "Namespace extension-kept")).toMatch(/it holds PersistentVolumeClaim data, ConfigMap orders$/);
  });

  test("without a terminal nothing is mended that nobody has agreed to", async () => {
    expect(await doctor("--fix")).toEqual({ code: 1, stdout: "", stderr: expect.stringContaining("add --yes") as string });
    expect(told(await report()).sort()).toEqual(told(before).sort());
  });

  test("--fix mends what is safe, and takes nothing of anybody's", async () => {
    const after = await report("--fix", "--yes");
    expect({ mended: [...after.mended].sort(), left: told(after).sort() }).toEqual({
      mended: [...FIXABLE].sort(),
      left: byHand(issuer()).sort(),
    });
    await until(async () => (await state("early")) === "Installed", 60_000, 200);
    await until(async () => !(await isThere("/api/v1/namespaces/extension-gone")), 60_000, 200);
    expect(await read(`${KEPT}/configmaps/orders`, env)).toMatchObject({ data: { orders: "7" } });
    expect(await isThere(`${KEPT}/persistentvolumeclaims/data`)).toBe(true);
    expect(await isThere("/api/v1/namespaces/extension-demo/secrets/sh.helm.release.v1.demo.v3")).toBe(true);
    expect((await stack.get(`${KUBESPHERE}/installplans/early`))?.metadata.annotations).toBeUndefined();
  });

  test("the rest goes by the ways that the findings name, and the stack is healthy again", async () => {
    await ask("DELETE", "/api/v1/namespaces/default/services/theirs");
    await ask("PATCH", `${SERVICES}/ks-console`, {
      spec: { type: "NodePort", ports: [{ name: "nginx", port: 80, targetPort: 8000, nodePort: port }] },
    });
    succeeded(await run("helm", ["rollback", "ingress-nginx", "1", "--namespace", "ingress-nginx"], { env }));
    await ask("PATCH", `${KUBESPHERE}/extensions/demo`, { metadata: { labels: { "kubesphere.io/repository-ref": null } } });
    for (const name of ["broken", "early"]) await ask("DELETE", `${KUBESPHERE}/installplans/${name}`);
    await ask("DELETE", `${KEPT}`);
    await ask("DELETE", "/api/v1/namespaces/kubesphere-system/configmaps/extension-gone-1.0.0-chart");
    succeeded(await stack.pulumi("up", "--refresh", "--yes", "--skip-preview"));
    await until(async () => (await doctor()).code === 0, 60_000, 500);
  });
});

test("webhooks that the API server does not trust are found, and not taken for anything else", async () => {
  const root = "/apis/admissionregistration.k8s.io/v1";
  const caBundle = Buffer.from(CERTIFICATE).toString("base64");
  type Configuration = { metadata: { name: string }; webhooks: { clientConfig: object }[] };
  const found: [string, Configuration["webhooks"]][] = [];
  for (const kind of ["mutatingwebhookconfigurations", "validatingwebhookconfigurations"])
    for (const { metadata, webhooks } of (await read<{ items: Configuration[] }>(`${root}/${kind}`, env))?.items ?? [])
      found.push([`${root}/${kind}/${metadata.name}`, webhooks]);
  try {
    for (const [path, webhooks] of found)
      await ask("PATCH", path, { webhooks: webhooks.map((it) => ({ ...it, clientConfig: { ...it.clientConfig, caBundle } })) });
    const ALL = "webhooks admission webhooks of InstallPlans, JSBundles, OAuth clients' Secrets";
    let last: Report | undefined;
    await until(async () => told((last = await report()))[0] === ALL, 30_000, 500);
    expect(told(last as Report)).toEqual([ALL]);
    expect(why(last as Report, ALL.replace("webhooks ", ""))).toContain("x509");
  } finally {
    for (const [path, webhooks] of found) await ask("PATCH", path, { webhooks });
  }
  await until(async () => (await doctor()).code === 0, 30_000, 500);
});

test("a namespace that will not go for an API that nobody answers is told with that API, and goes by the command that is printed", async () => {
  const apis = "/apis/apiregistration.k8s.io/v1/apiservices";
  const name = "v1.nobody.example.com";
  const service = { namespace: "extension-left", name: "gone" };
  const labels = { "kubesphere.io/extension-ref": "left" };
  // Whatever else is on its way out would hang as well, and sooner.
  await until(async () => !(await isThere(KEPT)), 60_000, 500);
  await ask("POST", "/api/v1/namespaces", { metadata: { name: service.namespace, labels } });
  await ask("POST", apis, {
    metadata: { name },
    spec: {
      group: "nobody.example.com",
      version: "v1",
      groupPriorityMinimum: 100,
      versionPriority: 100,
      insecureSkipTLSVerify: true,
      service,
    },
  });
  const finding = async () =>
    (await report()).checks.flatMap(({ findings }) => findings).find(({ object }) => object === `APIService ${name}`);
  let last: Awaited<ReturnType<typeof finding>>;
  await ask("DELETE", `/api/v1/namespaces/${service.namespace}`);
  await until(async () => (last = await finding())?.means.includes(service.namespace) === true, 60_000, 500);
  expect(last).toMatchObject({
    why: expect.stringMatching(/nobody answers nobody.example.com\/v1: ServiceNotFound: /) as string,
    means: "for as long Namespace extension-left, and with it the removal of the extension left, will not go (DiscoveryFailed)",
    mend: [`unless what serves it is about to come back: kubectl delete apiservice ${name}`],
  });
  // There is no kubectl: this is what it sends.
  await ask("DELETE", `${apis}/${name}`);
  await until(async () => !(await isThere(`/api/v1/namespaces/${service.namespace}`)), 60_000, 500);
  expect((await doctor()).code).toBe(0);
});

test("a stack that is not there is one clear error, and no diagnosis", async () => {
  const { code, stdout, stderr } = await doctor("--stack", "nowhere");
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(stderr).toContain("nowhere");
});
