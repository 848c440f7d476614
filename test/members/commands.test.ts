/** The commands that look after a stack, on a host with a member: what each knows of the member, and of one that was taken out. */
import { temporaryFolders, type Files } from "../support/charts";
import { environment, freshSandbox, run, succeeded, type Ran } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";
import { bringMemberBack, CLUSTERS, PLANS, sideOf, takeMemberAway, type Side } from "../support/twoClusters";
import { until } from "../support/until";

const FRONT = "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: front }\ndata: { of: front }\n";
const BACK = [
  ...["apiVersion: apps/v1", "kind: Deployment", "metadata: { name: back }", "spec:", "  replicas: {{ .Values.replicas }}"],
  ...["  selector: { matchLabels: { app: back } }", "  template:", "    metadata: { labels: { app: back } }"],
  ...["    spec: { containers: [{ name: back, image: back }] }", ""],
].join("\n");
const chart = (name: string, values: string, template: string): Files => ({
  [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
  [`charts/${name}/values.yaml`]: values,
  [`charts/${name}/templates/all.yaml`]: template,
});
/** `front` for the host, `back` for members. */
const SHOP: Files = {
  "extension.yaml": [
    ...["apiVersion: v1", "name: shop", "version: 0.1.0", "displayName: { en: shop }", "description: { en: shop }", "category: dev-tools"],
    ...["icon: static/icon.svg", "provider: { en: { name: us } }", "installationMode: Multicluster", "dependencies:"],
    ...["  - { name: front, tags: [extension] }", "  - { name: back, tags: [agent] }", ""],
  ].join("\n"),
  "static/icon.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
  "values.yaml": "front: {}\nback: {}\n",
  "permissions.yaml": [
    'kind: Role\nrules:\n  - { verbs: ["*"], apiGroups: ["", apps], resources: ["*"] }',
    'kind: ClusterRole\nrules:\n  - { verbs: [get], apiGroups: [""], resources: [nodes] }\n',
  ].join("\n---\n"),
  ...chart("front", "", FRONT),
  ...chart("back", "replicas: 1\n", BACK),
};

const SCHEDULING = { placement: { clusters: ["edge"] }, overrides: { edge: { back: { replicas: 1 } } } };

const folder = temporaryFolders();
let env: NodeJS.ProcessEnv;
let stack: Stack;
let host: Side;
let member: Side;

beforeAll(async () => {
  await freshSandbox(undefined, ["--member"]);
  env = { ...(await environment()), KUBESPHERE_ADMIN_PASSWORD: "P@88w0rd" };
  stack = stackOf(env);
  [host, member] = [sideOf(env["KUBECONFIG"] as string), sideOf(env["KUBESPHERE_SANDBOX_MEMBER"] as string)];
  await stack.configure({
    oauthClients: [],
    memberClusters: [{ name: "edge", kubeconfig: member.kubeconfig, labels: { region: "eu" } }],
    extensions: [{ source: await folder(SHOP), install: { clusterScheduling: SCHEDULING } }],
  });
  succeeded(await stack.up());
}, 5 * 60_000);

const luban = (...args: string[]): Promise<Ran> => run(process.execPath, ["cli/luban.mjs", ...args], { env });
const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await luban(...args, "--json")).stdout) as T;

interface Verified {
  readonly checks: readonly { readonly what: string; readonly result: string; readonly detail: string; readonly cause?: string }[];
}
const ofMembers = async () => {
  const port = (JSON.parse(succeeded(await stack.pulumi("config", "get", "kubesphere:ports"))) as { console: number }).console;
  const { checks } = await json<Verified>("verify", "--resolve", `*:${port}:127.0.0.1`);
  return checks
    .filter(({ what }) => / edge$/.test(what))
    .map(({ what, result, detail, cause }) => [what, result, cause ?? detail.replace(/^http:.*edge/, "")]);
};

interface Report {
  readonly checks: readonly {
    readonly check: string;
    readonly findings: readonly {
      readonly object: string;
      readonly why: string;
      readonly mend: readonly string[];
      readonly isFixable: boolean;
    }[];
  }[];
  readonly mended: readonly string[];
}
const found = ({ checks }: Report) =>
  checks.flatMap(({ check, findings }) => findings.map(({ isFixable, object }) => `${check}${isFixable ? " ✚" : ""} ${object}`));

