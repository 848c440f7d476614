/** How the status of a Cluster is read and written, as recorded from KubeSphere 4.1.2. Pure. */
import { X509Certificate } from "node:crypto";
import type { ClusterCondition, ClusterObject } from "./objects.js";
import { timestamp } from "./planStatus.js";

type Status = NonNullable<ClusterObject["status"]>;

const holds = ({ status }: ClusterObject, type: string): boolean =>
  status?.conditions?.some((it) => it.type === type && it.status === "True") ?? false;

/** As of the last look at it, which may be a quarter of an hour ago. */
export const isReady = (cluster: ClusterObject): boolean => holds(cluster, "Ready");

/** Whether ks-core has ever been installed on it. */
export const hasKsCore = ({ status }: ClusterObject): boolean => status?.conditions?.some(({ type }) => type === "KSCoreReady") ?? false;

/** Whether agents are installed on it. */
export const isSchedulable = (cluster: ClusterObject): boolean =>
  cluster.metadata.deletionTimestamp === undefined &&
  isReady(cluster) &&
  !cluster.status?.conditions?.some((it) => it.type === "Schedulable" && it.status === "False");

/** The newest stands last, and a type stands once. */
export function withCondition(
  status: Status = {},
  condition: Pick<ClusterCondition, "type" | "status" | "reason" | "message">,
  now: Date,
): Status {
  const time = timestamp(now);
  const others = (status.conditions ?? []).filter(({ type }) => type !== condition.type);
  return { ...status, conditions: [...others, { ...condition, lastUpdateTime: time, lastTransitionTime: time }] };
}

export const ksCoreReady = (status: Status | undefined, now: Date): Status =>
  withCondition(status, { type: "KSCoreReady", status: "True", reason: "KSCoreReady", message: "KS Core is available now" }, now);

export const ready = (status: Status | undefined, kubeSphereVersion: string, now: Date): Status => ({
  ...withCondition(status, { type: "Ready", status: "True", reason: "Ready", message: "Cluster is available now" }, now),
  kubeSphereVersion,
});

/** There is no other reason than this: what went wrong stands in the message. */
export const notReady = (status: Status | undefined, message: string, now: Date): Status =>
  withCondition(status, { type: "Ready", status: "False", reason: "Ready", message }, now);

/** Nothing says whether it expires in seven days: the date alone is told. @param certificate PEM */
export function expiry(status: Status | undefined, certificate: string, now: Date): Status {
  const message = `${new Date(new X509Certificate(certificate).validTo)
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "")} +0000 UTC`;
  const written = status?.conditions?.find(({ type }) => type === EXPIRY)?.message;
  return written === message ? { ...status } : withCondition(status, { type: EXPIRY, status: "", reason: EXPIRY, message }, now);
}

const EXPIRY = "KubeConfigCertExpiresInSevenDays";

/** Why there is no client for a cluster. @param server the API server's address */
export function unreachable(name: string, server: string, error: unknown): string {
  return `failed to get cluster client for ${name}: Get "${server}/version": ${dialled(server, error)}`;
}

/** The words of Go's client for a request that came to nothing. @param server the API server's address */
export function dialled(server: string, error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  return code === "ECONNREFUSED" ? `dial tcp ${new URL(server).host}: connect: connection refused` : message;
}
