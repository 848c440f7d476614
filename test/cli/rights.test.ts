import { needsOf } from "../../kubesphere/extension/extensionFacts";
import type { PolicyRule } from "../../kubesphere/extension/policyRules";
import type { RenderedObject } from "../../kubesphere/chart/renderedObject";
import { ofNeedless } from "../../cli/extension/lint";
import { missingRights, needlessRights } from "../../cli/extension/rights";
import { rendered } from "../support/rendered";

const rule = (apiGroups: string[], resources: string[], verbs = ["create", "delete", "get", "patch"], resourceNames?: string[]) => ({
  apiGroups,
  resources,
  verbs,
  ...(resourceNames && { resourceNames }),
});
const SERVICE = rendered("v1 Service web");
const BUNDLE = rendered("extensions.kubesphere.io/v1alpha1 JSBundle web");
const RBAC = "rbac.authorization.k8s.io";
const STORE = rule([""], ["secrets"], ["create", "delete", "get", "list", "update"]);
const needs = (objects: RenderedObject[], templates: string[] = []) =>
  needsOf(objects, { namespace: "extension-web", discovered: [], templates });

describe("an install that would stop for lack of a right is told before", () => {
  const missing = (objects: RenderedObject[], rules: PolicyRule[], clusterRules: PolicyRule[] = []) =>
    missingRights(needs(objects), { rules: [...rules, STORE], clusterRules }).map(({ role, what, verbs }) => [role, what, verbs]);

  test("every verb that Helm uses in an object's life is asked for, and none that it does without", () => {
    expect(missing([SERVICE], [rule([""], ["services"], ["get", "create"])])).toEqual([["Role", "services", ["delete", "patch"]]]);
    expect(missing([SERVICE], [rule([""], ["services"])])).toEqual([]);
    expect(missing([SERVICE], [rule(["*"], ["*"], ["*"])])).toEqual([]);
  });

  test("Helm's own Secrets, without which it keeps no release", () => {
    const lacking = missingRights(needs([]), { rules: [rule([""], ["secrets"])], clusterRules: [] });
    expect(lacking).toEqual([{ role: "Role", what: "secrets", verbs: ["list", "update"], object: undefined }]);
  });

  test("what Helm's wait looks at: a Deployment's ReplicaSets, a hook's Job", () => {
    const job = rendered("batch/v1 Job web");
    expect(missing([rendered("apps/v1 Deployment web"), job], [rule(["apps"], ["deployments"]), rule(["batch"], ["jobs"])])).toEqual([
      ["Role", "replicasets.apps", ["list"]],
      ["Role", "jobs.batch", ["list", "watch"]],
    ]);
  });

  test("a kind without a namespace, and another namespace, need the ClusterRole", () => {
    const all = [rule(["*"], ["*"], ["*"])];
    const elsewhere = rendered("v1 ConfigMap default/web");
    expect(missing([BUNDLE, elsewhere], all)).toEqual([
      ["ClusterRole", "jsbundles.extensions.kubesphere.io", ["create"]],
      ["ClusterRole", "jsbundles.extensions.kubesphere.io", ["delete", "get", "patch"]],
      ["ClusterRole", "configmaps", ["create"]],
      ["ClusterRole", "configmaps", ["delete", "get", "patch"]],
    ]);
    expect(missing([BUNDLE, elsewhere], [], all)).toEqual([]);
  });

  test("a right on names lets nobody make the object", () => {
    const named = rule(["extensions.kubesphere.io"], ["jsbundles"], ["*"], ["web"]);
    expect(missing([BUNDLE], [], [named])).toEqual([["ClusterRole", "jsbundles.extensions.kubesphere.io", ["create"]]]);
    expect(missing([BUNDLE], [], [named, rule(["extensions.kubesphere.io"], ["jsbundles"], ["create"])])).toEqual([]);
    expect(missing([BUNDLE], [], [rule(["extensions.kubesphere.io"], ["jsbundles"], ["*"], ["other"])])).toHaveLength(2);
    expect(missing([SERVICE], [rule([""], ["services"], ["*"], ["web"])])).toEqual([["Role", "services", ["create"]]]);
  });

  test("rights that a Role of the chart hands on must be held, or be allowed to escalate", () => {
    const role = rendered(`${RBAC}/v1 Role web`, { rules: [rule([""], ["pods", "pods/log"], ["get", "list"])] });
    expect(missing([role], [rule([RBAC], ["roles"]), rule([""], ["pods"], ["get"])])).toEqual([
      ["Role", "pods", ["list"]],
      ["Role", "pods/log", ["get", "list"]],
    ]);
    expect(missing([role], [rule([RBAC], ["roles"], ["*"])])).toEqual([]);
  });

  test("paths of the API server that a ClusterRole of the chart hands on", () => {
    const role = rendered(`${RBAC}/v1 ClusterRole web`, { rules: [{ nonResourceURLs: ["/logs/web", "/metrics"], verbs: ["get"] }] });
    const clusterRoles = rule([RBAC], ["clusterroles"]);
    expect(missing([role], [], [clusterRoles, { nonResourceURLs: ["/logs/*"], verbs: ["*"] }])).toEqual([
      ["ClusterRole", "/metrics", ["get"]],
    ]);
  });

  test("a binding to a role that is not the chart's own needs `bind` on it", () => {
    const roleRef = { apiGroup: RBAC, kind: "ClusterRole", name: "view" };
    const binding = rendered(`${RBAC}/v1 RoleBinding web`, { roleRef });
    expect(missing([binding], [rule([RBAC], ["rolebindings"])])).toEqual([["Role", `clusterroles.${RBAC}`, ["bind"]]]);
    expect(missing([binding], [rule([RBAC], ["rolebindings"]), rule([RBAC], ["clusterroles"], ["bind"], ["view"])])).toEqual([]);
  });

  test("of a kind that nobody knows, either part of permissions.yaml will do", () => {
    const issuer = rendered("cert-manager.io/v1 ClusterIssuer web");
    expect(missing([issuer], [rule(["cert-manager.io"], ["clusterissuers"])])).toEqual([]);
    expect(missing([issuer], [], [rule(["cert-manager.io"], ["clusterissuers"])])).toEqual([]);
  });
});