interface Difference {
  readonly object: string;
  readonly drift: string;
  readonly properties: readonly { readonly path: string }[];
  readonly wayBack: readonly string[];
  readonly notKept?: string;
}
const drift = async () =>
  (await json<{ differences: readonly Difference[] }>("drift")).differences.map(({ object, drift: is, properties, wayBack }) => [
    ...[object, is, properties.map(({ path }) => path).join(), wayBack.join("; ")],
  ]);

const replicas = async () => (await member.get<{ spec: { replicas: number } }>(DEPLOYMENT))?.spec.replicas;

const DEPLOYMENT = "/apis/apps/v1/namespaces/extension-shop/deployments/back";

test("a member that is well gives an alarm, or is not looked at", async () => {
  expect(await ofMembers()).toEqual([
    ["member edge", "ok", "/kapis/version: v4.1.2"],
    ["agent shop on edge", "ok", "Deployment extension-shop/back: 1 ready"],
  ]);
  expect(found(await json<Report>("doctor"))).toEqual([]);
  const { code, stdout } = await luban("status");
  expect([code, code === 0 ? "" : stdout]).toEqual([0, ""]);
  expect(await luban("drift")).toMatchObject({ code: 0, stdout: "the selected stack: no drift\n" });
});

interface Plan {
  readonly status?: { readonly clusterSchedulingStatuses?: { readonly edge?: { readonly state?: string } } };
}
const agentState = async () => (await host.get<Plan>(`${PLANS}/shop`))?.status?.clusterSchedulingStatuses?.edge?.state;

test("what others change of a member, or on it, is not told, or its way back does not undo it", async () => {
  await host.must("PATCH", `${CLUSTERS}/edge`, { metadata: { labels: { region: "theirs" } } });
  await host.must("PATCH", `${PLANS}/shop`, { spec: { clusterScheduling: { overrides: { edge: "back: { replicas: 2 }\n" } } } });
  await until(async () => (await replicas()) === 2, 60_000);
  await until(async () => (await agentState()) === "Installed", 60_000);
  await member.must("PATCH", DEPLOYMENT, { spec: { replicas: 3 } });
  const rollback = "helm rollback shop-agent 2 --namespace extension-shop --kubeconfig <the kubeconfig of edge>";
  expect(await drift()).toEqual([
    ["Cluster edge", "changed", "metadata.labels.region", "pulumi up --refresh"],
    ["InstallPlan shop", "changed", expect.stringContaining("spec.clusterScheduling.overrides") as string, "pulumi up --refresh"],
    ["Deployment extension-shop/back on edge", "changed", "spec.replicas", rollback],
  ]);
  succeeded(await run("bash", ["-c", rollback.replace(/<.*>/, `"$KUBESPHERE_SANDBOX_MEMBER"`)], { env }));
  succeeded(await stack.pulumi("up", "--refresh", "--yes", "--skip-preview"));
  await until(async () => (await replicas()) === 1, 60_000);
  expect(await drift()).toEqual([]);
});

const former = (...args: string[]) => luban("doctor", "--former-member", member.kubeconfig, ...args);
const formerReport = async (...args: string[]) => JSON.parse((await former("--json", ...args)).stdout) as Report;

test("the host of a stack, or a member that it has, is cleared away as if it were a former member", async () => {
  const still = await former("--fix", "--yes");
  expect(still).toEqual({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining("still a member of the stack's host: Cluster edge") as string,
  });
  const own = await luban("doctor", "--former-member", host.kubeconfig, "--fix", "--yes");
  expect(own).toEqual({ code: 1, stdout: "", stderr: expect.stringContaining("it is the host of the stack itself") as string });
  expect((await luban("doctor", "--former-member", "./nowhere.yaml")).stderr).toBe(
    "--former-member ./nowhere.yaml: this is no kubeconfig that can be used (ENOENT); its current context leads to the cluster\n",
  );
});

