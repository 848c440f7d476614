import { join } from "path";
import { readChart } from "../../kubesphere/chart";
import { permissionsFor, type PolicyRule } from "../../kubesphere/permissions";
import { SMALL_CHART, temporaryFolders, type Files } from "../support/charts";

const folder = temporaryFolders();
const permissions = async (files: Files) =>
  permissionsFor(await readChart(join(__dirname, "../../kubesphere/base")), await readChart(await folder({ ...SMALL_CHART, ...files })));

const MANAGE = ["create", "delete", "get", "list", "patch", "watch"];
/** What each package needs: the release's Secrets, the base chart's objects, the small chart's Service. */
const ALWAYS: PolicyRule[] = [
  { apiGroups: [""], resources: ["secrets"], verbs: ["create", "delete", "get", "list", "patch", "update", "watch"] },
  { apiGroups: [""], resources: ["configmaps", "services"], verbs: MANAGE },
  { apiGroups: ["networking.k8s.io"], resources: ["ingresses"], verbs: MANAGE },
];
const JSBUNDLE: PolicyRule[] = [
  { apiGroups: ["extensions.kubesphere.io"], resources: ["jsbundles"], resourceNames: ["web-js"], verbs: ["delete", "get", "patch"] },
  { apiGroups: ["extensions.kubesphere.io"], resources: ["jsbundles"], verbs: ["create"] },
];

test("an extension gets no rights but those that installing it takes; other extensions' bundles are out of its reach", async () => {
  expect(await permissions({})).toEqual({ clusterRules: JSBUNDLE, rules: ALWAYS });
});

test("a Deployment's ReplicaSets may be read, or Helm's wait for it would fail", async () => {
  const { rules } = await permissions({ "templates/deployment.yaml": "apiVersion: apps/v1\nkind: Deployment\n" });
  expect(rules).toEqual([
    ...ALWAYS.slice(0, 2),
    { apiGroups: ["apps"], resources: ["deployments"], verbs: MANAGE },
    { apiGroups: ["apps"], resources: ["replicasets"], verbs: ["get", "list", "watch"] },
    ...ALWAYS.slice(2),
  ]);
});

describe("every object that an install makes counts, however its template is written", () => {
  const CRON = [{ apiGroups: ["batch"], resources: ["cronjobs"], verbs: MANAGE }];
  test.each<[title: string, files: Files, rules: PolicyRule[]]>([
    ["within a condition", { "templates/a.yaml": "{{- if .Values.x }}\napiVersion: batch/v1\nkind: CronJob\n{{- end }}\n" }, CRON],
    [
      "indented",
      { "templates/a.yaml": "{{- if .Values.x }}\n  apiVersion: batch/v1\n  kind: CronJob\n  spec:\n    kind: Foo\n{{- end }}\n" },
      CRON,
    ],
    ["with CRLF and quotes", { "templates/a.yaml": 'apiVersion: "batch/v1"\r\nkind: "CronJob" # daily\r\n' }, CRON],
    ["the second of two", { "templates/a.yaml": "# none\n---\napiVersion: batch/v1\nkind: CronJob\n" }, CRON],
    ["with a version that the cluster decides", { "templates/a.yaml": 'apiVersion: {{ include "web.api" . }}\nkind: CronJob\n' }, CRON],
    [
      "with a retired version beside",
      {
        "templates/a.yaml":
          "{{ if .Values.x }}\napiVersion: extensions/v1beta1\n{{ else }}\napiVersion: batch/v1\n{{ end }}\nkind: CronJob\n",
      },
      CRON,
    ],
    ["in a chart within the chart", { "charts/db/templates/a.yaml": "apiVersion: batch/v1\nkind: CronJob\n" }, CRON],
    [
      "as a hook",
      { "templates/a.yaml": "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  annotations:\n    helm.sh/hook: pre-install,test\n" },
      CRON,
    ],
    [
      "but not in a test hook",
      { "templates/a.yaml": 'apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  annotations:\n    "helm.sh/hook": test\n' },
      [],
    ],
    [
      "but not in a partial or in notes",
      { "templates/_a.yaml": "kind: Foo", "templates/sub/_b.tpl": "kind: Foo", "templates/NOTES.txt": "kind: Foo" },
      [],
    ],
    ["but not in comments", { "templates/a.yaml": '{{- /*\nkind: Foo\n*/ -}}\n# kind: Foo\n{{- $x := include "a" . }}\n' }, []],
    ["but not what is no template", { "files/a.yaml": "kind: Foo\n", "crds/README.md": "text" }, []],
  ])("%s", async (_, files, more) => {
    const { rules } = await permissions(files);
    expect(rules).toEqual([...ALWAYS.slice(0, 2), ...more, ...ALWAYS.slice(2)]);
  });
});

