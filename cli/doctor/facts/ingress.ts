/** Ingress classes with the pods of their controllers, and extensions' Ingresses. */
import type { Cluster, StoredObject } from "../../shared/cluster";
import { inParallel } from "../../../kubesphere/parallel";
import type { Condition, Ingress, IngressClass, Plan } from "./facts";

export async function ingressClasses(cluster: Cluster): Promise<readonly IngressClass[]> {
  const classes = await cluster.list({ apiVersion: "networking.k8s.io/v1", kind: "IngressClass" });
  return inParallel(classes, async ({ metadata: { name, labels = {}, annotations = {} }, ...rest }) => ({
    name,
    isDefault: annotations["ingressclass.kubernetes.io/is-default-class"] === "true",
    controller: ((rest["spec"] ?? {}) as { controller?: string }).controller ?? "",
    pods: await podsWith(cluster, labels),
  }));
}

/** A chart's; the last one, where it is there, leaves out the pods of its hooks. */
const OWN = ["app.kubernetes.io/name", "app.kubernetes.io/instance"];
const COMPONENT = "app.kubernetes.io/component";

async function podsWith(cluster: Cluster, labels: Readonly<Record<string, string>>): Promise<IngressClass["pods"]> {
  if (OWN.some((key) => labels[key] === undefined)) return undefined;
  const labelSelector = [...OWN, ...(labels[COMPONENT] === undefined ? [] : [COMPONENT])].map((key) => `${key}=${labels[key]}`).join(",");
  const pods = await cluster.list({ apiVersion: "v1", kind: "Pod", labelSelector });
  return { labels: labelSelector, ready: pods.filter(isReady).length, total: pods.length };
}

export const isReady = ({ status }: StoredObject): boolean =>
  ((status ?? {}) as { conditions?: readonly Condition[] }).conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ??
  false;

/** Those in the namespaces of installed extensions. */
export async function ingresses(cluster: Cluster, plans: readonly Plan[]): Promise<readonly Ingress[]> {
  const namespaces = [...new Set(plans.flatMap(({ status }) => status?.targetNamespace ?? []))];
  return (
    await inParallel(namespaces, (namespace) => cluster.list({ apiVersion: "networking.k8s.io/v1", kind: "Ingress", namespace }))
  ).flat() as Ingress[];
}