test("a member that goes away is told only by a console that hangs", async () => {
  await takeMemberAway();
  try {
    expect(await ofMembers()).toEqual([
      [
        "member edge",
        "failed",
        expect.stringMatching(/^KubeSphere on the host does not reach edge: Error while proxying request: dial tcp /) as string,
      ],
      ["agent shop on edge", "skipped", expect.stringMatching(/^the member cannot be asked from here: /) as string],
    ]);
    expect(found(await json<Report>("doctor"))).toEqual(["memberAway Cluster edge"]);
    expect(await drift()).toEqual([["what is on member edge", "unknown", "", ""]]);
    // It is given up while it is away: nobody can take from it what KubeSphere has written there.
    await host.must("DELETE", `${CLUSTERS}/edge`);
    await until(async () => !(await host.names(CLUSTERS)).includes("edge"), 60_000);
  } finally {
    await bringMemberBack();
  }
});

const TEAM = "/api/v1/namespaces/team";

test("what is left of KubeSphere on a former member is not told, or --fix leaves some of it, or takes what is somebody's", async () => {
  // What people have there: a project in a workspace of KubeSphere's, which 4.1.2 has a Workspace own, and something beside an agent.
  await member.must("POST", "/api/v1/namespaces", {
    metadata: { name: "team", labels: { "kubesphere.io/workspace": "system-workspace" } },
  });
  await member.must("POST", `${TEAM}/configmaps`, { metadata: { name: "orders" }, data: { orders: "7" } });
  await member.must("POST", "/api/v1/namespaces/extension-shop/configmaps", { metadata: { name: "notes" }, data: { notes: "mine" } });
  // KubeSphere's controllers put one on each Workspace (their sources); the stand-in does not.
  const workspace = "/apis/tenant.kubesphere.io/v1beta1/workspaces/system-workspace";
  await member.must("PATCH", workspace, { metadata: { finalizers: ["finalizers.tenant.kubesphere.io"] } });
  const team = async () => (await member.get<{ metadata: { finalizers?: string[]; ownerReferences?: object[] } }>(TEAM))?.metadata;
  await until(async () => (await team())?.ownerReferences?.length === 1 && (await team())?.finalizers?.length === 1, 60_000);

  const before = await formerReport();
  expect(found(before)).toEqual([
    "agents ✚ Release extension-shop/shop-agent",
    "ksCore ✚ Release kubesphere-system/ks-core",
    expect.stringMatching(/^heldNamespaces ✚ Namespace .*extension-shop.*team/),
    expect.stringMatching(/^kinds ✚ CustomResourceDefinition apiservices\.extensions\.kubesphere\.io, /),
    expect.stringContaining("rights ✚ "),
    "claim ✚ Namespace kubesphere-system",
    "namespaces ✚ Namespace kubesphere-system",
    "namespaces Namespace extension-shop",
  ]);
  expect(await former("--fix")).toEqual({ code: 1, stdout: "", stderr: expect.stringContaining("add --yes") as string });

  const after = await formerReport("--fix", "--yes");
  expect(found(after)).toEqual(["namespaces Namespace extension-shop"]);
  expect(after.mended).toHaveLength(7);
  expect(await team()).toMatchObject({ name: "team" });
  expect([(await team())?.finalizers, (await team())?.ownerReferences]).toEqual([undefined, undefined]);
  expect(await member.get(`${TEAM}/configmaps/orders`)).toMatchObject({ data: { orders: "7" } });
  expect(await member.get("/api/v1/namespaces/extension-shop/configmaps/notes")).toMatchObject({ data: { notes: "mine" } });

  await member.must("DELETE", "/api/v1/namespaces/extension-shop");
  await until(async () => (await former()).code === 0, 60_000);
  const left = await Promise.all(
    [
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
      "/apis/rbac.authorization.k8s.io/v1/clusterroles",
      "/api/v1/namespaces",
    ].map((it) => member.names(it)),
  );
  expect(left.flat().filter((name) => /kubesphere/.test(name))).toEqual([]);
});

test("a cluster that was cleared cannot join again", async () => {
  succeeded(await stack.pulumi("up", "--refresh", "--yes", "--skip-preview"));
  expect(await ofMembers()).toEqual([
    ["member edge", "ok", "/kapis/version: v4.1.2"],
    ["agent shop on edge", "ok", "Deployment extension-shop/back: 1 ready"],
  ]);
  expect(await stack.preview()).toEqual([]);
});
