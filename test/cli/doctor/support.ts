/** A healthy stack's facts, and what the checks find when some of them are otherwise. */
import { statedIngress } from "../../../cli/shared/statedIngress";
import { configHash } from "../../../kubesphere/extension/installPlan";
import { examine } from "../../../cli/doctor/examine";
import type { ExtensionVersion, Facts, Plan } from "../../../cli/doctor/facts/facts";
import type { Readings } from "../../../cli/doctor/facts/reader";
import type { Finding } from "../../../cli/doctor/finding";
import { CHECKS } from "../../../cli/doctor/findings";
import type { Cluster, KubernetesObject, Listing, StoredObject } from "../../../cli/shared/cluster";
import { HOST } from "../../support/clusters";

/** When the doctor looks. */
export const NOW = "2026-01-01T12:00:00Z";
export const ago = (seconds: number) => new Date(Date.parse(NOW) - seconds * 1000).toISOString();

const CONFIG = "demo: {}\n";

export const plan = (
  status: Plan["status"],
  rest: { name?: string; metadata?: Partial<StoredObject["metadata"]>; version?: string } = {},
): Plan => ({
  apiVersion: "kubesphere.io/v1alpha1",
  kind: "InstallPlan",
  metadata: { name: rest.name ?? "demo", creationTimestamp: ago(3600), ...rest.metadata },
  spec: { extension: { name: "demo", version: rest.version ?? "0.1.0" }, enabled: true, config: CONFIG },
  ...(status && { status }),
});

export const INSTALLED = {
  state: "Installed",
  version: "0.1.0",
  configHash: configHash(CONFIG),
  jobName: "helm-executor-install-demo-abcdef",
  releaseName: "demo",
  targetNamespace: "extension-demo",
} as const;

export const version = (
  metadata: Partial<StoredObject["metadata"]> = {},
  spec: Partial<ExtensionVersion["spec"]> = {},
): ExtensionVersion => ({
  apiVersion: "kubesphere.io/v1alpha1",
  kind: "ExtensionVersion",
  metadata: { name: "demo-0.1.0", creationTimestamp: ago(3601), labels: { "kubesphere.io/extension-ref": "demo" }, ...metadata },
  spec: {
    version: "0.1.0",
    chartDataRef: { name: "extension-demo-0.1.0-chart", namespace: "kubesphere-system", key: "chart.tgz" },
    ...spec,
  },
});

export const extension = (labels: Record<string, string> = { "kubesphere.io/managed": "true" }): StoredObject => ({
  apiVersion: "kubesphere.io/v1alpha1",
  kind: "Extension",
  metadata: { name: "demo", labels },
});

export const labelled = (kind: string, name: string, extension: string, more: Partial<StoredObject["metadata"]> = {}): StoredObject => ({
  apiVersion:
    kind === "Namespace" ? "v1" : kind.startsWith("Cluster") ? "rbac.authorization.k8s.io/v1" : "extensions.kubesphere.io/v1alpha1",
  kind,
  metadata: { ...more, name, labels: { "kubesphere.io/extension-ref": extension, ...more.labels } },
});

export const service = (namespace: string, name: string, nodePort: number, labels: Record<string, string> = {}) => ({
  ...{ apiVersion: "v1", kind: "Service", metadata: { name, namespace, labels } },
  spec: { ports: [{ name: "http", nodePort }] },
});

export const PODS = "app.kubernetes.io/name=ingress-nginx,app.kubernetes.io/instance=ingress-nginx";

export const HEALTHY: Facts = {
  stack: {
    option: " --stack dev",
    declared: new Set([
      "Extension demo",
      "ExtensionVersion demo-0.1.0",
      "InstallPlan demo",
      "Namespace extension-demo",
      "Release kubesphere-system/ks-core",
      "Release ingress-nginx/ingress-nginx",
    ]),
    ports: { ingress: 30888, console: 30880 },
    ingress: statedIngress({}),
    issuer: "http://192.0.2.1:30880",
  },
  now: Date.parse(NOW),
  plans: [plan(INSTALLED)],
  extensions: [extension()],
  versions: [version()],
  clusters: [HOST],
  members: [],
  executions: new Map(),
  configMaps: [
    { namespace: "kubesphere-system", name: "extension-demo-0.1.0-chart", keys: ["chart.tgz"] },
    { namespace: "kubesphere-system", name: "kubesphere-config", keys: [] },
  ],
  losses: new Map(),
  missingCrds: [],
  webhooks: [
    { kind: "InstallPlans", failure: undefined },
    { kind: "JSBundles", failure: undefined },
  ],
  unfinishedReleases: { releases: [], atWork: undefined },
  ingressClasses: [{ name: "nginx", isDefault: false, controller: "k8s.io/ingress-nginx", pods: { labels: PODS, ready: 1, total: 1 } }],
  ingresses: [
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      metadata: { name: "demo", namespace: "extension-demo" },
      spec: { ingressClassName: "nginx" },
    },
  ],
  services: [
    service("kubesphere-system", "ks-console", 30880),
    service("ingress-nginx", "ingress-nginx-controller", 30888, { "app.kubernetes.io/component": "controller" }),
  ],
  apiServices: [
    { apiVersion: "apiregistration.k8s.io/v1", kind: "APIService", metadata: { name: "v1.apps" }, spec: { group: "apps", version: "v1" } },
  ],
  issuer: { url: "http://192.0.2.1:30880", status: 200, issuer: "http://192.0.2.1:30880" },
  ksCoreChart: undefined,
  serverClock: { server: Date.parse(NOW), asked: Date.parse(NOW), answered: Date.parse(NOW) },
  nodeClocks: [{ node: "node-1", renewed: Date.parse(ago(8)), read: Date.parse(NOW) }],
  labelled: [
    labelled("Namespace", "extension-demo", "demo", { labels: { "kubesphere.io/managed": "true" } }),
    labelled("JSBundle", "demo-js", "demo"),
  ],
  namespaces: [{ apiVersion: "v1", kind: "Namespace", metadata: { name: "default", finalizers: ["finalizers.kubesphere.io/namespaces"] } }],
  keeper: "4.1.2",
  remains: [],
  contents: new Map(),
};

export const readings = (facts: Facts): Readings =>
  Object.fromEntries(Object.entries(facts).map(([key, value]) => [key, { value: value as unknown }])) as unknown as Readings;

/** Of all checks: what is broken in one way must be told by one. */
export const found = (broken: Partial<Facts>): readonly (Finding & { readonly check: string })[] =>
  examine(CHECKS, readings({ ...HEALTHY, ...broken })).flatMap(({ check, findings }) => findings.map((finding) => ({ check, ...finding })));

/** Which check says what of which object. */
export const told = (broken: Partial<Facts>) => found(broken).map(({ check, object, why }) => ({ check, object, why }));

/** That has what `list` says. */
export const clusterOf = (
  list: (of: Listing) => readonly StoredObject[],
  dryApply: (object: KubernetesObject) => StoredObject = (it) => ({ ...it }),
): Cluster =>
  ({
    list: async (of: Listing) => Promise.resolve(list(of)),
    read: () => Promise.resolve(undefined),
    dryApply: async (it: KubernetesObject) => Promise.resolve(dryApply(it)),
  }) as unknown as Cluster;
