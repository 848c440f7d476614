/** Kinds of Kubernetes objects as the API and RBAC name them, and whether they live in a namespace. */
import { groupOf, type RenderedObject } from "./renderedObject";

export interface ApiResource {
  /** "" for the core group. */
  readonly group: string;
  readonly kind: string;
  /** The plural, in lower case, as in `resources` of RBAC rules. */
  readonly resource: string;
  readonly isNamespaced: boolean;
}

export interface FoundResource extends ApiResource {
  /** False if neither Kubernetes, nor a CRD of the package, nor the cluster defines it. Then name and scope follow conventions. */
  readonly isKnown: boolean;
}

/** @param group "" for the core group */
export type FindResource = (group: string, kind: string) => FoundResource;

type Kinds = readonly [namespaced: string, clusterScoped: string];

/** Every kind that Kubernetes 1.37 and KubeSphere 4.1 serve (but for `app.k8s.io`, another project's that comes with ks-core); test/operations/derivedRights.test.ts compares it with an API server. */
const BUILT_IN: Readonly<Record<string, Kinds>> = {
  "": [
    "Binding ConfigMap Endpoints Event LimitRange PersistentVolumeClaim Pod PodTemplate ReplicationController ResourceQuota Secret Service ServiceAccount",
    "ComponentStatus Namespace Node PersistentVolume",
  ],
  "admissionregistration.k8s.io": [
    "",
    "MutatingAdmissionPolicy MutatingAdmissionPolicyBinding MutatingWebhookConfiguration ValidatingAdmissionPolicy " +
      "ValidatingAdmissionPolicyBinding ValidatingWebhookConfiguration",
  ],
  "apiextensions.k8s.io": ["", "CustomResourceDefinition"],
  "apiregistration.k8s.io": ["", "APIService"],
  "application.kubesphere.io": ["", "Application ApplicationRelease ApplicationVersion Category Repo"],
  apps: ["ControllerRevision DaemonSet Deployment ReplicaSet StatefulSet", ""],
  "authentication.k8s.io": ["", "SelfSubjectReview TokenReview"],
  "authorization.k8s.io": ["LocalSubjectAccessReview", "SelfSubjectAccessReview SelfSubjectRulesReview SubjectAccessReview"],
  autoscaling: ["HorizontalPodAutoscaler", ""],
  batch: ["CronJob Job", ""],
  "certificates.k8s.io": ["PodCertificateRequest", "CertificateSigningRequest ClusterTrustBundle"],
  "cluster.kubesphere.io": ["", "Cluster Label"],
  "coordination.k8s.io": ["Lease", ""],
  "discovery.k8s.io": ["EndpointSlice", ""],
  "events.k8s.io": ["Event", ""],
  "extensions.kubesphere.io": ["", "APIService ExtensionEntry JSBundle ReverseProxy"],
  "flowcontrol.apiserver.k8s.io": ["", "FlowSchema PriorityLevelConfiguration"],
  "gateway.kubesphere.io": ["", "IngressClassScope"],
  "iam.kubesphere.io": [
    "Role RoleBinding",
    "BuiltinRole Category ClusterRole ClusterRoleBinding GlobalRole GlobalRoleBinding Group GroupBinding LoginRecord RoleTemplate User " +
      "WorkspaceRole WorkspaceRoleBinding",
  ],
  "kubesphere.io": ["ServiceAccount", "Category Extension ExtensionVersion InstallPlan Repository"],
  "networking.k8s.io": ["Ingress NetworkPolicy", "IPAddress IngressClass ServiceCIDR"],
  "node.k8s.io": ["", "RuntimeClass"],
  policy: ["PodDisruptionBudget", ""],
  "quota.kubesphere.io": ["", "ResourceQuota"],
  "rbac.authorization.k8s.io": ["Role RoleBinding", "ClusterRole ClusterRoleBinding"],
  "resource.k8s.io": ["ResourceClaim ResourceClaimTemplate", "DeviceClass DeviceTaintRule ResourceSlice"],
  "scheduling.k8s.io": ["", "PriorityClass"],
  "storage.k8s.io": ["CSIStorageCapacity", "CSIDriver CSINode StorageClass VolumeAttachment VolumeAttributesClass"],
  "storage.kubesphere.io": ["", "ProvisionerCapability StorageClassCapability"],
  "storagemigration.k8s.io": ["", "StorageVersionMigration"],
  "tenant.kubesphere.io": ["", "Workspace WorkspaceTemplate"],
};

const kindsIn = (text: string) => text.split(" ").filter((kind) => kind !== "");

export const builtInResources: readonly ApiResource[] = Object.entries(BUILT_IN).flatMap(([group, [namespaced, clusterScoped]]) => [
  ...kindsIn(namespaced).map((kind) => ({ group, kind, resource: plural(kind), isNamespaced: true })),
  ...kindsIn(clusterScoped).map((kind) => ({ group, kind, resource: plural(kind), isNamespaced: false })),
]);

/**
 * Kubernetes' own kinds first, then those that CRDs among the objects define, then the cluster's.
 * @param objects all rendered objects
 * @param discovered the kinds that the cluster serves; empty if there is no cluster
 */
export function resourceFinder(objects: readonly RenderedObject[], discovered: readonly ApiResource[] = []): FindResource {
  const known = new Map<string, ApiResource>();
  // The first one named wins.
  for (const it of [...builtInResources, ...objects.flatMap(definedBy), ...discovered]) {
    const key = keyOf(it.group, it.kind);
    if (!known.has(key)) known.set(key, it);
  }
  return (group, kind) => {
    const found = known.get(keyOf(group, kind));
    return found
      ? { ...found, isKnown: true }
      : { group, kind, resource: plural(kind), isNamespaced: !isByCustomClusterScoped(kind), isKnown: false };
  };
}

/** Its path at an API server, such as `/apis/apps/v1/namespaces/web/deployments/web`. */
export function objectPath({ apiVersion, kind, metadata: { name, namespace } }: RenderedObject, find: FindResource): string {
  const group = groupOf(apiVersion);
  const within = namespace === undefined ? "" : `/namespaces/${encodeURIComponent(namespace)}`;
  return `/${group === "" ? "api" : "apis"}/${apiVersion}${within}/${find(group, kind).resource}/${encodeURIComponent(name)}`;
}

const keyOf = (group: string, kind: string) => `${group}/${kind}`;

interface CustomResourceDefinitionSpec {
  readonly group?: unknown;
  readonly scope?: unknown;
  readonly names?: { readonly kind?: unknown; readonly plural?: unknown };
}

/** The kind that a CRD defines; none for any other object. */
export function definedBy({
  apiVersion,
  kind,
  spec,
}: Pick<RenderedObject, "apiVersion" | "kind"> & { readonly spec?: unknown }): ApiResource[] {
  if (kind !== "CustomResourceDefinition" || groupOf(apiVersion) !== "apiextensions.k8s.io") return [];
  const { group, scope, names } = (spec ?? {}) as CustomResourceDefinitionSpec;
  if (typeof group !== "string" || typeof names?.kind !== "string" || typeof names.plural !== "string") return [];
  return [{ group, kind: names.kind, resource: names.plural, isNamespaced: scope !== "Cluster" }];
}

/** Such as ClusterIssuer or GatewayClass. */
const isByCustomClusterScoped = (kind: string) => /^Cluster[A-Z]|[a-z]Class$/.test(kind);

/** The plural by the rules of Kubernetes' code generators, which all of its own kinds follow. */
export function plural(kind: string): string {
  const word = kind.toLowerCase();
  if (word === "endpoints") return word;
  if (/(?:s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}