test("a CustomResourceDefinition is one object of the whole cluster, and the right ends there", async () => {
  const { clusterRules } = await permissions({
    "crds/foo.yaml":
      "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  labels:\n    name: x\n  name: foos.example.org\n",
  });
  expect(clusterRules).toEqual([
    {
      apiGroups: ["apiextensions.k8s.io"],
      resources: ["customresourcedefinitions"],
      resourceNames: ["foos.example.org"],
      verbs: ["delete", "get", "patch"],
    },
    { apiGroups: ["apiextensions.k8s.io"], resources: ["customresourcedefinitions"], verbs: ["create"] },
    ...JSBUNDLE,
  ]);
});

test("an author's permissions.yaml replaces what would be derived from his chart, nothing else", async () => {
  const rule = { apiGroups: ["example.org"], resources: ["foos"], verbs: ["*"] };
  const stated = `kind: ClusterRole\nrules:\n- ${JSON.stringify(rule)}\n---\nkind: Role\nrules:\n- ${JSON.stringify({ ...rule, resourceNames: ["a"] })}\n`;
  expect(await permissions({ "permissions.yaml": stated, "templates/a.yaml": "kind: Foo\napiVersion: example.org/v1\n" })).toEqual({
    clusterRules: [{ ...rule }, ...JSBUNDLE],
    rules: [ALWAYS[0], { apiGroups: [""], resources: ["configmaps"], verbs: MANAGE }, { ...rule, resourceNames: ["a"] }, ALWAYS[2]],
  });
});

describe("what cannot be told is refused with a way out; a guess would fail in the cluster or give too much", () => {
  const WAY_OUT =
    "State the rights that installing the chart needs in a permissions.yaml at the root: a Role and a ClusterRole, `kind` and `rules` each.";
  test.each<[title: string, files: Files, message: string]>([
    [
      "a kind that is not known",
      { "templates/a.yaml": "apiVersion: example.org/v1\nkind: Foo\n" },
      '/templates/a.yaml: "Foo (example.org)" is not allowed; allowed: objects of the kinds ConfigMap, ',
    ],
    [
      "a kind of another group",
      { "templates/a.yaml": "apiVersion: example.org/v1\nkind: Service\n" },
      '/templates/a.yaml: "Service (example.org)" is not allowed; ',
    ],
    [
      "rights that the chart hands on",
      { "templates/a.yaml": "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\n" },
      '/templates/a.yaml: "Role (rbac.authorization.k8s.io)" is not allowed; ',
    ],
    [
      "a kind from the values",
      { "templates/a.yaml": "apiVersion: apps/v1\nkind: {{ .Values.kind }}\n" },
      '/templates/a.yaml: "kind: {{ .Values.kind }}" is not allowed; allowed: templates and unpacked charts whose kinds stand in their text. ',
    ],
    [
      "an object from a helper",
      { "templates/a.yaml": '{{- if .Values.a }}\n{{- include "lib.deployment" . }}\n{{- end }}\n' },
      '/templates/a.yaml: "a template that states no kind" is not allowed; ',
    ],
    [
      "a cluster-wide object of any name",
      { "crds/a.yaml": "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata:\n  name: {{ .Values.a }}\n" },
      '/crds/a.yaml: "the name {{ .Values.a }} of a cluster-wide object" is not allowed; allowed: names that stand in the template or in values.yaml. ',
    ],
    ["a packed chart within", { "charts/db-1.0.0.tgz": "" }, '/charts/db-1.0.0.tgz: "a packed chart" is not allowed; '],
  ])("%s", async (_, files, message) => {
    const refusal = await permissions(files).then(String, (error: Error) => error.message);
    expect(refusal).toContain(message);
    expect(refusal).toContain(WAY_OUT);
  });

  test("a permissions.yaml that is none", async () => {
    await expect(permissions({ "permissions.yaml": "kind: Binding\nrules: []\n" })).rejects.toThrow(
      '/permissions.yaml: kind: "Binding" is not allowed; allowed: Role or ClusterRole.',
    );
    await expect(permissions({ "permissions.yaml": "kind: Role\nrules: [{verbs: get}]\n" })).rejects.toThrow(
      '/permissions.yaml: rules.0.verbs: "get" is not allowed; allowed: a list.',
    );
  });
});
