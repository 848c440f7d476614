/**
 * Stands in for a storage provisioner: whoever claims a volume gets one, with nothing behind it. Without, a chart with a claim waits for ever.
 * Kubernetes' own controller binds the two, and says when a volume is no longer wanted.
 */
import type { Cluster } from "./cluster.js";
import type { Informer } from "./informer.js";
import { collection } from "./names.js";
import type { PersistentVolume, PersistentVolumeClaim } from "./objects.js";
import { Queue } from "./queue.js";

/** By which claims and volumes say that they are for this one. */
const PROVISIONER = "sandbox.kubesphere-luban/kubesphere-sim";
const CLASS = "sandbox";

/** What Kubernetes' controller writes on a claim that waits for a provisioner. */
const AWAITED = "volume.kubernetes.io/storage-provisioner";
const PROVISIONED_BY = "pv.kubernetes.io/provisioned-by";

/** The cluster's default, unless somebody has made one. */
export const provideStorage = (cluster: Cluster): Promise<boolean> =>
  cluster.createIfMissing(collection.storageClasses, {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: { name: CLASS, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
    provisioner: PROVISIONER,
  });

/** @param claim awaited of this provisioner */
export const volumeFor = ({ metadata, spec }: PersistentVolumeClaim) => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: `pvc-${metadata.uid ?? ""}`, annotations: { [PROVISIONED_BY]: PROVISIONER } },
  spec: {
    accessModes: spec.accessModes,
    capacity: { storage: spec.resources?.requests?.["storage"] ?? "1Gi" },
    claimRef: { apiVersion: "v1", kind: "PersistentVolumeClaim", namespace: metadata.namespace, name: metadata.name, uid: metadata.uid },
    // No container runs, so nobody ever looks there.
    hostPath: { path: "/nonexistent" },
    persistentVolumeReclaimPolicy: "Delete",
    storageClassName: spec.storageClassName,
    ...(spec.volumeMode !== undefined && { volumeMode: spec.volumeMode }),
  },
});

interface Sources {
  claims: Informer<PersistentVolumeClaim>;
  volumes: Informer<PersistentVolume>;
}

/** @returns queues of claims that wait for a volume, and of volumes whose claim is gone */
export function volumeControllers(cluster: Cluster, { claims, volumes }: Sources): Queue[] {
  const waiting = new Queue("PersistentVolumeClaim", async (uid) => {
    const claim = claims.items.find(({ metadata }) => metadata.uid === uid);
    if (claim !== undefined && isWaiting(claim)) await cluster.createIfMissing(collection.persistentVolumes, volumeFor(claim));
  });
  const released = new Queue("PersistentVolume", (name) => cluster.delete(`${collection.persistentVolumes}/${name}`));
  claims.onChange((claim, isGone) => {
    if (!isGone && isWaiting(claim)) waiting.add(claim.metadata.uid ?? "");
  });
  volumes.onChange((volume, isGone) => {
    if (!isGone && isReleased(volume)) released.add(volume.metadata.name);
  });
  return [waiting, released];
}

const isWaiting = ({ metadata, status }: PersistentVolumeClaim) =>
  metadata.annotations?.[AWAITED] === PROVISIONER && metadata.deletionTimestamp === undefined && status?.phase !== "Bound";

/** Kubernetes leaves a volume of an outer provisioner to that one. */
const isReleased = ({ metadata, spec, status }: PersistentVolume) =>
  metadata.annotations?.[PROVISIONED_BY] === PROVISIONER &&
  metadata.deletionTimestamp === undefined &&
  spec.persistentVolumeReclaimPolicy === "Delete" &&
  status?.phase === "Released";
