import { resourceFinder } from "../../../kubesphere/chart/apiResources";
import { rightsFor, type Right } from "../../../kubesphere/extension/executorRights";
import { rulesOf } from "../../../kubesphere/extension/extensionFacts";
import type { RenderedObject } from "../../../kubesphere/chart/renderedObject";
import { rendered } from "../../support/rendered";

const NAMESPACE = "extension-web";
const of = (...objects: RenderedObject[]): Right[] => rightsFor(objects, NAMESPACE, resourceFinder(objects));
const MANAGE = ["create", "delete", "get", "list", "patch", "watch"];
const RELEASE_STORE = { apiGroups: [""], resources: ["secrets"], verbs: ["create", "delete", "get", "list", "patch", "update", "watch"] };
/** Without what every release needs. */
const rights = (...objects: RenderedObject[]) => {
  const { rules, clusterRules } = rulesOf(of(...objects));
  return { rules: rules.filter((rule) => JSON.stringify(rule) !== JSON.stringify(RELEASE_STORE)), clusterRules };
};
const RBAC = "rbac.authorization.k8s.io";

test("without its own Secrets Helm keeps no release", () => {
  expect(rulesOf(of())).toEqual({ rules: [RELEASE_STORE], clusterRules: [] });
});

test("an object of the extension's namespace takes rights there, and nowhere else", () => {
  expect(rights(rendered("v1 ConfigMap web"))).toEqual({
    rules: [{ apiGroups: [""], resources: ["configmaps"], verbs: MANAGE }],
    clusterRules: [],
  });
});

test("a Deployment's ReplicaSets may be read, or Helm's wait for it would fail", () => {
  expect(rights(rendered("apps/v1 Deployment web")).rules).toEqual([
    { apiGroups: ["apps"], resources: ["deployments"], verbs: MANAGE },
    { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["get", "list", "watch"] },
  ]);
});

test("a cluster-wide object may be made, and only that very one changed: other extensions' are out of reach", () => {
  expect(rights(rendered("scheduling.k8s.io/v1 PriorityClass web"))).toEqual({
    rules: [],
    clusterRules: [
      { apiGroups: ["scheduling.k8s.io"], resources: ["priorityclasses"], resourceNames: ["web"], verbs: ["delete", "get", "patch"] },
      { apiGroups: ["scheduling.k8s.io"], resources: ["priorityclasses"], verbs: ["create"] },
    ],
  });
});

test("an object of another namespace takes rights of the cluster, by its name", () => {
  expect(rights(rendered("v1 ConfigMap kube-system/web"))).toEqual({
    rules: [],
    clusterRules: [
      { apiGroups: [""], resources: ["configmaps"], resourceNames: ["web"], verbs: ["delete", "get", "patch"] },
      { apiGroups: [""], resources: ["configmaps"], verbs: ["create"] },
    ],
  });
});

test("a namespace that is left empty, or spelled out as the extension's own, is its own", () => {
  expect(rights(rendered(`v1 ConfigMap ${NAMESPACE}/web`)).clusterRules).toEqual([]);
  expect(rights(rendered("v1 ConfigMap /web")).clusterRules).toEqual([]);
});

