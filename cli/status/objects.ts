/** Objects of the cluster, read down to what a status tells of them. */
import { label } from "../../kubesphere/api";
import type { PlanScheduling } from "../../kubesphere/extension/clusterScheduling";
import type { InstallPlanStatus } from "../../kubesphere/extension/installPlan";
import type { StoredObject } from "../shared/cluster";

export interface HistoryEntry {
  readonly state: string;
  /** RFC 3339, whole seconds */
  readonly lastTransitionTime: string;
}

/** What KubeSphere says of a plan, and of its agents cluster by cluster; it keeps the last ten entries of a history, the oldest first. */
export interface ClusterStatus extends InstallPlanStatus {
  readonly releaseName?: string;
  readonly stateHistory?: readonly HistoryEntry[];
}

export interface Plan extends StoredObject {
  readonly spec: {
    readonly extension: { readonly name: string; readonly version: string };
    readonly enabled: boolean;
    readonly config?: string;
    readonly clusterScheduling?: PlanScheduling;
  };
  readonly status?: ClusterStatus & { readonly clusterSchedulingStatuses?: Readonly<Record<string, ClusterStatus>> };
}

export interface Workload {
  /** Deployment, StatefulSet or DaemonSet. */
  readonly kind: string;
  readonly namespace: string;
  readonly name: string;
  /** Pods, as kubectl counts them. */
  readonly ready: number;
  readonly wanted: number;
}

export interface Bundle {
  readonly name: string;
  /** Available or Disabled; absent until KubeSphere has set it. */
  readonly state?: string;
  /** The path at which ks-apiserver serves it; the console's is `/pstatic` and this. */
  readonly link?: string;
}

export interface Ingress {
  readonly name: string;
  /** Absent where the cluster's default serves it. */
  readonly class?: string;
  readonly hosts: readonly string[];
}

/** A Service's endpoints. */
export interface Endpoints {
  readonly service: string;
  readonly ready: number;
  readonly total: number;
}

export interface Warning {
  /** RFC 3339: when it was seen last. */
  readonly time: string;
  /** `Kind name` */
  readonly object: string;
  readonly reason: string;
  readonly message: string;
  /** How often it was seen. */
  readonly count: number;
}

export const isOf = (extension: string) => (object: StoredObject) => object.metadata.labels?.[label.extensionRef] === extension;

interface WorkloadFields {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number; readonly numberReady?: number; readonly desiredNumberScheduled?: number };
}

export function readWorkload({ kind, metadata: { namespace = "", name }, ...rest }: StoredObject): Workload {
  const { spec = {}, status = {} } = rest as WorkloadFields;
  const counts =
    kind === "DaemonSet"
      ? { ready: status.numberReady ?? 0, wanted: status.desiredNumberScheduled ?? 0 }
      : { ready: status.readyReplicas ?? 0, wanted: spec.replicas ?? 1 };
  return { kind, namespace, name, ...counts };
}

export function readBundle({ metadata: { name }, status }: StoredObject): Bundle {
  const { state, link } = (status ?? {}) as { state?: string; link?: string };
  return { name, ...(state !== undefined && { state }), ...(link !== undefined && { link }) };
}

export function readIngress({ metadata: { name }, ...rest }: StoredObject): Ingress {
  const { ingressClassName, rules = [] } = (rest["spec"] ?? {}) as { ingressClassName?: string; rules?: readonly { host?: string }[] };
  const hosts = [...new Set(rules.map(({ host = "*" }) => host))];
  return { name, ...(ingressClassName !== undefined && { class: ingressClassName }), hosts };
}

const SERVICE_NAME = "kubernetes.io/service-name";

/** A Service has a slice for each address family, and more where it has many endpoints. */
export function readEndpoints(slices: readonly StoredObject[]): readonly Endpoints[] {
  const services = new Map<string, { ready: number; total: number }>();
  for (const { metadata, ...rest } of slices) {
    const endpoints = (rest["endpoints"] ?? []) as readonly { conditions?: { ready?: boolean } }[];
    const service = metadata.labels?.[SERVICE_NAME] ?? metadata.name;
    const { ready, total } = services.get(service) ?? { ready: 0, total: 0 };
    // By the API's own words, an unknown readiness counts as ready.
    const more = endpoints.filter(({ conditions }) => conditions?.ready !== false).length;
    services.set(service, { ready: ready + more, total: total + endpoints.length });
  }
  return [...services].map(([service, counts]) => ({ service, ...counts }));
}

interface EventFields {
  readonly involvedObject?: { readonly kind?: string; readonly namespace?: string; readonly name?: string };
  readonly reason?: string;
  readonly message?: string;
  readonly count?: number | null;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
  readonly series?: { readonly count?: number; readonly lastObservedTime?: string } | null;
}

export function readWarning({ metadata, ...rest }: StoredObject): Warning {
  const { involvedObject = {}, reason = "", message = "", count, lastTimestamp, eventTime, series } = rest as EventFields;
  return {
    time: series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata.creationTimestamp ?? "",
    object: `${involvedObject.kind ?? ""} ${involvedObject.name ?? ""}`,
    reason,
    message: message.trim(),
    count: series?.count ?? count ?? 1,
  };
}

/** Events of what is in its namespace, and of its own objects that are in none. */
export const warnsOf = (extension: string, namespace: string | undefined) => (event: StoredObject) => {
  const { involvedObject: { kind, name, namespace: of } = {} } = event as EventFields;
  return of === undefined || of === "" ? name === extension && (kind === "InstallPlan" || kind === "Extension") : of === namespace;
};
