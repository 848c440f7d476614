import type { RenderedObject } from "../../operate/extension/helm";
import { plural, resourceOf } from "../../operate/extension/resources";
import { missingRights, needlessRights } from "../../operate/extension/rights";

const object = (apiVersion: string, kind: string, more: Partial<RenderedObject> = {}): RenderedObject => ({
  templateFile: "charts/web/templates/all.yaml",
  apiVersion,
  kind,
  metadata: { name: "web" },
  ...more,
});
const rule = (apiGroups: string[], resources: string[], verbs = ["create", "delete", "get", "patch"], resourceNames?: string[]) => ({
  apiGroups,
  resources,
  verbs,
  ...(resourceNames && { resourceNames }),
});
const SERVICE = object("v1", "Service");
const BUNDLE = object("extensions.kubesphere.io/v1alpha1", "JSBundle");

describe("an install that would stop for lack of a right is told before", () => {
  const missing = (objects: RenderedObject[], rules: ReturnType<typeof rule>[], clusterRules: ReturnType<typeof rule>[] = []) =>
    missingRights(objects, { rules, clusterRules }, "extension-web").map(({ role, group, resource, verbs }) => [
      role,
      group,
      resource,
      verbs,
    ]);

  test("every verb that Helm uses in an object's life is asked for", () => {
    expect(missing([SERVICE], [rule([""], ["services"], ["get", "create"])])).toEqual([["Role", "", "services", ["delete", "patch"]]]);
    expect(missing([SERVICE], [rule([""], ["services"])])).toEqual([]);
    expect(missing([SERVICE], [rule(["*"], ["*"], ["*"])])).toEqual([]);
  });

  test("a kind without a namespace, and another namespace, need the ClusterRole", () => {
    const all = [rule(["*"], ["*"], ["*"])];
    const elsewhere = object("v1", "ConfigMap", { metadata: { name: "web", namespace: "default" } });
    const verbs = ["create", "delete", "get", "patch"];
    expect(missing([BUNDLE, elsewhere], all)).toEqual([
      ["ClusterRole", "extensions.kubesphere.io", "jsbundles", verbs],
      ["ClusterRole", "", "configmaps", verbs],
    ]);
    expect(missing([BUNDLE, elsewhere], [], all)).toEqual([]);
  });

  test("a right on names lets nobody make the object", () => {
    const named = rule(["extensions.kubesphere.io"], ["jsbundles"], ["*"], ["web"]);
    expect(missing([BUNDLE], [], [named])).toEqual([["ClusterRole", "extensions.kubesphere.io", "jsbundles", ["create"]]]);
    expect(missing([BUNDLE], [], [named, rule(["extensions.kubesphere.io"], ["jsbundles"], ["create"])])).toEqual([]);
    expect(missing([BUNDLE], [], [rule(["extensions.kubesphere.io"], ["jsbundles"], ["*"], ["other"])])).toHaveLength(1);
  });

  test("rights that a Role of the chart hands on must be held, or be allowed to escalate", () => {
    const role = object("rbac.authorization.k8s.io/v1", "Role", { rules: [rule([""], ["pods", "pods/log"], ["get", "list"])] });
    const roles = rule(["rbac.authorization.k8s.io"], ["roles"], ["*"]);
    expect(missing([role], [rule(["rbac.authorization.k8s.io"], ["roles"]), rule([""], ["pods"], ["get"])])).toEqual([
      ["Role", "", "pods", ["list"]],
      ["Role", "", "pods/log", ["get", "list"]],
    ]);
    expect(missing([role], [roles])).toEqual([]);
  });

  test("a kind that only the package's CRD knows is asked for as the CRD spells it", () => {
    const spec = { group: "example.com", scope: "Cluster", names: { kind: "Mouse", plural: "mice" } };
    const crd = object("apiextensions.k8s.io/v1", "CustomResourceDefinition", { spec });
    const mouse = object("example.com/v1", "Mouse");
    expect(resourceOf(mouse, [crd, mouse])).toEqual({ group: "example.com", resource: "mice", clusterScoped: true });
    expect(resourceOf(mouse, [mouse])).toEqual({ group: "example.com", resource: "mouses", clusterScoped: false });
  });
});

test("a right that no template needs is told, whatever values render it; what Helm itself needs is not", () => {
  const rights = {
    rules: [
      rule([""], ["services", "secrets", "pods", "configmaps"]),
      rule(["apps"], ["replicasets", "statefulsets"]),
      rule(["*"], ["services"]),
    ],
    clusterRules: [rule([""], ["nodes"]), rule([""], ["nodes"], ["list"])],
  };
  expect(needlessRights([SERVICE], new Set(["Service", "ConfigMap"]), rights)).toEqual([
    { role: "ClusterRole", group: "", resource: "nodes" },
    { role: "Role", group: "apps", resource: "statefulsets" },
    { role: "Role", group: "*", resource: "services" },
  ]);
});

test("kinds are in the plural as Kubernetes writes it", () => {
  const words = ["service", "ingress", "networkpolicy", "gateway", "endpoints", "configmap", "repository"];
  expect(words.map(plural)).toEqual(["services", "ingresses", "networkpolicies", "gateways", "endpoints", "configmaps", "repositories"]);
});
