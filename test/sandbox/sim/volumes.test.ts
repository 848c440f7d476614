import type { Cluster } from "../../../sandbox/src/sim/cluster.js";
import type { Informer } from "../../../sandbox/src/sim/informer.js";
import type { PersistentVolume, PersistentVolumeClaim } from "../../../sandbox/src/sim/objects.js";
import { volumeControllers, volumeFor } from "../../../sandbox/src/sim/volumes.js";

const PROVISIONER = "sandbox.kubesphere-luban/kubesphere-sim";
const claim = (provisioner: string | undefined, phase = "Pending"): PersistentVolumeClaim => ({
  metadata: {
    ...{ name: "data", namespace: "shop", uid: "c-1" },
    ...(provisioner !== undefined && { annotations: { "volume.kubernetes.io/storage-provisioner": provisioner } }),
  },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "8Gi" } }, storageClassName: "sandbox" },
  status: { phase },
});
const volume = (provisioner: string, phase: string): PersistentVolume => ({
  metadata: { name: "pvc-c-1", annotations: { "pv.kubernetes.io/provisioned-by": provisioner } },
  spec: { persistentVolumeReclaimPolicy: "Delete" },
  status: { phase },
});

/** What is written for one claim and one volume that are there. */
async function written(claims: PersistentVolumeClaim[], volumes: PersistentVolume[] = []): Promise<string[]> {
  const done: string[] = [];
  const cluster = {
    createIfMissing: (path: string, { metadata }: { metadata: { name: string } }) =>
      Promise.resolve(done.push(`create ${path}/${metadata.name}`)),
    delete: (path: string) => Promise.resolve(done.push(`delete ${path}`)),
  } as unknown as Cluster;
  const informer = <T>(items: T[]) => ({
    items,
    onChange: (tell: (item: T, isGone: boolean) => void) => items.forEach((item) => tell(item, false)),
  });
  const queues = volumeControllers(cluster, {
    claims: informer(claims) as unknown as Informer<PersistentVolumeClaim>,
    volumes: informer(volumes) as unknown as Informer<PersistentVolume>,
  });
  await new Promise(setImmediate);
  for (const queue of queues) queue.stop();
  return done;
}

test("a chart with a claim waits for ever in the sandbox", async () => {
  expect(await written([claim(PROVISIONER)])).toEqual(["create /api/v1/persistentvolumes/pvc-c-1"]);
  expect(volumeFor(claim(PROVISIONER))).toMatchObject({
    metadata: { name: "pvc-c-1" },
    spec: {
      accessModes: ["ReadWriteOnce"],
      capacity: { storage: "8Gi" },
      claimRef: { namespace: "shop", name: "data", uid: "c-1" },
      persistentVolumeReclaimPolicy: "Delete",
      storageClassName: "sandbox",
    },
  });
});

test("a claim of somebody else's class, or one that has its volume, gets another one", async () => {
  expect(await written([claim("local.example")])).toEqual([]);
  expect(await written([claim(undefined)])).toEqual([]);
  expect(await written([claim(PROVISIONER, "Bound")])).toEqual([]);
});

test("volumes stay behind when their claim has gone, or somebody else's are taken away", async () => {
  expect(await written([], [volume(PROVISIONER, "Released")])).toEqual(["delete /api/v1/persistentvolumes/pvc-c-1"]);
  expect(await written([], [volume(PROVISIONER, "Bound")])).toEqual([]);
  expect(await written([], [volume("local.example", "Released")])).toEqual([]);
});
