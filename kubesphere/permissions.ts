/**
 * What KubeSphere's executor (Helm, as a ServiceAccount of its own) may do: what the objects of the chart need and no more.
 * KubeSphere makes `rules` a Role in the extension's namespace and `clusterRules` a ClusterRole.
 */
import * as z from "zod";
import { fileOf, type Chart, type FileTree } from "./chart";
import { ANY_GROUP, evaluate, templateObjects, untold, type TemplateObject } from "./templates";
import { parseYamlDocuments } from "./yamlFile";

const words = z.array(z.string());
const policyRule = z
  .strictObject({
    apiGroups: words.optional(),
    resources: words.optional(),
    verbs: words,
    resourceNames: words.optional(),
    nonResourceURLs: words.optional(),
  })
  .refine(
    ({ apiGroups, resources, nonResourceURLs }) => (nonResourceURLs === undefined) === (apiGroups !== undefined && resources !== undefined),
    {
      error: "apiGroups with resources, or nonResourceURLs",
    },
  );
/** As in Kubernetes' RBAC. */
export type PolicyRule = z.infer<typeof policyRule>;
const statedRole = z.object({ kind: z.enum(["Role", "ClusterRole"], "Role or ClusterRole"), rules: z.array(policyRule) });

export interface Permissions {
  readonly clusterRules: readonly PolicyRule[];
  readonly rules: readonly PolicyRule[];
}

const kindsOf = (clusterScoped: boolean, group: string, kinds: Record<string, string>) =>
  Object.entries(kinds).map(([kind, resource]) => ({ kind, group, resource, clusterScoped }));

/** The kinds that charts of applications are made of. */
const KINDS = [
  kindsOf(false, "", {
    ConfigMap: "configmaps",
    PersistentVolumeClaim: "persistentvolumeclaims",
    Pod: "pods",
    Secret: "secrets",
    Service: "services",
    ServiceAccount: "serviceaccounts",
  }),
  kindsOf(false, "apps", { DaemonSet: "daemonsets", Deployment: "deployments", StatefulSet: "statefulsets" }),
  kindsOf(false, "autoscaling", { HorizontalPodAutoscaler: "horizontalpodautoscalers" }),
  kindsOf(false, "batch", { CronJob: "cronjobs", Job: "jobs" }),
  kindsOf(false, "gateway.networking.k8s.io", { HTTPRoute: "httproutes" }),
  kindsOf(false, "monitoring.coreos.com", {
    PodMonitor: "podmonitors",
    PrometheusRule: "prometheusrules",
    ServiceMonitor: "servicemonitors",
  }),
  kindsOf(false, "networking.k8s.io", { Ingress: "ingresses", NetworkPolicy: "networkpolicies" }),
  kindsOf(false, "policy", { PodDisruptionBudget: "poddisruptionbudgets" }),
  kindsOf(true, "apiextensions.k8s.io", { CustomResourceDefinition: "customresourcedefinitions" }),
  kindsOf(true, "extensions.kubesphere.io", { JSBundle: "jsbundles", ReverseProxy: "reverseproxies" }),
].flat();

/** Helm looks, makes, patches and removes; it waits for Jobs and Pods of hooks by list and watch. */
const MANAGE = ["create", "delete", "get", "list", "patch", "watch"];
const READ = ["get", "list", "watch"];
const OWN = ["delete", "get", "patch"];

/** Helm keeps its releases in Secrets, and replaces them. */
const RELEASE_STORE: PolicyRule = { apiGroups: [""], resources: ["secrets"], verbs: [...MANAGE, "update"].sort() };

/** The API groups that Ingress and the like had before; no API server since Kubernetes 1.22 serves them. */
const RETIRED_GROUPS = new Set(["extensions"]);

/**
 * Of a plain chart in its package.
 * @param base the chart that the package adds to the author's
 * @param chart the author's; a permissions.yaml beside its Chart.yaml states its rights instead of the derivation
 * @throws ConfigurationError for an object whose rights cannot be derived.
 */
export function permissionsFor(base: Chart, chart: Chart): Permissions {
  // The release has the name of the author's chart; the base chart's objects are named after it.
  const added = derive(templateObjects(base), { ...base, metadata: { ...base.metadata, name: chart.metadata.name } });
  return withReleaseStore(added, statedPermissions(chart) ?? derive(templateObjects(chart), chart));
}

