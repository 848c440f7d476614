/** What an extension may do in the whole cluster, in whatever spelling: rights that lead to all others are told before they are merged. */
import { readFileSync } from "fs";
import { join } from "path";
import { ALLOWABLE_RULES } from "../../kubesphere/extension/allowances";
import { violations } from "../../policy/gate";
import type { RenderedObject } from "../../policy/rule";
import { extensionRules, rules as allRules } from "../../policy/rules";

type Rules = readonly object[];
const EXECUTOR =
  "urn:pulumi:sandbox::kubesphere::kubesphere:index:Extension$kubernetes:rbac.authorization.k8s.io/v1:ClusterRole::demo-executor";

/** Of permissions.yaml. */
function ofExecutor(rules: Rules, labels: object = { "kubesphere.io/extension-ref": "demo" }) {
  const newState = { type: "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole", inputs: { metadata: { labels }, rules } };
  return violations({ steps: [{ op: "same", urn: EXECUTOR, newState }] }, []).map(({ rule, property }) => [rule, property]);
}

/** Of a chart. */
const ofChart = (...objects: object[]) =>
  violations({ steps: [] }, [
    { urn: "demo", objects: objects.map((it) => ({ metadata: { name: "it" }, templateFile: "t", ...it }) as never) },
  ]).map(({ rule, property }) => [rule, property]);

const rbac = (apiGroups: string[], resources: string[], verbs: string[], more: object = {}) => ({ apiGroups, resources, verbs, ...more });
const ALL = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

const SPELLINGS: [rule: string, rules: Rules, properties?: string[]][] = [
  ["cluster-admin", [rbac(["*"], ["*"], ["*"])]],
  ["cluster-admin", [rbac(["*"], ["*"], ALL)]],
  ["cluster-admin", [rbac(["*", ""], ["pods", "*"], [...ALL, "use"])]],
  ["cluster-admin", [rbac(["*"], ["*/*"], ["*"])]],
  // Split over rules, each of which is less.
  ["cluster-admin", [rbac(["*"], ["*"], ALL.slice(0, 3)), rbac(["*"], ["*"], ALL.slice(3))], ["rules"]],
  ["escalate-bind-impersonate", [rbac(["rbac.authorization.k8s.io"], ["*"], ["*"])]],
  ["escalate-bind-impersonate", [rbac(["rbac.authorization.k8s.io"], ["clusterroles"], ["escalate"])]],
  ["escalate-bind-impersonate", [rbac(["*"], ["roles"], ["bind"], { resourceNames: ["cluster-admin"] })]],
  ["escalate-bind-impersonate", [rbac([""], ["users"], ["impersonate"], { resourceNames: ["admin"] })]],
  ["escalate-bind-impersonate", [rbac(["authentication.k8s.io"], ["userextras/scopes", "uids"], ["impersonate"])]],
  ["escalate-bind-impersonate", [rbac([""], ["serviceaccounts"], ["impersonate:serviceaccount"])]],
  ["secrets-of-all", [rbac([""], ["configmaps"], ["get"]), rbac([""], ["secrets"], ["list"])], ["rules[1]"]],
  ["secrets-of-all", [rbac(["*"], ["secrets"], ["watch"])]],
  ["workloads-everywhere", [rbac([""], ["pods"], ["create"])]],
  ["workloads-everywhere", [rbac(["apps"], ["*"], ["patch"])]],
  ["workloads-everywhere", [rbac(["batch"], ["cronjobs"], ["update"])]],
  ["exec-everywhere", [rbac([""], ["pods/exec"], ["create"])]],
  ["exec-everywhere", [rbac([""], ["*/attach"], ["get"])]],
  ["exec-everywhere", [rbac([""], ["pods/ephemeralcontainers"], ["patch"])]],
  ["node-proxy", [rbac([""], ["nodes/proxy"], ["get"], { resourceNames: ["n1"] })]],
  ["node-proxy", [rbac([""], ["nodes/*"], ["get"])]],
  ["service-account-tokens", [rbac([""], ["serviceaccounts/token"], ["create"])]],
  ["certificate-approval", [rbac(["certificates.k8s.io"], ["certificatesigningrequests/approval"], ["update"])]],
  [
    "certificate-approval",
    [rbac(["certificates.k8s.io"], ["signers"], ["approve"], { resourceNames: ["kubernetes.io/kube-apiserver-client"] })],
  ],
  ["admission-webhook", [rbac(["admissionregistration.k8s.io"], ["mutatingwebhookconfigurations"], ["create"])]],
  ["admission-webhook", [rbac(["apiregistration.k8s.io"], ["apiservices"], ["patch"])]],
];

