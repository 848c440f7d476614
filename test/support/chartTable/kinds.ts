/** Charts whose objects only rendering tells, and those that bring kinds of their own. */
import { chartYaml, deploymentOf, documents, made, RELEASE, serviceOf, type TableRow } from "./row";
import { ownOnly } from "./rights";

const SCHEMA = "schema: { openAPIV3Schema: { type: object, x-kubernetes-preserve-unknown-fields: true } }";
/** @param plural not what English, or a code generator, would make of it */
const crdOf = (kind: string, plural: string, group: string, scope: string): string =>
  made(
    "apiextensions.k8s.io/v1",
    "CustomResourceDefinition",
    `${plural}.${group}`,
    `spec: { group: ${group}, scope: ${scope}, names: { kind: ${kind}, plural: ${plural}, singular: ${kind.toLowerCase()} }, versions: [{ name: v1, served: true, storage: true, ${SCHEMA} }] }`,
  );
const CRDS = "customresourcedefinitions.apiextensions.k8s.io";
const ADMISSION = "admissionregistration.k8s.io";
/** An API server serves a new kind a moment after it has taken its CRD: at an upgrade it has. */
const HOOKED = ' annotations: { helm.sh/hook: "post-upgrade" } }';

/** Nothing answers in the sandbox. */
const WEBHOOK = `webhooks: [{ name: widgets.operator.example, failurePolicy: Ignore, sideEffects: None, admissionReviewVersions: [v1], clientConfig: { service: { name: ${RELEASE}, namespace: "{{ .Release.Namespace }}", path: /check } }, rules: [{ apiGroups: [operator.example], apiVersions: [v1], operations: [CREATE], resources: [widgets] }] }]`;

export const kindRows: readonly TableRow[] = [
  {
    what: "`range` over values",
    name: "ranged",
    files: {
      ...chartYaml("ranged"),
      "values.yaml": "ports: [8080]\nquotas: [a, b]\n",
      "templates/ranged.yaml":
        `{{- range .Values.quotas }}\n---\n${made("v1", "ResourceQuota", "{{ $.Release.Name }}-{{ . }}", "spec: { hard: { pods: 50 } }")}{{- end }}\n` +
        `---\n${made("v1", "Service", RELEASE, `spec: { selector: { app: ${RELEASE} }, ports: [{{ range .Values.ports }}{ name: http-{{ . }}, port: {{ . }} },{{ end }}] }`)}`,
    },
    ui: "ranged:8080",
    rules: ["services", "resourcequotas"],
  },
  {
    what: "`lookup` of an object of its own namespace, and of all nodes",
    name: "looking",
    files: {
      ...chartYaml("looking"),
      "templates/looking.yaml": [
        '{{- $old := lookup "v1" "PersistentVolumeClaim" .Release.Namespace "data" }}',
        '{{- $nodes := lookup "v1" "Node" "" "" }}',
        made(
          "v1",
          "ConfigMap",
          RELEASE,
          "data: { found: {{ empty $old | quote }}, nodes: {{ len ($nodes.items | default list) | quote }} }",
        ),
      ].join("\n"),
    },
    rules: ["persistentvolumeclaims get,list"],
    clusterRules: ["nodes get,list"],
  },
  {
    what: "a kind by `ternary`",
    name: "ternary",
    files: {
      ...chartYaml("ternary"),
      "values.yaml": "perNode: true\n",
      "templates/workload.yaml": made(
        "apps/v1",
        '{{ ternary "DaemonSet" "Deployment" .Values.perNode }}',
        RELEASE,
        `spec: { selector: { matchLabels: { app: ${RELEASE} } }, template: { metadata: { labels: { app: ${RELEASE} } }, spec: { containers: [{ name: main, image: registry.example/main:1.0.0 }] } } }`,
      ),
    },
    rules: ["daemonsets.apps"],
  },
  {
    what: "`kind: List` with and without metadata",
    name: "listed",
    files: {
      ...chartYaml("listed"),
      "templates/list.yaml": `apiVersion: v1\nkind: List\nmetadata: {}\nitems:\n  - ${made("v1", "ResourceQuota", RELEASE, "spec: { hard: { pods: 50 } }").trimEnd().replaceAll("\n", "\n    ")}\n`,
      "templates/bare.yaml": `apiVersion: v1\nkind: List\nitems:\n  - ${serviceOf(RELEASE, "{ name: http, port: 80 }").trimEnd().replaceAll("\n", "\n    ")}\n`,
    },
    ui: "listed:80",
    rules: ["services", "resourcequotas"],
  },
  {
    what: "a CRD in crds/ and a custom resource of it",
    name: "crds-folder",
    files: {
      ...chartYaml("crds-folder"),
      "crds/mouse.yaml": crdOf("Mouse", "mice", "folder.example", "Cluster"),
      "templates/mouse.yaml": made("folder.example/v1", "Mouse", RELEASE),
    },
    clusterRules: [...ownOnly(CRDS, "mice.folder.example"), ...ownOnly("mice.folder.example", "crds-folder")],
  },
  {
    what: "a CRD among the templates and a custom resource of it, made by a hook",
    name: "crds-template",
    files: {
      ...chartYaml("crds-template"),
      "templates/crd.yaml": crdOf("Goose", "geese", "template.example", "Namespaced"),
      "templates/goose.yaml": made("template.example/v1", "Goose", RELEASE).replace(" }\n", `,${HOOKED}\n`),
    },
    rules: ["geese.template.example"],
    clusterRules: ownOnly(CRDS, "geese.template.example"),
  },
  {
    what: "an operator with webhooks",
    name: "operator",
    files: {
      ...chartYaml("operator"),
      "crds/widget.yaml": crdOf("Widget", "widgets", "operator.example", "Namespaced"),
      "templates/operator.yaml": documents(
        deploymentOf(RELEASE),
        serviceOf(RELEASE, "{ name: https, port: 443, targetPort: 9443 }"),
        made(`${ADMISSION}/v1`, "ValidatingWebhookConfiguration", RELEASE, WEBHOOK),
        made(`${ADMISSION}/v1`, "MutatingWebhookConfiguration", RELEASE, WEBHOOK),
        made("operator.example/v1", "Widget", RELEASE),
      ),
    },
    rules: ["services", "deployments.apps", "replicasets.apps get,list,watch", "widgets.operator.example"],
    clusterRules: [
      ...ownOnly(CRDS, "widgets.operator.example"),
      ...ownOnly(`validatingwebhookconfigurations.${ADMISSION}`, "operator"),
      ...ownOnly(`mutatingwebhookconfigurations.${ADMISSION}`, "operator"),
    ],
  },
  {
    what: "an API of its own, of which nothing answers in the sandbox",
    name: "own-api",
    files: {
      ...chartYaml("own-api"),
      "templates/api.yaml": documents(
        deploymentOf(RELEASE),
        serviceOf(RELEASE, "{ name: https, port: 443, targetPort: 6443 }"),
        made(
          "apiregistration.k8s.io/v1",
          "APIService",
          "v1alpha1.own-api.example",
          `spec: { group: own-api.example, version: v1alpha1, groupPriorityMinimum: 1000, versionPriority: 15, insecureSkipTLSVerify: true, service: { name: ${RELEASE}, namespace: "{{ .Release.Namespace }}" } }`,
        ),
      ),
    },
    rules: ["services", "deployments.apps", "replicasets.apps get,list,watch"],
    clusterRules: ownOnly("apiservices.apiregistration.k8s.io", "v1alpha1.own-api.example"),
  },
];
