/** Member clusters as a stack declares them: joined, given agents, changed, taken out, destroyed. */
import { readFile } from "fs/promises";
import { temporaryFolders, type Files } from "../support/charts";
import { api, environment, freshSandbox, read, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";
import { bringMemberBack, takeMemberAway } from "../support/twoClusters";

const CLUSTERS = "/apis/cluster.kubesphere.io/v1alpha1/clusters";
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

function chart(name: string): Files {
  return {
    [`charts/${name}/Chart.yaml`]: `apiVersion: v2\nname: ${name}\nversion: 0.1.0\n`,
    [`charts/${name}/templates/${name}.yaml`]: `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\ndata:\n  of: ${name}\n`,
  };
}

const folder = temporaryFolders();
let stack: Stack;
let kubeconfig: string;
let source: string;

const onMember = async (path: string) =>
  ((await read<{ items: { metadata: { name: string } }[] }>(path, { KUBECONFIG: kubeconfig }))?.items ?? []).map(
    ({ metadata }) => metadata.name,
  );
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
const members = (more: object = {}) => ({
  memberClusters: [{ name: "edge", kubeconfig, displayName: "Edge, Lyon", labels: { region: "eu" }, ...more }],
});
const shop = (placement: object) => ({ extensions: [{ source, install: { clusterScheduling: { placement } } }] });

beforeAll(async () => {
  await freshSandbox(undefined, ["--member"]);
  const env = await environment();
  stack = stackOf(env);
  kubeconfig = env["KUBESPHERE_SANDBOX_MEMBER"] as string;
  source = await folder(SHOP);
  await stack.configure({ oauthClients: [], ingress: { controller: "none" } });
});

test("one `up` does not get from nothing to an agent on a member, or the next preview goes on about it", async () => {
  await stack.configure({ ...members(), ...shop({ clusters: ["edge"] }) });
  succeeded(await stack.up());
  expect(await onMember(AGENT_OBJECTS)).toEqual(expect.arrayContaining(["back"]));
  expect(await onMember(AGENT_OBJECTS)).not.toContain("front");
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

test("a member that is away fails a change of something else, or has its part of the stack deleted", async () => {
  await takeMemberAway();
  await stack.configure({
    ...{ ...members(), ...shop({ clusters: ["edge"] }) },
    oauthClients: [{ name: "grafana", redirectURIs: ["http://grafana.example.com/login"] }],
  });
  const done = await stack.up();
  expect(succeeded(done)).toContain("member edge does not answer");
  expect(await stack.names("/api/v1/namespaces/kubesphere-system/secrets")).toContain("oauthclient-grafana");
  succeeded(await stack.pulumi("refresh", "--yes"));
  await bringMemberBack();
  await stack.configure({ ...members(), ...shop({ clusters: ["edge"] }), oauthClients: [] });
  succeeded(await stack.up());
  expect(await stack.preview()).toEqual([]);
  expect(await leftovers()).toHaveLength(3);
});

test("another value for a member's ks-core never gets there", async () => {
  await stack.configure(members({ values: { ha: { enabled: true } } }));
  expect(await stack.preview()).toEqual([
    "update member-edge",
    'update member-edge-cluster metadata.annotations["pulumi.com/waitFor"] spec.config',
  ]);
  succeeded(await stack.up());
  expect(await stack.preview()).toEqual([]);
});

test("a cluster that is in no placement any more keeps its agent, or what it ran in, since the member leaves in the same `up`", async () => {
  await stack.configure({ ...shop({ clusters: [] }), memberClusters: [] });
  succeeded(await stack.up());
  expect(await stack.names(CLUSTERS)).toEqual(["host"]);
  expect(await leftovers()).toEqual([]);
});

test("a member comes back with the leftovers of the last time, and a destroy leaves its agents behind, or what they ran in", async () => {
  // As KubeSphere has made it for an agent before the stack declared it.
  const labels = { "kubesphere.io/extension-ref": "shop" };
  await api({ KUBECONFIG: kubeconfig }, "POST", "/api/v1/namespaces", { metadata: { name: "extension-shop", labels } });
  await stack.configure({ ...members(), ...shop({ clusterSelector: { matchLabels: { region: "eu" } } }) });
  succeeded(await stack.up());
  expect(await onMember(AGENT_OBJECTS)).toContain("back");
  succeeded(await stack.pulumi("destroy", "--yes"));
  expect(await leftovers()).toEqual([]);
});
