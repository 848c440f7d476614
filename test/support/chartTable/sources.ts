/** Charts by what they are made of, and how they call themselves. */
import { packed } from "../archives";
import type { Files } from "../charts";
import { chartYaml, made, podTemplate, RELEASE, SERVICE, serviceOf, type RefusedRow, type TableRow } from "./row";

const within = (folder: string, files: Files): Files =>
  Object.fromEntries(Object.entries(files).map(([path, data]) => [`${folder}/${path}`, data]));
const dependsOn = (...dependencies: string[]) => ["dependencies:", ...dependencies.map((it) => `  - { version: 1.0.0, ${it} }`)];
const CACHE: Files = {
  ...chartYaml("cache"),
  "values.yaml": "suffix: cache\n",
  "templates/cache.yaml": made("v1", "ReplicationController", `${RELEASE}-{{ .Chart.Name }}`, `spec: { ${podTemplate()} }`),
};
const QUOTA: Files = {
  ...chartYaml("quota"),
  "templates/quota.yaml": made("v1", "ResourceQuota", `${RELEASE}-{{ .Chart.Name }}`, "spec: { hard: { pods: 50 } }"),
};

/** What is looked up, and what is switched off, counts in a packed chart as in an unpacked one. */
const PACKED: Files = {
  ...QUOTA,
  "values.yaml": "nightly: false\n",
  "templates/nightly.yaml": [
    '{{- $old := lookup "v1" "Endpoints" .Release.Namespace "old" }}',
    "{{- if .Values.nightly }}",
    made("batch/v1", "CronJob", `${RELEASE}-{{ len $old }}`),
    "{{- end }}",
  ].join("\n"),
};

export const sourceRows: readonly TableRow[] = [
  {
    what: "a packed subchart, as `helm dependency build` leaves it",
    name: "packed-subchart",
    files: async () => ({
      ...chartYaml("packed-subchart", ...dependsOn("name: quota, repository: https://charts.example")),
      ...SERVICE,
      "charts/quota-1.0.0.tgz": await packed(
        ...Object.entries(PACKED).map(([path, data]) => ({ name: `quota/${path}`, data: `${data as string}` })),
      ),
    }),
    ui: "packed-subchart:80",
    rules: ["services", "resourcequotas", "endpoints get,list", "cronjobs.batch"],
  },
  {
    what: "one subchart under two aliases",
    name: "alias-twice",
    files: {
      ...chartYaml("alias-twice", ...dependsOn("name: quota, alias: small", "name: quota, alias: large")),
      ...SERVICE,
      ...within("charts/quota", QUOTA),
    },
    ui: "alias-twice:80",
    rules: ["services", "resourcequotas"],
  },
  {
    what: "a subchart that is switched off below an alias: in a package Helm would let it in",
    name: "off-below-alias",
    files: {
      ...chartYaml("off-below-alias", ...dependsOn("name: shop, alias: mine")),
      ...SERVICE,
      ...within("charts/shop", {
        ...chartYaml("shop", ...dependsOn("name: broken, condition: broken.enabled")),
        "values.yaml": "broken: { enabled: false }\n",
        ...within("charts/broken", { ...chartYaml("broken"), "templates/broken.yaml": '{{ fail "switched off" }}' }),
      }),
    },
    ui: "off-below-alias:80",
    rules: ["services"],
  },
  {
    what: "a subchart that is for member clusters only, as its tag says: KubeSphere leaves it out on the host",
    name: "host-part",
    files: {
      ...chartYaml("host-part", ...dependsOn("name: agent, tags: [agent]", "name: quota, tags: [extension]")),
      ...SERVICE,
      ...within("charts/quota", QUOTA),
      ...within("charts/agent", { ...chartYaml("agent"), "templates/agent.yaml": '{{ fail "not on the host" }}' }),
    },
    ui: "host-part:80",
    rules: ["services", "resourcequotas"],
  },
  {
    what: "charts for the host and for members, which have the same rights on each cluster",
    name: "two-parts",
    files: {
      ...chartYaml("two-parts", ...dependsOn("name: agent, tags: [agent]", "name: host, tags: [extension]")),
      "extension.yaml": "installationMode: Multicluster\n",
      ...within("charts/host", { ...chartYaml("host"), ...SERVICE, "templates/once.yaml": made("v1", "Namespace", "two-parts-own") }),
      ...within("charts/agent", {
        ...chartYaml("agent"),
        "templates/once.yaml": made("v1", "Namespace", "two-parts-own"),
        "templates/class.yaml": made(
          "scheduling.k8s.io/v1",
          "PriorityClass",
          `${RELEASE}-{{ .Values.global.clusterInfo.role }}`,
          "value: 1",
        ),
      }),
    },
    ui: "two-parts:80",
    rules: ["services"],
    clusterRules: [
      ...["namespaces", "priorityclasses.scheduling.k8s.io"].map((kind) => `${kind} create`),
      ...["namespaces/two-parts-own", "priorityclasses.scheduling.k8s.io/two-parts-agent-member"].map((it) => `${it} delete,get,patch`),
    ],
  },
  {
    what: "subcharts that a condition and tags leave out or let in",
    name: "conditions",
    files: {
      ...chartYaml(
        "conditions",
        ...dependsOn("name: quota, condition: quota.enabled", "name: cache, tags: [caching]", "name: absent, condition: absent.enabled"),
      ),
      ...SERVICE,
      "values.yaml": "quota: { enabled: false }\nabsent: { enabled: false }\n",
      ...within("charts/quota", QUOTA),
      ...within("charts/cache", CACHE),
    },
    config: { conditions: { quota: { enabled: true } }, tags: { caching: false } },
    ui: "conditions:80",
    // With the chart's own values the cache is there, and its Pods are waited for.
    rules: ["services", "resourcequotas", "replicationcontrollers", "pods get,list,watch"],
  },
  {
    what: "apiVersion v1 with requirements.yaml",
    name: "helm-two",
    files: {
      "Chart.yaml": "apiVersion: v1\nname: helm-two\nversion: 1.0.0\n",
      "requirements.yaml": "dependencies: [{ name: quota, version: 1.0.0, repository: https://charts.example }]\n",
      ...SERVICE,
      ...within("charts/quota", QUOTA),
    },
    ui: "helm-two:80",
    rules: ["services", "resourcequotas"],
  },
  {
    what: "a version that begins with v",
    name: "version-v",
    files: { "Chart.yaml": "apiVersion: v2\nname: version-v\nversion: v1.20.2\n", ...SERVICE },
    version: "1.20.2",
    ui: "version-v:80",
    rules: ["services"],
  },
  {
    what: "a version with build metadata",
    name: "version-build",
    files: { "Chart.yaml": "apiVersion: v2\nname: version-build\nversion: 1.0.0+up1\n", ...SERVICE },
    version: "1.0.0",
    ui: "version-build:80",
    rules: ["services"],
  },
  {
    what: "a name too long for a namespace's, and a version, with others in an extension.yaml beside them",
    name: "renamed",
    files: {
      ...chartYaml("a-name-that-neither-a-job-nor-a-namespace-carries"),
      ...SERVICE,
      "extension.yaml": "name: renamed\nversion: 2.0.0\n",
    },
    version: "2.0.0",
    ui: "renamed:80",
    rules: ["services"],
  },
  {
    what: "what Helm takes: a key that stands twice, a map that is merged, a maintainer without a name",
    name: "sloppy",
    files: {
      ...chartYaml("sloppy", "maintainers: [{ email: ann@a.example }]"),
      "values.yaml": "defaults: &defaults { port: 80, name: http }\nservice: { port: 1 }\nservice:\n  <<: *defaults\n  port: 81\n",
      "templates/service.yaml": serviceOf(RELEASE, "{ name: {{ .Values.service.name }}, port: {{ .Values.service.port }} }"),
    },
    ui: "sloppy:81",
    rules: ["services"],
  },
  {
    what: "a kubeVersion that Helm's own default, 1.20, is too old for",
    name: "for-new-ones",
    files: { ...chartYaml("for-new-ones", 'kubeVersion: ">=1.22.0-0"'), ...SERVICE },
    ui: "for-new-ones:80",
    rules: ["services"],
  },
  {
    what: "500 templates",
    name: "many-templates",
    files: {
      ...chartYaml("many-templates"),
      ...SERVICE,
      ...Object.fromEntries(
        Array.from({ length: 500 }, (_, index) => [
          `templates/part-${index}.yaml`,
          `{{- if eq ${index} 499 }}\n${made("policy/v1", "PodDisruptionBudget", RELEASE, "spec: { minAvailable: 1 }")}{{- end }}\n`,
        ]),
      ),
    },
    ui: "many-templates:80",
    rules: ["services", "poddisruptionbudgets.policy"],
  },
  {
    what: "a chart that is called as the base chart is, under another name",
    name: "other-base",
    files: {
      ...chartYaml("base"),
      "extension.yaml": "name: other-base\n",
      "templates/service.yaml": serviceOf(RELEASE, "{ name: http, port: 80 }"),
    },
    ui: "other-base:80",
    rules: ["services"],
  },
];

