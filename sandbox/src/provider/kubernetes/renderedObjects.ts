/** Helm's output as the objects that `kubernetes:helm:template` answers. */
import { readYaml } from "../../../../kubesphere/yaml/goYaml.js";
import { isObject, type Properties } from "../values.js";

const HOOK = "helm.sh/hook";
/** The official plugin's own: it looks at a hook's text. */
const TEST_HOOK = /"?helm.sh\/hook"?:.*test/;

/** Cluster-scoped kinds of Kubernetes itself, `Kind.group`, which the official plugin knows without asking a cluster. */
const CLUSTER_SCOPED = new Set([
  ...["Namespace", "Node", "PersistentVolume"].map((kind) => `${kind}.`),
  ...["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"].map((kind) => `${kind}.admissionregistration.k8s.io`),
  "CustomResourceDefinition.apiextensions.k8s.io",
  "APIService.apiregistration.k8s.io",
  "CertificateSigningRequest.certificates.k8s.io",
  ...["FlowSchema", "PriorityLevelConfiguration"].map((kind) => `${kind}.flowcontrol.apiserver.k8s.io`),
  "IngressClass.networking.k8s.io",
  "RuntimeClass.node.k8s.io",
  "PodSecurityPolicy.policy",
  ...["ClusterRole", "ClusterRoleBinding"].map((kind) => `${kind}.rbac.authorization.k8s.io`),
  "PriorityClass.scheduling.k8s.io",
  ...["CSIDriver", "CSINode", "StorageClass", "VolumeAttachment"].map((kind) => `${kind}.storage.k8s.io`),
]);

export interface ObjectOptions {
  /** Given to objects that live in namespaces and name none; "": they stay without. */
  readonly namespace: string;
  /** Hooks that are tests stay. */
  readonly includeTestHooks: boolean;
  /** Whether a kind that is none of Kubernetes' own lives in namespaces. */
  isNamespaced(apiVersion: string, kind: string): Promise<boolean>;
}

/**
 * The objects in Helm's order: those of the release, then its hooks. Lists stay lists, and what has no kind or no apiVersion is
 * passed over.
 * @param output of `helm template`
 * @throws for a document that is no YAML
 */
export async function renderedObjects(output: string, options: ObjectOptions): Promise<Properties[]> {
  const objects: Properties[] = [];
  for (const document of documentsOf(output)) {
    const [object] = readYaml(document);
    if (!isObject(object)) continue;
    const { apiVersion, kind } = object;
    if (typeof apiVersion !== "string" || typeof kind !== "string" || !apiVersion || !kind) continue;
    if (!options.includeTestHooks && isHook(object) && TEST_HOOK.test(document)) continue;
    objects.push(await inNamespace(object, apiVersion, kind, options));
  }
  return objects;
}

/** Texts between lines that begin with `---`, as Kubernetes' decoder splits a stream. */
const documentsOf = (output: string): string[] => output.split(/^---.*$/m).filter((text) => text.trim() !== "");

const metadataOf = ({ metadata }: Properties): Properties => (isObject(metadata) ? metadata : {});

function isHook(object: Properties): boolean {
  const { annotations } = metadataOf(object);
  return isObject(annotations) && HOOK in annotations;
}

async function inNamespace(object: Properties, apiVersion: string, kind: string, { namespace, isNamespaced }: ObjectOptions) {
  const metadata = metadataOf(object);
  if (!namespace || metadata["namespace"]) return object;
  const group = apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "";
  if (CLUSTER_SCOPED.has(`${kind.replace(/List$/, "")}.${group}`) || !(await isNamespaced(apiVersion, kind))) return object;
  return { ...object, metadata: { ...metadata, namespace } };
}
