import { renderedObjects, type ObjectOptions } from "../../../sandbox/src/provider/kubernetes/renderedObjects";

const rendered = (output: string, options: Partial<ObjectOptions> = {}) =>
  renderedObjects(output, { namespace: "", includeTestHooks: false, isNamespaced: async () => true, ...options });
const document = (apiVersion: string, kind: string, name: string, annotations: object = {}) =>
  `---\n# Source: demo/templates/a.yaml\n${JSON.stringify({ apiVersion, kind, metadata: { name, annotations } })}\n`;

test("what is no object would be declared: documents that are empty, or have no kind or no version", async () => {
  const output = `---\n# Source: demo/templates/a.yaml\n---\n[]\n---\napiVersion: v1\n---\nkind: ConfigMap\n--- # the end\n${document("v1", "ConfigMap", "a")}`;
  expect(await rendered(output)).toEqual([{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", annotations: {} } }]);
});

test("a chart's tests would be installed with it, or objects left out that only speak of them", async () => {
  const output = [
    document("v1", "Pod", "test", { "helm.sh/hook": "test" }),
    document("v1", "Pod", "both", { "helm.sh/hook": "post-install,test-failure" }),
    document("v1", "Job", "hook", { "helm.sh/hook": "post-install" }),
    document("v1", "ConfigMap", "speaks", { about: '"helm.sh/hook": test' }),
  ].join("");
  const names = async (includeTestHooks: boolean) =>
    (await rendered(output, { includeTestHooks })).map(({ metadata }) => (metadata as { name: string }).name);
  expect(await names(false)).toEqual(["hook", "speaks"]);
  expect(await names(true)).toEqual(["test", "both", "hook", "speaks"]);
});

test("without a cluster an object would lack its namespace, or Kubernetes' own cluster-wide kinds get one", async () => {
  const output = [
    document("v1", "ConfigMap", "a"),
    document("v1", "Namespace", "a"),
    document("rbac.authorization.k8s.io/v1", "ClusterRole", "a"),
    document("rbac.authorization.k8s.io/v1", "ClusterRoleList", "a"),
    document("example.com/v1", "ClusterRole", "a"),
    "---\napiVersion: v1\nkind: Secret\nmetadata: { name: a, namespace: given }\n",
    "---\napiVersion: v1\nkind: Secret\n",
  ].join("");
  const namespaces = (await rendered(output, { namespace: "target" })).map(
    ({ metadata }) => (metadata as { namespace?: string } | undefined)?.namespace,
  );
  expect(namespaces).toEqual(["target", undefined, undefined, undefined, "target", "given", "target"]);
  expect((await rendered(output)).map(({ metadata }) => (metadata as { namespace?: string } | undefined)?.namespace)).toEqual([
    ...[undefined, undefined, undefined, undefined, undefined],
    ...["given", undefined],
  ]);
});

test("a custom kind has a namespace where the cluster says so", async () => {
  const output = document("example.com/v1", "Sun", "a") + document("example.com/v1", "Lamp", "a");
  const objects = await rendered(output, { namespace: "target", isNamespaced: async (_, kind) => kind === "Lamp" });
  expect(objects.map(({ metadata }) => (metadata as { namespace?: string }).namespace)).toEqual([undefined, "target"]);
});