/** Those that are refused, and how to mend them. */
export const refusedRows: readonly RefusedRow[] = [
  {
    what: "a library chart",
    name: "library",
    files: { ...chartYaml("library", "type: library"), "templates/_helpers.tpl": '{{ define "library.name" }}x{{ end }}\n' },
    refused:
      'PATH/Chart.yaml: type: "library" is not allowed; allowed: application: a library chart makes no objects of its own, and Helm installs none. Name a chart that uses it.',
  },
  {
    what: "a dependency that did not come along",
    name: "incomplete",
    files: { ...chartYaml("incomplete", ...dependsOn("name: absent, repository: https://charts.example")), ...SERVICE },
    refused: "`helm dependency build PATH` fetches it",
  },
  {
    what: "a values.schema.json without room for `global`, which KubeSphere sets for every extension",
    name: "closed",
    files: {
      ...chartYaml("closed"),
      ...SERVICE,
      "values.yaml": "replicas: 1\n",
      "values.schema.json": '{ "type": "object", "additionalProperties": false, "properties": { "replicas": { "type": "integer" } } }',
    },
    refused: "additional properties 'global' not allowed",
  },
  {
    what: "a chart whose own Ingress has the extension's host",
    name: "own-host",
    files: {
      ...chartYaml("own-host"),
      ...SERVICE,
      "templates/ingress.yaml": made(
        "networking.k8s.io/v1",
        "Ingress",
        RELEASE,
        `spec: { rules: [{ host: "${RELEASE}.{{ .Values.global.extension.ingress.domainSuffix }}", http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: ${RELEASE}, port: { name: http } } } }] } }] }`,
      ),
    },
    refused: "`base: {extIngress: false}` in the extension's `install.config` leaves the address to the chart's own.",
  },
];

/** The way out that the refusal of {@link refusedRows} names. */
export const ownHost: TableRow = {
  ...(refusedRows.find(({ name }) => name === "own-host") as RefusedRow),
  what: "a chart whose own Ingress has the extension's host, with `extIngress: false`",
  config: { base: { extIngress: false } },
  ui: "own-host:80",
  rules: ["services"],
};