/**
 * Of an extension whose author leaves permissions.yaml out.
 * @throws ConfigurationError for an object whose rights cannot be derived.
 */
export const derivedPermissions = (chart: Chart): Permissions => withReleaseStore(derive(templateObjects(chart), chart));

const withReleaseStore = (...parts: readonly Permissions[]): Permissions => ({
  clusterRules: merged(parts.flatMap(({ clusterRules }) => clusterRules)),
  rules: merged([RELEASE_STORE, ...parts.flatMap(({ rules }) => rules)]),
});

function derive(objects: readonly TemplateObject[], chart: Chart): Permissions {
  const clusterRules: PolicyRule[] = [];
  const rules: PolicyRule[] = [];
  for (const object of objects) {
    for (const { group, resource, clusterScoped } of resourcesOf(object)) {
      if (clusterScoped) clusterRules.push(...clusterRulesFor(group, resource, clusterWideName(object, chart)));
      else rules.push({ apiGroups: [group], resources: [resource], verbs: MANAGE });
      // Helm's wait follows a Deployment to its ReplicaSet.
      if (resource === "deployments") rules.push({ apiGroups: [group], resources: ["replicasets"], verbs: READ });
    }
  }
  return { clusterRules, rules };
}

/** RBAC knows no names when something is created; what others made is out of reach even so. */
const clusterRulesFor = (group: string, resource: string, name: string): PolicyRule[] => [
  { apiGroups: [group], resources: [resource], verbs: ["create"] },
  { apiGroups: [group], resources: [resource], verbs: OWN, resourceNames: [name] },
];

function clusterWideName({ path, name = "" }: TemplateObject, chart: Chart): string {
  // A chart within the chart has values and helpers of its own.
  const within = path.startsWith(`${chart.source}/charts/`) && name.includes("{{");
  const known = within ? undefined : evaluate(name, chart);
  if (known === undefined)
    throw untold(path, `the name ${name} of a cluster-wide object`, "names that stand in the template or in values.yaml");
  return known;
}

interface Resource {
  readonly group: string;
  readonly resource: string;
  readonly clusterScoped: boolean;
}

/**
 * Objects of RBAC are not derived: Kubernetes lets nobody hand on rights that he does not hold himself, so the rights to
 * install them are those that they give.
 */
function resourcesOf({ path, apiGroups, kinds }: TemplateObject): Resource[] {
  const groups = apiGroups.filter((group) => !RETIRED_GROUPS.has(group));
  return kinds.flatMap((kind) => {
    const known = KINDS.filter((entry) => entry.kind === kind && (groups.includes(entry.group) || groups.includes(ANY_GROUP)));
    if (known.length === 0)
      throw untold(
        path,
        `${kind} (${apiGroups.join(", ") || "core"})`,
        `objects of the kinds ${KINDS.map((entry) => entry.kind).join(", ")}`,
      );
    return known;
  });
}

/** The author's own statement, in the form and order that KubeSphere reads from a package; undefined where there is none. */
export function statedPermissions({ source, files }: FileTree): Permissions | undefined {
  const file = fileOf(files, "permissions.yaml");
  if (file === undefined) return undefined;
  const roles = parseYamlDocuments(`${source}/permissions.yaml`, file.data, statedRole);
  const rulesOf = (wanted: string) => roles.filter(({ kind }) => kind === wanted).flatMap(({ rules }) => rules);
  return { clusterRules: rulesOf("ClusterRole"), rules: rulesOf("Role") };
}

/** One rule for each set of groups, names and verbs; sorted, so that the order of templates shows in no package. */
function merged(rules: readonly PolicyRule[]): PolicyRule[] {
  const byRest = new Map<string, PolicyRule>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.apiGroups ?? rule.nonResourceURLs, rule.resourceNames ?? [], rule.verbs]);
    const resources = [...new Set([...(byRest.get(key)?.resources ?? []), ...(rule.resources ?? [])])].sort();
    byRest.set(key, rule.resources === undefined ? rule : { ...rule, resources });
  }
  return [...byRest].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, rule]) => rule);
}