describe("rights that are stated and go too far are told", () => {
  const judged = (objects: RenderedObject[], templates: string[], rules: PolicyRule[], clusterRules: PolicyRule[] = []) =>
    needlessRights(needs(objects, templates), { rules, clusterRules }).map(({ role, what, verdict }) => [
      role,
      what,
      verdict.is === "wide" ? verdict.enough : verdict.is,
    ]);

  test("what no template needs, whatever values render it; what Helm itself needs is not", () => {
    const rules = [rule([""], ["services", "secrets", "configmaps", "pods"]), rule(["apps"], ["replicasets", "statefulsets"])];
    const clusterRules = [rule([""], ["nodes"]), rule([""], ["nodes"], ["list"])];
    const template = "{{- if .Values.more }}\napiVersion: v1\nkind: ConfigMap\n{{- end }}";
    expect(judged([SERVICE, rendered("apps/v1 Deployment web")], [template], rules, clusterRules)).toEqual([
      ["ClusterRole", "nodes", "needless"],
      ["Role", "pods", "needless"],
      ["Role", "statefulsets.apps", "needless"],
    ]);
  });

  test("a rule of several groups is not blamed for the groups in which its resources are not", () => {
    const deployment = rendered("apps/v1 Deployment web");
    expect(judged([SERVICE, deployment], [], [rule(["", "apps"], ["services", "deployments"])])).toEqual([]);
  });

  test("a `*` that covers what is rendered is wide and not superfluous; one that covers nothing is", () => {
    expect(judged([SERVICE], [], [rule([""], ["*"], ["*"]), rule(["apps"], ["*"])])).toEqual([
      ["Role", "*", ["secrets", "services"]],
      ["Role", "*.apps", "needless"],
    ]);
  });

  test("a `*` that the chart's own ClusterRole hands on is as wide as its need", () => {
    const role = rendered(`${RBAC}/v1 ClusterRole web`, { rules: [rule(["*"], ["*"], ["*"])] });
    expect(judged([role], [], [], [rule(["*"], ["*"], ["*"]), rule([""], ["pods"])])).toEqual([]);
  });

  test("a Role gives nothing of what has no namespace", () => {
    expect(judged([BUNDLE], [], [rule(["extensions.kubesphere.io"], ["jsbundles"])])).toEqual([
      ["Role", "jsbundles.extensions.kubesphere.io", "in vain"],
    ]);
  });

  test("nor of what is needed in all namespaces: its kind is not said to have none", () => {
    const reader = rendered(`${RBAC}/v1 ClusterRole web`, { rules: [rule(["networking.k8s.io"], ["ingresses"], ["get"])] });
    const [vain] = needlessRights(needs([reader]), { rules: [rule(["networking.k8s.io"], ["ingresses"])], clusterRules: [] });
    expect(vain && ofNeedless(vain).found).toBe(
      "the Role grants ingresses.networking.k8s.io, which is needed in the whole cluster, where a Role grants nothing",
    );
  });

  test("paths of the API server that nobody hands on", () => {
    expect(judged([], [], [], [{ nonResourceURLs: ["/metrics"], verbs: ["get"] }])).toEqual([["ClusterRole", "/metrics", "needless"]]);
  });
});