describe.each(SPELLINGS)("%s: %j", (rule, rules, properties = ["rules[0]"]) => {
  const expected = properties.map((property) => [rule, property]);

  test("is told of the executor, whose rights whoever changes the chart has", () => {
    expect(ofExecutor(rules)).toEqual(expected);
  });

  test("is told of a ClusterRole that the chart brings, bound in the whole cluster or by whoever comes", () => {
    const roleRef = { kind: "ClusterRole", name: "it" };
    expect(ofChart({ kind: "ClusterRole", rules })).toEqual(expected);
    expect(ofChart({ kind: "ClusterRole", rules }, { kind: "ClusterRoleBinding", roleRef }, { kind: "RoleBinding", roleRef })).toEqual(
      expected,
    );
  });

  test("is told of KubeSphere's roles and of an operator's bundle", () => {
    expect(ofChart({ kind: "GlobalRole", rules })).toEqual(expected);
    const found = ofChart({ kind: "ClusterServiceVersion", spec: { install: { spec: { clusterPermissions: [{ rules }] } } } });
    expect(found).toEqual(expected.map(([name, path]) => [name, `spec.install.spec.clusterPermissions[0].${path}`]));
  });

  test("is nobody's concern within one namespace, unless that is the system's", () => {
    const roleRef = { kind: "ClusterRole", name: "it" };
    expect(ofChart({ kind: "Role", rules })).toEqual([]);
    expect(ofChart({ kind: "ClusterRole", rules }, { kind: "RoleBinding", roleRef })).toEqual([]);
    const inSystem = { name: "it", namespace: "kube-system" };
    expect(ofChart({ kind: "Role", metadata: inSystem, rules })).toEqual(expected);
    expect(ofChart({ kind: "ClusterRole", rules }, { kind: "RoleBinding", metadata: inSystem, roleRef })).toEqual(expected);
  });
});

test("ordinary rights pass: own kinds, named objects, reading what is no secret", () => {
  const rules = [
    rbac(["demo.example.com"], ["*"], ["*"]),
    rbac([""], ["secrets"], ["get"], { resourceNames: ["demo-tls"] }),
    rbac(["", "apps"], ["pods", "deployments", "nodes"], ["get", "list", "watch"]),
    rbac([""], ["events"], ["create", "patch"]),
    rbac(["apiextensions.k8s.io"], ["customresourcedefinitions"], ["create"]),
    rbac(["rbac.authorization.k8s.io"], ["clusterroles"], ["create", "get", "patch", "delete"]),
    { nonResourceURLs: ["/metrics"], verbs: ["get"] },
  ];
  expect(ofExecutor(rules)).toEqual([]);
  expect(ofChart({ kind: "ClusterRole", rules })).toEqual([]);
});

test("a ClusterRole that is no extension's is the program's own", () => {
  expect(ofExecutor([rbac(["*"], ["*"], ["*"])], {})).toEqual([]);
});

test.each([
  ["MutatingWebhookConfiguration", "admissionregistration.k8s.io/v1", true],
  ["ValidatingWebhookConfiguration", "admissionregistration.k8s.io/v1", true],
  ["MutatingAdmissionPolicy", "admissionregistration.k8s.io/v1", true],
  ["APIService", "apiregistration.k8s.io/v1", true],
  ["APIService", "extensions.kubesphere.io/v1alpha1", false],
])("what sees or answers for everything in the cluster is told: %s of %s %p", (kind, apiVersion, isTold) => {
  expect(ofChart({ kind, apiVersion, webhooks: [] })).toEqual(isTold ? [["admission-webhook", "kind"]] : []);
});

