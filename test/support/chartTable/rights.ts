/** Charts whose objects take rights of a special kind. */
import { chartYaml, deploymentOf, documents, made, RBAC, RELEASE, SERVICE, type TableRow } from "./row";

const READ_PODS = 'rules: [{ apiGroups: [""], resources: [pods], verbs: [get, list] }]';
const READ_NODES = 'rules: [{ apiGroups: [""], resources: [nodes], verbs: [get] }, { nonResourceURLs: [/metrics], verbs: [get] }]';
const SUBJECTS = `subjects: [{ kind: ServiceAccount, name: ${RELEASE}, namespace: "{{ .Release.Namespace }}" }]`;
const bound = (kind: string, name: string) => [`roleRef: { apiGroup: ${RBAC}, kind: ${kind}, name: ${name} }`, SUBJECTS];
const inRbac = (kind: string, name: string, ...rest: string[]) => made(`${RBAC}/v1`, kind, name, ...rest);

/** Of an object that is cluster-wide or of another namespace: made under any name, and changed and removed under its own. */
export const ownOnly = (resource: string, name: string): string[] => [`${resource} create`, `${resource}/${name} delete,get,patch`];

export const rightsRows: readonly TableRow[] = [
  {
    what: "a template that is switched off",
    name: "switched-off",
    files: {
      ...chartYaml("switched-off"),
      ...SERVICE,
      "values.yaml": "certificate: { enabled: false }\n",
      "templates/certificate.yaml": `{{- if .Values.certificate.enabled }}\n${made("cert-manager.io/v1", "Certificate", RELEASE, "spec: { secretName: tls }")}{{- end }}\n`,
    },
    ui: "switched-off:80",
    // A user may switch it on in the console.
    rules: ["services", "certificates.cert-manager.io"],
  },
  {
    what: "extraObjects by tpl over values",
    name: "extra-objects",
    files: {
      ...chartYaml("extra-objects"),
      ...SERVICE,
      "values.yaml": "extraObjects: []\n",
      "templates/extra.yaml": "{{- range .Values.extraObjects }}\n---\n{{ tpl (toYaml .) $ }}\n{{- end }}\n",
    },
    config: {
      "extra-objects": {
        extraObjects: [
          {
            apiVersion: "batch/v1",
            kind: "Job",
            metadata: { name: "{{ .Release.Name }}-extra" },
            spec: { template: { spec: { restartPolicy: "Never", containers: [{ name: "main", image: "registry.example/main:1.0.0" }] } } },
          },
        ],
      },
    },
    ui: "extra-objects:80",
    rules: ["services", "jobs.batch"],
  },
  {
    what: "a Role and a RoleBinding",
    name: "role",
    files: {
      ...chartYaml("role"),
      ...SERVICE,
      "templates/rbac.yaml": documents(
        made("v1", "ServiceAccount", RELEASE),
        inRbac("Role", RELEASE, READ_PODS),
        inRbac("RoleBinding", RELEASE, ...bound("Role", RELEASE)),
      ),
    },
    ui: "role:80",
    rules: ["services", "serviceaccounts", `roles.${RBAC}`, `rolebindings.${RBAC}`, "pods get,list"],
  },
  {
    what: "a ClusterRole and a ClusterRoleBinding",
    name: "cluster-role",
    files: {
      ...chartYaml("cluster-role"),
      ...SERVICE,
      "templates/rbac.yaml": documents(
        made("v1", "ServiceAccount", RELEASE),
        inRbac("ClusterRole", RELEASE, READ_NODES),
        inRbac("ClusterRoleBinding", RELEASE, ...bound("ClusterRole", RELEASE)),
      ),
    },
    ui: "cluster-role:80",
    rules: ["services", "serviceaccounts"],
    clusterRules: [
      ...ownOnly(`clusterroles.${RBAC}`, "cluster-role"),
      ...ownOnly(`clusterrolebindings.${RBAC}`, "cluster-role"),
      "nodes get",
      "/metrics get",
    ],
  },
  {
    what: "hooks that bind a role before it is made, as they go by their names",
    name: "hooked-roles",
    files: {
      ...chartYaml("hooked-roles"),
      "templates/rbac.yaml": documents(
        made("v1", "ServiceAccount", RELEASE),
        inRbac("ClusterRoleBinding", "a-binding", ...bound("ClusterRole", "b-role")),
        inRbac("ClusterRole", "b-role", READ_NODES),
      ).replaceAll(
        /name: ([ab]-\w+) }\n/g,
        'name: $1, annotations: { helm.sh/hook: "pre-install,pre-upgrade", helm.sh/hook-delete-policy: before-hook-creation } }\n',
      ),
    },
    rules: ["serviceaccounts"],
    clusterRules: [
      ...ownOnly(`clusterrolebindings.${RBAC}`, "a-binding"),
      `clusterroles.${RBAC} create`,
      `clusterroles.${RBAC}/b-role bind,delete,get,patch`,
      "nodes get",
      "/metrics get",
    ],
  },
  {
    what: "a binding to Kubernetes' own role `view`",
    name: "binds-view",
    files: {
      ...chartYaml("binds-view"),
      "templates/rbac.yaml": documents(
        made("v1", "ServiceAccount", RELEASE),
        inRbac("RoleBinding", RELEASE, ...bound("ClusterRole", "view")),
      ),
    },
    rules: ["serviceaccounts", `rolebindings.${RBAC}`, `clusterroles.${RBAC}/view bind`],
  },
  {
    what: "a binding to a Role of kube-system",
    name: "auth-reader",
    files: {
      ...chartYaml("auth-reader"),
      "templates/rbac.yaml": documents(
        made("v1", "ServiceAccount", RELEASE),
        inRbac("RoleBinding", RELEASE, ...bound("Role", "extension-apiserver-authentication-reader")).replace(
          "name: {{ .Release.Name }} }",
          "name: {{ .Release.Name }}, namespace: kube-system }",
        ),
      ),
    },
    // The text names the kind; in which namespace it may be is for rendering to tell.
    rules: ["serviceaccounts", `rolebindings.${RBAC}`],
    clusterRules: [...ownOnly(`rolebindings.${RBAC}`, "auth-reader"), `roles.${RBAC}/extension-apiserver-authentication-reader bind`],
  },
  {
    what: "an aggregated ClusterRole",
    name: "aggregated",
    files: {
      ...chartYaml("aggregated"),
      "templates/rbac.yaml": inRbac(
        "ClusterRole",
        RELEASE,
        "aggregationRule: { clusterRoleSelectors: [{ matchLabels: { shop.example/aggregate-to-reader: 'true' } }] }",
        "rules: []",
      ),
    },
    clusterRules: [`clusterroles.${RBAC} create,escalate`, `clusterroles.${RBAC}/aggregated delete,get,patch`],
  },
  {
    what: "a ClusterRole that adds to Kubernetes' own role `view`",
    name: "adds-to-view",
    files: {
      ...chartYaml("adds-to-view"),
      "templates/rbac.yaml": inRbac("ClusterRole", RELEASE, READ_NODES).replace(
        " }\n",
        `, labels: { ${RBAC}/aggregate-to-view: "true" } }\n`,
      ),
    },
    clusterRules: [...ownOnly(`clusterroles.${RBAC}`, "adds-to-view"), "nodes get", "/metrics get"],
  },
  {
    what: "a PriorityClass",
    name: "priority",
    files: {
      ...chartYaml("priority"),
      "templates/priority.yaml": documents(made("scheduling.k8s.io/v1", "PriorityClass", RELEASE, "value: 1000"), deploymentOf(RELEASE)),
    },
    rules: ["deployments.apps", "replicasets.apps get,list,watch"],
    clusterRules: ownOnly("priorityclasses.scheduling.k8s.io", "priority"),
  },
  {
    what: "an object in another namespace",
    name: "elsewhere",
    files: {
      ...chartYaml("elsewhere"),
      "templates/elsewhere.yaml": made("v1", "LimitRange", RELEASE, "spec: { limits: [] }").replace(" }\n", ", namespace: default }\n"),
    },
    rules: ["limitranges"],
    clusterRules: ownOnly("limitranges", "elsewhere"),
  },
  {
    what: "what only an upgrade makes",
    name: "on-upgrade",
    files: {
      ...chartYaml("on-upgrade"),
      ...SERVICE,
      "values.yaml": "limit: 1\n",
      "templates/upgrade.yaml": `{{- if $.Release.IsUpgrade }}\n${made("scheduling.k8s.io/v1", "PriorityClass", RELEASE, "value: {{ .Values.limit }}")}{{- end }}\n`,
    },
    ui: "on-upgrade:80",
    clusterRules: ownOnly("priorityclasses.scheduling.k8s.io", "on-upgrade"),
    rules: ["services"],
  },
];
