import { pendingOperations } from "../../sandbox/src/pendingOperations";

const urn = (name: string) => `urn:pulumi:sandbox::kubesphere::kubesphere:index:Platform$kubernetes:core/v1:ConfigMap::${name}`;
const configMap = (name: string, objectName: string) => ({
  urn: urn(name),
  type: "kubernetes:core/v1:ConfigMap",
  inputs: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: objectName, namespace: "shop" } },
});
const checkpoint = (pending: unknown[], resources: unknown[] = []) =>
  JSON.stringify({ checkpoint: { latest: { resources, pending_operations: pending } } });

test("an object that a killed run may have created is named, so that the next run does not end with AlreadyExists", () => {
  expect(pendingOperations(checkpoint([{ type: "creating", resource: configMap("chart", "demo-chart") }]))).toEqual([
    { type: "creating", resource: "chart", target: { kind: "ConfigMap", apiVersion: "v1", name: "demo-chart", namespace: "shop" } },
  ]);
});

test("an object that the state knows under another resource is not deleted with a pending one", () => {
  const known = { ...configMap("old", "demo-chart"), id: "shop/demo-chart" };
  expect(pendingOperations(checkpoint([{ type: "creating", resource: configMap("new", "demo-chart") }], [known]))).toEqual([
    { type: "creating", resource: "new" },
  ]);
});

test("a Helm release and what is outside the cluster are told apart from objects", () => {
  const release = {
    urn: urn("ks-core"),
    type: "kubernetes:helm.sh/v3:Release",
    inputs: { name: "ks-core", namespace: "kubesphere-system" },
  };
  const password = { urn: urn("secret"), type: "random:index/randomPassword:RandomPassword", inputs: {} };
  const pending = [
    { type: "updating", resource: { ...release, id: "kubesphere-system/ks-core" } },
    { type: "creating", resource: password },
  ];
  expect(pendingOperations(checkpoint(pending))).toEqual([
    { type: "updating", resource: "ks-core", target: { kind: "Release", apiVersion: "", name: "ks-core", namespace: "kubesphere-system" } },
    { type: "creating", resource: "secret" },
  ]);
});

test("a stack that was never deployed has nothing pending", () => {
  expect([pendingOperations("{}"), pendingOperations(JSON.stringify({ checkpoint: { latest: null } }))]).toEqual([[], []]);
});

test("an object of a member cluster would be looked for, and deleted, on the host, which may have one of the same name", () => {
  const of = (name: string, type = "pulumi:providers:kubernetes") => ({
    ...configMap("chart", "demo-chart"),
    provider: `urn:pulumi:sandbox::kubesphere::${type}::${name}::id`,
  });
  const onMember = of("edge-provider", "kubesphere:index:Platform$kubesphere:index:MemberCluster$pulumi:providers:kubernetes");
  const known = { ...of("cluster"), id: "shop/demo-chart" };
  const target = { kind: "ConfigMap", apiVersion: "v1", name: "demo-chart", namespace: "shop", isOnMember: true };
  expect(pendingOperations(checkpoint([{ type: "creating", resource: onMember }], [known]))).toEqual([
    { type: "creating", resource: "chart", target },
  ]);
  // Programs of one's own call their provider as they like.
  for (const name of ["cluster", "k8s", "default"])
    expect(pendingOperations(checkpoint([{ type: "creating", resource: of(name) }], [known]))).toEqual([
      { type: "creating", resource: "chart" },
    ]);
});
