/** Charts render whatever they like, and Helm prints it: what no API server would take is no reason for a stack trace. */
import { brokenReferences } from "../../cli/extension/references";
import { missingRights, needlessRights } from "../../cli/extension/rights";
import { imagesOf } from "../../cli/mirror/images";
import { objectChanges } from "../../cli/preview/objects";
import type { K8s } from "../../cli/shared/objectDiff";
import { clashes, hostsOf } from "../../kubesphere/extension/ingressRoutes";
import { factsOf, needsOf } from "../../kubesphere/extension/extensionFacts";
import { installable, isTest, nameOf } from "../../kubesphere/chart/renderedObject";
import { violations } from "../../policy/gate";

const container = {
  image: "nginx",
  ports: [{ containerPort: 80, hostPort: 80 }],
  env: [{ name: "A" }],
  securityContext: { capabilities: { add: ["ALL"] } },
};
const pod = {
  containers: [container],
  initContainers: [container],
  volumes: [{ name: "v", hostPath: { path: "/" } }],
  securityContext: { sysctls: [{ name: "a" }] },
};
const metadata = { name: "web", labels: { a: "b" }, annotations: { "helm.sh/hook": "post-install" } };
const rbac = "rbac.authorization.k8s.io";
const backend = { service: { name: "web", port: { number: 80 } } };
const SOUND: readonly object[] = [
  { apiVersion: "apps/v1", kind: "Deployment", metadata, spec: { template: { metadata, spec: pod } } },
  { apiVersion: "batch/v1", kind: "CronJob", metadata, spec: { jobTemplate: { spec: { template: { spec: pod } } } } },
  { apiVersion: "v1", kind: "Pod", metadata, spec: pod },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata,
    spec: { type: "NodePort", ports: [{ port: 80, nodePort: 30000, name: "http" }], selector: { a: "b" } },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata,
    spec: { defaultBackend: backend, rules: [{ host: "a", http: { paths: [{ path: "/", backend }] } }], tls: [{ hosts: ["a"] }] },
  },
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRole",
    metadata,
    rules: [{ apiGroups: [""], resources: ["secrets"], verbs: ["*"], resourceNames: ["a"] }],
  },
  { apiVersion: `${rbac}/v1`, kind: "ClusterRole", metadata, aggregationRule: { clusterRoleSelectors: [{ matchLabels: { a: "b" } }] } },
  {
    apiVersion: `${rbac}/v1`,
    kind: "ClusterRoleBinding",
    metadata,
    roleRef: { apiGroup: rbac, kind: "ClusterRole", name: "web" },
    subjects: [{ kind: "Group", name: "system:authenticated" }],
  },
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata,
    spec: { group: "a.b", scope: "Cluster", names: { kind: "A", plural: "as" }, versions: [{ name: "v1", served: true }] },
  },
  { apiVersion: "a.b/v1", kind: "A", metadata },
  {
    apiVersion: "extensions.kubesphere.io/v1alpha1",
    kind: "JSBundle",
    metadata,
    spec: { rawFrom: { configMapKeyRef: { name: "web", namespace: "n", key: "index.js" } } },
  },
  { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "kubesphere.yaml": "terminal: {}" } },
  { apiVersion: "v1", kind: "List", items: [{ apiVersion: "v1", kind: "ConfigMap", metadata }] },
];

const ODD: readonly unknown[] = [null, "text", 7, true, [], {}, [null], ["text"], [[]], { a: null }];

/** Each with one of its parts made something else. */
function* malformed(value: unknown): Generator<unknown> {
  yield* ODD;
  if (typeof value !== "object" || value === null) return;
  for (const [key, child] of Object.entries(value))
    for (const odd of malformed(child))
      yield Array.isArray(value) ? value.map((it: unknown, at) => (at === Number(key) ? odd : it)) : { ...value, [key]: odd };
}

const RULES = [{ apiGroups: [""], resources: ["secrets"], verbs: ["get"] }];
const RIGHTS = { rules: RULES, clusterRules: RULES };

test.each(SOUND.map((it) => [(it as { kind: string }).kind, it] as const))(
  "a %s that is malformed ends lint, the policy, a preview or a mirror",
  (_, sound) => {
    const others = installable(SOUND);
    let judged = 0;
    for (const odd of malformed(sound)) {
      const objects = installable([odd]);
      if (objects.length === 0) continue;
      judged++;
      const rendered = [...objects, ...others].map((it) => ({ ...it, templateFile: "t" })) as never;
      try {
        brokenReferences(rendered, "n");
        const needs = needsOf(rendered, { namespace: "n", discovered: [], templates: [] });
        missingRights(needs, RIGHTS);
        needlessRights(needs, RIGHTS);
        violations({ config: {}, steps: [] }, [{ urn: "urn", objects: objects.map((it) => ({ ...it, templateFile: "t" })) as never }]);
        imagesOf([{ release: "web", objects: objects as readonly K8s[] }], []);
        objectChanges(others as readonly K8s[], [objects as readonly K8s[], objects as readonly K8s[]]);
        clashes([...objects, ...others], () => true);
        hostsOf(objects);
        const all = [...objects, ...others];
        factsOf({ all: [all], installed: all, exposed: all }, { release: "web", namespace: "n", discovered: [], templates: [] });
        for (const object of objects) expect([typeof nameOf(object), typeof isTest(object)]).toEqual(["string", "boolean"]);
      } catch (error) {
        throw new Error(`${JSON.stringify(odd)}: ${(error as Error).stack ?? ""}`);
      }
    }
    expect(judged).toBeGreaterThan(10);
  },
);
