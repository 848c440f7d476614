import { describeProblem } from "../../../kubesphere/errors";
import { harborStorage, ksCoreStorage, storageProblems, type StorageClass, type StorageNeed } from "../../../kubesphere/cluster/storage";

const REDIS: StorageNeed = { path: "kubesphere:ksCore.values.redis.persistentVolume", className: undefined };
const redisHa = (className?: string): StorageNeed => ({
  path: "kubesphere:ksCore.values.redisHA.persistentVolume.storageClass",
  className,
});

describe("KubeSphere keeps something on disk only where it runs more than once", () => {
  test.each([
    ["by itself", {}, []],
    ["ha", { ha: { enabled: true } }, [REDIS]],
    ["ha with a Redis of one's own", { ha: { enabled: true, cache: "redis://redis.lan" } }, []],
    ["ha without a disk", { ha: { enabled: true }, redis: { persistentVolume: { enabled: false } } }, []],
    ["ha in a member cluster", { ha: { enabled: true }, multicluster: { role: "member" } }, []],
    ["redisHA", { ha: { enabled: true }, redisHA: { enabled: true } }, [redisHa()]],
    ["redisHA on a class", { redisHA: { enabled: true, persistentVolume: { storageClass: "fast" } } }, [redisHa("fast")]],
    ["redisHA on volumes made by hand", { redisHA: { enabled: true, persistentVolume: { storageClass: "-" } } }, []],
    ["redisHA without a disk", { redisHA: { enabled: true, persistentVolume: { enabled: false } } }, []],
  ])("%s", (_what, values, needs) => {
    expect(ksCoreStorage(values)).toEqual(needs);
  });
});

describe("Harbor keeps each of its parts on disk", () => {
  const part = (name: string, className?: string): StorageNeed => ({
    path: `kubesphere:harbor.values.persistence.persistentVolumeClaim.${name}.storageClass`,
    className,
  });

  test("on the default class, or the one that the part names", () => {
    const persistence = { persistentVolumeClaim: { registry: { storageClass: "large" }, database: { storageClass: "" } } };
    expect(harborStorage({ persistence })).toEqual([part("registry", "large"), part("database"), part("redis"), part("trivy")]);
  });

  test("but for those that are elsewhere, or on volumes that are there", () => {
    const values = {
      persistence: {
        imageChartStorage: { type: "s3" },
        persistentVolumeClaim: { database: { existingClaim: "harbor-database" }, redis: { storageClass: "-" } },
      },
      trivy: { enabled: false },
    };
    expect(harborStorage(values)).toEqual([]);
    expect(harborStorage({ database: { type: "external" }, redis: { type: "external" }, trivy: { enabled: false } })).toEqual([
      part("registry"),
    ]);
    expect(harborStorage({ persistence: { enabled: false } })).toEqual([]);
  });
});

describe("a volume that would wait for ever is told before anything is installed", () => {
  const [local, fast]: StorageClass[] = [
    { name: "local", isDefault: true },
    { name: "fast", isDefault: false },
  ];
  const onFast: StorageNeed = { path: "kubesphere:extensions[0].install.storageClass", className: "fast" };
  const told = (needs: StorageNeed[], classes: (StorageClass | undefined)[]) =>
    storageProblems(needs, classes as StorageClass[]).map(describeProblem);

  test("what the cluster has is taken", () => {
    expect(told([onFast, REDIS], [local, fast])).toEqual([]);
    expect(told([onFast], [fast])).toEqual([]);
  });

  test("a class that is not there is told with those that are", () => {
    expect(told([onFast], [local, { name: "slow", isDefault: false }])).toEqual([
      'kubesphere:extensions[0].install.storageClass: "fast" is not allowed; allowed: local (the default), slow. Name one of these, or make this one first.',
    ]);
    expect(told([onFast], [])).toEqual([
      'kubesphere:extensions[0].install.storageClass: "fast" is not allowed; allowed: a StorageClass of the cluster, which has none. Make it first.',
    ]);
  });

  test("a missing default class is told once, however many want it", () => {
    expect(told([REDIS, redisHa()], [fast])).toEqual([
      'kubesphere:ksCore.values.redis.persistentVolume: "a volume of the default StorageClass" is not allowed; allowed: a cluster that has one; this one has fast, and none is the default. Mark one: `kubectl annotate storageclass NAME storageclass.kubernetes.io/is-default-class=true`.',
    ]);
    expect(told([REDIS], [])).toEqual([
      'kubesphere:ksCore.values.redis.persistentVolume: "a volume of the default StorageClass" is not allowed; allowed: a cluster that has one; this one has no StorageClass. Install a storage provisioner first; `npx luban cluster` brings one.',
    ]);
  });
});
