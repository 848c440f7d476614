/** Member clusters as a stack declares them: joined, given agents, changed, taken out, destroyed. */
import { readFile } from "fs/promises";
import { temporaryFolders, type Files } from "../support/charts";
import { environment, freshSandbox, read, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";

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
  expect(await stack.state()).not.toContain(encoded.slice(0, 60));
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

test("a cluster that is in no placement any more keeps its agent, since the member leaves in the same `up`", async () => {
  await stack.configure({ ...shop({ clusters: [] }), memberClusters: [] });
  succeeded(await stack.up());
  expect(await stack.names(CLUSTERS)).toEqual(["host"]);
  expect(await onMember(AGENT_OBJECTS)).not.toContain("back");
});

test("a member comes back with the leftovers of the last time, and a destroy leaves its agents behind", async () => {
  await stack.configure({ ...members(), ...shop({ clusterSelector: { matchLabels: { region: "eu" } } }) });
  succeeded(await stack.up());
  expect(await onMember(AGENT_OBJECTS)).toContain("back");
  succeeded(await stack.pulumi("destroy", "--yes"));
  expect(await onMember(AGENT_OBJECTS)).not.toContain("back");
});
