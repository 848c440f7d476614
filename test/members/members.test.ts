/** Member clusters as a stack declares them: joined, given agents, changed, taken out, destroyed. */
import { readFile, writeFile } from "fs/promises";
import { join } from "path";
import { temporaryFolders, type Files } from "../support/charts";
import { api, CHECKOUT, environment, freshSandbox, read, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";
import { bringMemberBack, replaceMember, takeMemberAway } from "../support/twoClusters";
import { until } from "../support/until";

const CLUSTERS = "/apis/cluster.kubesphere.io/v1alpha1/clusters";
const EUROPE = { clusterSelector: { matchLabels: { region: "eu" } } };
const AGENT_OBJECTS = "/api/v1/namespaces/extension-shop/configmaps";

/** An extension of two charts: `front` for the host, `back` for members. */
const SHOP: Files = {
  "extension.yaml": [
    ...["apiVersion: v1", "name: shop", "version: 0.1.0", "displayName: { en: shop }", "description: { en: shop }"],
    ...[
      "category: dev-tools",
      "icon: static/icon.svg",
      "provider: { en: { name: us } }",
      "installationMode: Multicluster",
      "dependencies:",
    ],
    ...["  - { name: front, tags: [extension] }", "  - { name: back, tags: [agent] }", ""],
  ].join("\n"),
  "static/icon.svg": '<svg xmlns="http://www.w3.org/2000/svg"/>',
  "values.yaml": "front: {}\nback: {}\n",
  "permissions.yaml": [
    'kind: Role\nrules:\n  - { verbs: ["*"], apiGroups: [""], resources: ["*"] }',
    'kind: ClusterRole\nrules:\n  - { verbs: [get], apiGroups: [""], resources: [nodes] }\n',
  ].join("\n---\n"),
  ...chart("front"),
  ...chart("back"),
};

/** @param change what another package of the same version changes */
function chart(name: string, change = 1): Files {
  const template = `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  of: "{{ .Values.greeting }} ${change}"\n`;
  return {
    [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
    [`charts/${name}/values.yaml`]: "greeting: hello\n",
    [`charts/${name}/templates/${name}.yaml`]: template,
  };
}

const folder = temporaryFolders();
let stack: Stack;
let shell: NodeJS.ProcessEnv;
let kubeconfig: string;
let source: string;

const onMember = async (path: string) =>
  ((await read<{ items: { metadata: { name: string } }[] }>(path, { KUBECONFIG: kubeconfig }))?.items ?? []).map(
    ({ metadata }) => metadata.name,
  );
const members = (more: object = {}) => ({
  memberClusters: [{ name: "edge", kubeconfig, displayName: "Edge, Lyon", labels: { region: "eu" }, ...more }],
});
const shop = (placement: object, more: object = {}) => ({
  extensions: [{ source, install: { clusterScheduling: { placement, ...more } } }],
});

/** What a member has of KubeSphere once it is none any more. */
async function leftOnMember() {
  const named = async (path: string) => (await onMember(path)).filter((name) => /kubesphere|^ks-|extension|shop/.test(name)).sort();
  const crds = await named("/apis/apiextensions.k8s.io/v1/customresourcedefinitions");
  return {
    releases: (await onMember("/api/v1/secrets?fieldSelector=type=helm.sh/release.v1")).sort(),
    namespaces: await named("/api/v1/namespaces"),
    roles: await named("/apis/rbac.authorization.k8s.io/v1/clusterroles"),
    bindings: await named("/apis/rbac.authorization.k8s.io/v1/clusterrolebindings"),
    crds,
  };
}

/** What KubeSphere would leave behind of an extension, each with the managers that have written it. */
const leftovers = async () => {
  const rbac = "/apis/rbac.authorization.k8s.io/v1";
  const rights = "kubesphere:shop:helm-executor";
  const paths = ["/api/v1/namespaces/extension-shop", `${rbac}/clusterroles/${rights}`, `${rbac}/clusterrolebindings/${rights}`];
  const objects = await Promise.all(
    paths.map((path) => read<{ metadata: { managedFields: { manager: string }[] } }>(path, { KUBECONFIG: kubeconfig })),
  );
  return objects.flatMap((it) =>
    it === undefined ? [] : [it.metadata.managedFields.map(({ manager }) => manager.replace(/-[0-9a-f]+$/, ""))],
  );
};

/** What the objects of the extension say: on the host, and on the member. */
async function greetings(): Promise<readonly (string | undefined)[]> {
  const said = async (name: string, env: NodeJS.ProcessEnv) =>
    (await read<{ data: { of: string } }>(`${AGENT_OBJECTS}/${name}`, env))?.data.of;
  return Promise.all([said("front", shell), said("back", { KUBECONFIG: kubeconfig })]);
}

/** Another package of the same version. */
async function changePackage(change: number): Promise<void> {
  const files = Object.entries({ ...chart("front", change), ...chart("back", change) });
  await Promise.all(files.map(([file, text]) => writeFile(join(source, file), text)));
}

beforeAll(async () => {
  await freshSandbox(undefined, ["--member"]);
  shell = await environment();
  stack = stackOf(shell);
  kubeconfig = shell["KUBESPHERE_SANDBOX_MEMBER"] as string;
  source = await folder(SHOP);
  await stack.configure({ oauthClients: [], ingress: { controller: "none" } });
});

test("one `up` does not get from nothing to an agent on a member, or the next preview goes on about it", async () => {
  await stack.configure({ ...members(), ...shop({ clusters: ["edge"] }) });
  // The sandbox's manager reaches this machine.
  expect(succeeded(await stack.up())).not.toContain("is an address of this machine");
  expect(await onMember(AGENT_OBJECTS)).not.toContain("front");
  expect(await greetings()).toEqual(["hello 1", "hello 1"]);
  expect(await stack.preview()).toEqual([]);
  succeeded(await stack.pulumi("refresh", "--yes"));
  expect(await stack.preview()).toEqual([]);
  const encoded = (await readFile(kubeconfig)).toString("base64");
  const state = await stack.state();
  expect(state).not.toContain(encoded.slice(0, 60));
  // Of the member's provider, which has the text itself.
  expect(state).not.toContain("current-context");
  const made = await leftovers();
  expect(made).toHaveLength(3);
  for (const managers of made) expect(managers[0]).toBe("pulumi-kubernetes");
});

test("another package of the same version never gets to a member", async () => {
  await changePackage(2);
  succeeded(await stack.up());
  expect(await greetings()).toEqual(["hello 2", "hello 2"]);
});

const OVERRIDE = { overrides: { edge: { back: { greeting: "override" } } } };

test("another override changes the host as well, and another value for a member's ks-core never gets there", async () => {
  await stack.configure({ ...members({ values: { ha: { enabled: true } } }), ...shop({ clusters: ["edge"] }, OVERRIDE) });
  expect(await stack.preview()).toEqual([
    "update member-edge",
    'update member-edge-cluster metadata.annotations["pulumi.com/waitFor"] spec.config',
    "update shop",
    "update shop-plan spec.clusterScheduling.overrides",
  ]);
  succeeded(await stack.up());
  expect(await greetings()).toEqual(["hello 2", "override 2"]);
  expect(await stack.preview()).toEqual([]);
});

test("another package of the same version never gets to a member that has an override", async () => {
  await changePackage(3);
  succeeded(await stack.up());
  expect(await greetings()).toEqual(["hello 3", "override 3"]);
});

test("a member that is away keeps everything else from its change, loses its part of the stack, or never gets what it has missed", async () => {
  await takeMemberAway();
  await changePackage(4);
  // The member itself stays as it is: a change of it would wait.
  await stack.configure({ ...shop(EUROPE), oauthClients: [{ name: "wiki", redirectURIs: ["https://wiki.example.com/"] }] });
  expect(succeeded(await stack.up())).toMatch(/member edge does not answer .+ agents on it are not waited for/);
  expect(await stack.names("/api/v1/namespaces/kubesphere-system/secrets")).toContain("oauthclient-wiki");
  succeeded(await stack.pulumi("refresh", "--yes"));
  await bringMemberBack();
  await until(async () => (await greetings()).join() === "hello 4,hello 4", 60_000);
  succeeded(await stack.up());
  expect(await stack.preview()).toEqual([]);
  expect(await leftovers()).toHaveLength(3);
});

test("another cluster under a member's name never gets ks-core and agents: it replaces the member, and the preview says what that takes", async () => {
  await replaceMember();
  const { stdout } = await stack.pulumi("preview");
  expect(stdout).toMatch(/kubesphere-member-edge-cluster +replace/);
  expect(stdout).toMatch(
    /member edge is another cluster now \(.+\): its Cluster object is replaced, .+ take edge out of their placement, run `pulumi up`, and put it back/,
  );
  await stack.configure(shop({ clusters: [] }));
  succeeded(await stack.up());
  await stack.configure(shop(EUROPE));
  succeeded(await stack.up());
  expect(await greetings()).toEqual(["hello 4", "hello 4"]);
});

test("a cluster that is in no placement any more keeps its agent, or what it ran in, since the member leaves in the same `up`", async () => {
  await stack.configure({ ...shop({ clusters: [] }), memberClusters: [] });
  succeeded(await stack.up());
  expect(await stack.names(CLUSTERS)).toEqual(["host"]);
  expect(await greetings()).toEqual(["hello 4", undefined]);
  expect(await leftovers()).toEqual([]);
});

test("a member comes back with the leftovers of the last time, and a destroy leaves more of it behind than the docs name", async () => {
  // As KubeSphere has made it for an agent before the stack declared it.
  const labels = { "kubesphere.io/extension-ref": "shop" };
  await api({ KUBECONFIG: kubeconfig }, "POST", "/api/v1/namespaces", { metadata: { name: "extension-shop", labels } });
  await stack.configure({ ...members(), ...shop(EUROPE) });
  succeeded(await stack.up());
  expect(await greetings()).toEqual(["hello 4", "hello 4"]);
  succeeded(await stack.pulumi("destroy", "--yes"));
  const { crds, releases, ...left } = await leftOnMember();
  // The binding is ks-core's.
  expect(left).toEqual({ namespaces: ["kubesphere-system"], roles: [], bindings: ["kubesphere"] });
  expect(releases.filter((name) => !name.startsWith("sh.helm.release.v1.ks-core."))).toEqual([]);
  expect(crds.filter((name) => !name.endsWith("kubesphere.io"))).toEqual([]);
  const [, told] = (await readFile(join(CHECKOUT, "docs/members.md"), "utf8")).split("## Removing a member");
  for (const it of ["helm uninstall ks-core", "kubectl get crds"]) expect(told).toContain(it);
});