describe("what hands rights on needs them itself, or the API server refuses it", () => {
  const rules = [{ apiGroups: [""], resources: ["nodes"], verbs: ["get"] }];

  test("a ClusterRole: its rules, in the whole cluster", () => {
    expect(rights(rendered(`${RBAC}/v1 ClusterRole web`, { rules })).clusterRules).toContainEqual(rules[0]);
  });

  test("a Role: its rules, in the namespace alone", () => {
    const { rules: own, clusterRules } = rights(rendered(`${RBAC}/v1 Role web`, { rules }));
    expect(own).toContainEqual(rules[0]);
    expect(clusterRules).toEqual([]);
  });

  test("a Role of another namespace: its rules, in the whole cluster", () => {
    expect(rights(rendered(`${RBAC}/v1 Role kube-system/web`, { rules })).clusterRules).toContainEqual(rules[0]);
  });

  test("paths of the API server that are no resources", () => {
    const urls = { nonResourceURLs: ["/metrics"], verbs: ["get"] };
    expect(rights(rendered(`${RBAC}/v1 ClusterRole web`, { rules: [urls] })).clusterRules).toContainEqual(urls);
  });

  test("an aggregated ClusterRole: nobody knows what it will give, so that it takes `escalate`", () => {
    const aggregated = rendered(`${RBAC}/v1 ClusterRole web`, { aggregationRule: { clusterRoleSelectors: [] }, rules: [] });
    expect(rights(aggregated).clusterRules).toContainEqual({
      apiGroups: [RBAC],
      resources: ["clusterroles"],
      verbs: ["create", "escalate"],
    });
  });

  const roleRef = (kind: string, name: string) => ({ roleRef: { apiGroup: RBAC, kind, name } });
  const bind = (resource: string, name: string) => ({ apiGroups: [RBAC], resources: [resource], resourceNames: [name], verbs: ["bind"] });

  test("a binding to a role that is made here: nothing more", () => {
    const role = rendered(`${RBAC}/v1 ClusterRole web`, { rules });
    const binding = rendered(`${RBAC}/v1 ClusterRoleBinding web`, roleRef("ClusterRole", "web"));
    expect(JSON.stringify(rights(role, binding))).not.toContain('bind"');
  });

  test("a binding to a role that is there: `bind` on that one, where the binding is", () => {
    expect(
      rights(rendered(`${RBAC}/v1 ClusterRoleBinding web`, roleRef("ClusterRole", "system:auth-delegator"))).clusterRules,
    ).toContainEqual(bind("clusterroles", "system:auth-delegator"));
    const inNamespace = rights(rendered(`${RBAC}/v1 RoleBinding web`, roleRef("ClusterRole", "view")));
    expect(inNamespace.rules).toContainEqual(bind("clusterroles", "view"));
    expect(inNamespace.clusterRules).toEqual([]);
    expect(rights(rendered(`${RBAC}/v1 RoleBinding kube-system/web`, roleRef("Role", "reader"))).clusterRules).toContainEqual(
      bind("roles", "reader"),
    );
  });
});

describe("kinds that are nobody's but the package's or the cluster's", () => {
  const crd = rendered("apiextensions.k8s.io/v1 CustomResourceDefinition mice.pets.example", {
    spec: { group: "pets.example", scope: "Cluster", names: { kind: "Mouse", plural: "mice" } },
  });

  test("a CRD of the package says how its kind is called, and that it has no namespace", () => {
    expect(rights(crd, rendered("pets.example/v1 Mouse jerry")).clusterRules).toContainEqual({
      apiGroups: ["pets.example"],
      resources: ["mice"],
      resourceNames: ["jerry"],
      verbs: ["delete", "get", "patch"],
    });
  });

  test("the cluster says it where the package does not", () => {
    const objects = [rendered("pets.example/v1 Mouse jerry")];
    const discovered = [{ group: "pets.example", kind: "Mouse", resource: "mice", isNamespaced: true }];
    const { rules } = rulesOf(rightsFor(objects, NAMESPACE, resourceFinder(objects, discovered)));
    expect(rules).toContainEqual({ apiGroups: ["pets.example"], resources: ["mice"], verbs: MANAGE });
  });

  test("where nobody says it, it is called as code generators do, and is of the namespace unless its name says cluster", () => {
    expect(rights(rendered("cert-manager.io/v1 Certificate web")).rules).toEqual([
      { apiGroups: ["cert-manager.io"], resources: ["certificates"], verbs: MANAGE },
    ]);
    expect(rights(rendered("cert-manager.io/v1 ClusterIssuer web")).rules).toEqual([]);
  });
});