const binding = (kind: string, role: string, ...names: string[]) => ({
  ...{ kind, roleRef: { kind: "ClusterRole", name: role } },
  subjects: names.map((name) => ({ kind: "Group", name })),
});

test.each<[string, object, string[][]]>([
  ["everybody", binding("ClusterRoleBinding", "demo", "demo", "system:unauthenticated"), [["binding-for-everybody", "subjects[1].name"]]],
  ["everybody with a login", binding("RoleBinding", "demo", "system:authenticated"), [["binding-for-everybody", "subjects[0].name"]]],
  ["the nameless", binding("ClusterRoleBinding", "demo", "system:anonymous"), [["binding-for-everybody", "subjects[0].name"]]],
  ["every Pod", binding("ClusterRoleBinding", "demo", "system:serviceaccounts"), [["binding-for-everybody", "subjects[0].name"]]],
  ["cluster-admin", binding("ClusterRoleBinding", "cluster-admin", "demo"), [["administrator-binding", "roleRef.name"]]],
  ["cluster-admin in a namespace", binding("RoleBinding", "cluster-admin", "demo"), [["administrator-binding", "roleRef.name"]]],
  ["admin everywhere", binding("ClusterRoleBinding", "admin", "demo"), [["administrator-binding", "roleRef.name"]]],
  ["edit everywhere", binding("ClusterRoleBinding", "edit", "demo"), [["administrator-binding", "roleRef.name"]]],
  ["KubeSphere's administrator", binding("GlobalRoleBinding", "platform-admin", "demo"), [["administrator-binding", "roleRef.name"]]],
  [
    "a controller that may escalate",
    binding("ClusterRoleBinding", "system:controller:clusterrole-aggregation-controller", "demo"),
    [["administrator-binding", "roleRef.name"]],
  ],
  ["the group without limits", binding("ClusterRoleBinding", "demo", "system:masters"), [["administrator-binding", "subjects[0].name"]]],
  ["edit in a namespace", binding("RoleBinding", "edit", "demo"), []],
  ["what an API server of an extension needs", binding("ClusterRoleBinding", "system:auth-delegator", "demo"), []],
  ["a role of its own", binding("ClusterRoleBinding", "demo", "demo"), []],
])("a binding of the chart's: %s", (_what, object, expected) => {
  expect(ofChart(object)).toEqual(expected);
});

test("rights that are added to a role that people hold are told, unless they are on the chart's own kinds", () => {
  const metadata = { name: "it", labels: { "rbac.authorization.k8s.io/aggregate-to-view": "true" } };
  const role = (group: string): Partial<RenderedObject> => ({
    kind: "ClusterRole",
    metadata,
    rules: [rbac([group], ["secrets"], ["get"])],
  });
  const label = 'metadata.labels["rbac.authorization.k8s.io/aggregate-to-view"]';
  const roleRef = { kind: "ClusterRole", name: "it" };
  expect(ofChart(role(""), { kind: "RoleBinding", roleRef })).toEqual([
    ["secrets-of-all", "rules[0]"],
    ["aggregated-role", label],
  ]);
  expect(ofChart(role("apps"))).toEqual([["aggregated-role", label]]);
  expect(ofChart(role("demo.example.com"))).toEqual([]);
  expect(ofChart({ kind: "ClusterRole", aggregationRule: { clusterRoleSelectors: [{}] } })).toEqual([
    ["aggregated-role", "aggregationRule"],
  ]);
});

test("the documentation names every rule: the error of an unknown one sends its reader there", () => {
  const page = readFileSync(join(__dirname, "../../docs/environments.md"), "utf8");
  expect(allRules.filter(({ name }) => !page.includes(`\`${name}\``))).toEqual([]);
});

test("every rule on extensions can be allowed by its name, and nothing else", () => {
  expect(extensionRules.map(({ name }) => name).sort()).toEqual([...ALLOWABLE_RULES].sort());
});
