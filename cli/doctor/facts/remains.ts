/** What KubeSphere leaves in a cluster when its uninstall does not come to its end. */
import { KS_CORE_RELEASE, SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import type { Cluster, StoredObject } from "../../shared/cluster";
import { inParallel } from "../../../kubesphere/parallel";

const RBAC = "rbac.authorization.k8s.io/v1";
const WEBHOOKS = "admissionregistration.k8s.io/v1";
const KINDS = [
  { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" },
  { apiVersion: WEBHOOKS, kind: "MutatingWebhookConfiguration" },
  { apiVersion: WEBHOOKS, kind: "ValidatingWebhookConfiguration" },
  { apiVersion: RBAC, kind: "ClusterRoleBinding" },
  { apiVersion: RBAC, kind: "ClusterRole" },
];

/** Empty while Helm still has ks-core: its uninstall is the way then. */
export async function remains(cluster: Pick<Cluster, "list">): Promise<readonly StoredObject[]> {
  const labelSelector = `owner=helm,name=${KS_CORE_RELEASE}`;
  const records = await cluster.list({ apiVersion: "v1", kind: "Secret", namespace: SYSTEM_NAMESPACE, labelSelector });
  if (records.length > 0) return [];
  return (await inParallel(KINDS, (of) => cluster.list(of))).flat().filter(isKubeSpheres);
}

/** CRDs and webhooks by their names, which end in the group; roles by the mark of the release that made them. */
const isKubeSpheres = ({ metadata: { name, annotations = {} } }: StoredObject) =>
  /(?:^|\.)kubesphere\.io$/.test(name) || annotations["meta.helm.sh/release-name"] === KS_CORE_RELEASE;
