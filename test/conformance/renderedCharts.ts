/** Charts that show how `kubernetes:helm:template` renders: each one construct that a plugin might render in its own way. */
import { mkdirSync, writeFileSync } from "fs";
import { dirname, join } from "path";
import { writeChartArchive } from "../../kubesphere/chart/archive";
import type { JsonObject } from "./vectors";

export interface RenderedChart {
  /** What a user would not get. */
  readonly name: string;
  readonly files: Readonly<Record<string, string | Promise<Buffer>>>;
  readonly values?: JsonObject;
  /** `Kind/name` of those that live in no namespace. */
  readonly clusterWide?: readonly string[];
}

const object = (kind: string, name: string, rest = "", apiVersion = "v1", annotations = "") =>
  `---\napiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: { name: ${name}${annotations && `, annotations: { ${annotations} }`} }\n${rest}\n`;

const hook = (name: string, event: string) => object("ConfigMap", name, "", "v1", `helm.sh/hook: ${event}, helm.sh/hook-weight: "-5"`);

const crd = (plural: string, kind: string, scope: string) =>
  object(
    "CustomResourceDefinition",
    `${plural}.example.com`,
    `spec: { group: example.com, scope: ${scope}, names: { plural: ${plural}, kind: ${kind} } }`,
    "apiextensions.k8s.io/v1",
  );

const library = (text: string) =>
  writeChartArchive(
    "packed",
    Object.entries({
      "Chart.yaml": "{ apiVersion: v2, name: packed, version: 1.0.0 }",
      "values.yaml": "greeting: packed",
      "templates/_names.tpl": `{{ define "packed.name" }}${text}-{{ .Release.Name }}{{ end }}`,
      "templates/settings.yaml": object("ConfigMap", '{{ include "packed.name" . }}', "data: { greeting: {{ .Values.greeting | quote }} }"),
    }).map(([path, content]) => ({ path, data: Buffer.from(content) })),
  );

export const charts: readonly RenderedChart[] = [
  {
    name: "hooks, after the release's own objects, and no tests",
    files: {
      "templates/all.yaml": [
        hook("before", "pre-install,pre-upgrade"),
        object("ConfigMap", "own", 'data: { text: "helm.sh/hook: test" }'),
        hook("tested", "test"),
        hook("tested-as-formerly", "test-success"),
        hook("after", "post-delete"),
      ].join(""),
    },
  },
  {
    name: "a packed subchart under an alias, with the parent's values, unless its condition leaves it out",
    files: {
      "Chart.yaml":
        "{ apiVersion: v2, name: rendered, version: 0.1.0, dependencies: [{ name: packed, version: 1.0.0, alias: first }, { name: packed, version: 1.0.0, alias: second, condition: second.enabled }] }",
      "charts/packed-1.0.0.tgz": library("packed"),
    },
    values: { first: { greeting: "parent's" }, second: { enabled: false } },
  },
  {
    name: "CRDs of crds/ and of templates, and their custom resources",
    files: {
      "crds/several.yaml": crd("lamps", "Lamp", "Namespaced") + crd("suns", "Sun", "Cluster"),
      "templates/all.yaml": crd("moons", "Moon", "Namespaced") + object("Lamp", "desk", "spec: { watts: 5 }", "example.com/v1"),
    },
    clusterWide: ["lamps", "suns", "moons"].map((plural) => `CustomResourceDefinition/${plural}.example.com`),
  },
  {
    name: "kinds with and without a namespace, and one that is given",
    files: {
      "templates/all.yaml": [
        object("ClusterRole", "reader", "rules: []", "rbac.authorization.k8s.io/v1"),
        object("Role", "reader", "rules: []", "rbac.authorization.k8s.io/v1"),
        object("PriorityClass", "high", "value: 1000", "scheduling.k8s.io/v1"),
        object("ValidatingAdmissionPolicy", "guard", "spec: {}", "admissionregistration.k8s.io/v1"),
        "---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: elsewhere, namespace: kube-public }\n",
      ].join(""),
    },
    clusterWide: ["ClusterRole/reader", "PriorityClass/high", "ValidatingAdmissionPolicy/guard"],
  },
  {
    name: "lists as lists",
    files: {
      "templates/all.yaml": [
        "apiVersion: v1\nkind: List\nitems: [{ apiVersion: v1, kind: ConfigMap, metadata: { name: a } }]\n",
        "---\napiVersion: v1\nkind: ConfigMapList\nitems: [{ metadata: { name: b } }]\n",
        "---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleList\nmetadata: {}\nitems: []\n",
      ].join(""),
    },
    clusterWide: ["ClusterRoleList/undefined"],
  },
  {
    name: "lookup, tpl, range and kinds by ternary, as without a cluster",
    files: {
      "values.yaml": 'names: [one, two]\ntemplate: "{{ .Release.Name }} in {{ .Release.Namespace }}"\nsecret: true\n',
      "templates/all.yaml": [
        object("ConfigMap", "found", 'data: { found: {{ lookup "v1" "Namespace" "" "default" | toJson | quote }} }'),
        object("ConfigMap", "tpl", "data: { text: {{ tpl .Values.template . | quote }} }"),
        `{{ range .Values.names }}\n${object("ConfigMap", "{{ . }}")}{{ end }}`,
        object('{{ ternary "Secret" "ConfigMap" .Values.secret }}', "by-ternary"),
        "{{ if .Release.IsUpgrade }}\n" + object("ConfigMap", "upgraded") + "{{ end }}",
      ].join(""),
    },
  },
  {
    name: "values of any type, over defaults that null takes away",
    files: {
      "values.yaml": "kept: default\ntaken: default\ndeep: { a: 1, b: 2 }\n",
      "templates/all.yaml": object(
        "ConfigMap",
        "values",
        "data: { all: {{ .Values | toJson | quote }}, large: {{ .Values.large | quote }} }",
      ),
    },
    values: { taken: null, deep: { b: null, c: [1, "two", false] }, large: 1000000, text: "ü\n'\"", nothing: {} },
  },
  {
    name: "scalars as Kubernetes reads them, JSON, and documents without an object",
    files: {
      "templates/all.yaml": [
        "# nothing here\n",
        "---\napiVersion: v1\nkind: Secret\nmetadata: { name: scalars }\nmode: 0755\nday: 2026-01-01\nyes: yes\nno: 'no'\nfloat: 1.50\ntext: |\n  a\n  ---b\n",
        '---\n{ "apiVersion": "v1", "kind": "ConfigMap", "metadata": { "name": "json" } }\n',
        "---\nkind: ConfigMap\nmetadata: { name: no-version }\n",
      ].join(""),
    },
  },
  {
    name: "no object at all",
    files: { "templates/NOTES.txt": "Thanks", "templates/_helpers.tpl": "" },
  },
];

/** @returns the chart's folder */
export async function writeChart(folder: string, { files }: Pick<RenderedChart, "files">): Promise<string> {
  const all: RenderedChart["files"] = { "Chart.yaml": "{ apiVersion: v2, name: rendered, version: 0.1.0 }", ...files };
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), await content);
  }
  return folder;
}
