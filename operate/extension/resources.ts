/** Kinds of Kubernetes objects as RBAC names them. */
import { fieldAt, textAt } from "../../kubesphere/renderedObject";
import type { RenderedObject } from "./helm";

export interface Resource {
  readonly group: string;
  /** The plural, in lower case. */
  readonly resource: string;
  /** Whether it is known to have no namespace: Kubernetes, KubeSphere or a CRD of the package says so. */
  readonly clusterScoped: boolean;
}

/** Of Kubernetes 1.37 and KubeSphere 4.1: the kinds without a namespace, by API group. */
const CLUSTER_SCOPED: Readonly<Record<string, readonly string[]>> = {
  "": ["Namespace", "Node", "PersistentVolume"],
  "admissionregistration.k8s.io": [
    "MutatingAdmissionPolicy",
    "MutatingAdmissionPolicyBinding",
    "MutatingWebhookConfiguration",
    "ValidatingAdmissionPolicy",
    "ValidatingAdmissionPolicyBinding",
    "ValidatingWebhookConfiguration",
  ],
  "apiextensions.k8s.io": ["CustomResourceDefinition"],
  "apiregistration.k8s.io": ["APIService"],
  "certificates.k8s.io": ["CertificateSigningRequest", "ClusterTrustBundle"],
  "extensions.kubesphere.io": ["APIService", "ExtensionEntry", "JSBundle", "ReverseProxy"],
  "flowcontrol.apiserver.k8s.io": ["FlowSchema", "PriorityLevelConfiguration"],
  "iam.kubesphere.io": ["ClusterRole", "ClusterRoleBinding", "GlobalRole", "GlobalRoleBinding", "RoleTemplate"],
  "kubesphere.io": ["Category", "Extension", "ExtensionVersion", "InstallPlan", "Repository"],
  "networking.k8s.io": ["IngressClass", "IPAddress", "ServiceCIDR"],
  "node.k8s.io": ["RuntimeClass"],
  "rbac.authorization.k8s.io": ["ClusterRole", "ClusterRoleBinding"],
  "resource.k8s.io": ["DeviceClass", "ResourceSlice"],
  "scheduling.k8s.io": ["PriorityClass"],
  "storage.k8s.io": ["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment", "VolumeAttributesClass"],
};
export const groupOf = (apiVersion: string) => (apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "");

/** @param objects all that are rendered: a CRD among them says how its kind is called */
export function resourceOf({ apiVersion, kind }: RenderedObject, objects: readonly RenderedObject[]): Resource {
  const group = groupOf(apiVersion);
  const specs = objects.filter((object) => object.kind === "CustomResourceDefinition").map(({ spec }) => spec);
  const defined = specs.find((spec) => fieldAt(spec, "group") === group && fieldAt(spec, "names", "kind") === kind);
  const resource = textAt(defined, "names", "plural");
  if (resource !== undefined) return { group, resource, clusterScoped: fieldAt(defined, "scope") === "Cluster" };
  return { group, resource: plural(kind.toLowerCase()), clusterScoped: CLUSTER_SCOPED[group]?.includes(kind) ?? false };
}

/** As code generators of Kubernetes make it. */
export function plural(word: string): string {
  if (word === "endpoints") return word;
  if (/(?:s|x|z|ch|sh)$/.test(word)) return `${word}es`;
  return /[^aeiou]y$/.test(word) ? `${word.slice(0, -1)}ies` : `${word}s`;
}
