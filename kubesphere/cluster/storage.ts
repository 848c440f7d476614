/** Storage classes: which ones the declared charts have volumes of, and whether the cluster has them. A volume without its class waits for ever. */
import { LUBAN } from "../luban";
import type { Problem } from "../errors";
import { valueAt, type Values } from "../chart/helmValues";

/** A volume that something declared will claim. */
export interface StorageNeed {
  /** The setting that decides on its class. */
  readonly path: string;
  /** undefined: the cluster's default one. */
  readonly className: string | undefined;
}

export interface StorageClass {
  readonly name: string;
  readonly isDefault: boolean;
}

/** Any chart that follows the custom reads it, since Helm hands `global` to all charts within a package. */
export const STORAGE_CLASS_VALUE = "global.storageClass";

/** Redis keeps the sessions of several API servers (templates/redis.yaml and charts/redis-ha of ks-core, KubeSphere 4.1.2 and 4.1.3). */
export function ksCoreStorage(values: Values): StorageNeed[] {
  const path = "kubesphere:ksCore.values";
  if (valueAt(values, "redisHA.enabled") === true) {
    if (valueAt(values, "redisHA.persistentVolume.enabled") === false) return [];
    return claim(`${path}.redisHA.persistentVolume.storageClass`, valueAt(values, "redisHA.persistentVolume.storageClass"));
  }
  const role = valueAt(values, "multicluster.role") ?? "host";
  const isOurs = valueAt(values, "ha.enabled") === true && !valueAt(values, "ha.cache") && role === "host";
  // Its claim names no class, and no value makes it name one.
  return isOurs && valueAt(values, "redis.persistentVolume.enabled") !== false
    ? [{ path: `${path}.redis.persistentVolume`, className: undefined }]
    : [];
}

/** Harbor's chart claims one for each of its parts, unless the part is elsewhere (its templates, chart 1.x). */
export function harborStorage(values: Values): StorageNeed[] {
  if (valueAt(values, "persistence.enabled") === false) return [];
  const is = (path: string, value: unknown) => (valueAt(values, path) ?? value) === value;
  const parts = [
    ...(is("persistence.imageChartStorage.type", "filesystem") ? ["registry"] : []),
    ...(is("database.type", "internal") ? ["database"] : []),
    ...(is("redis.type", "internal") ? ["redis"] : []),
    ...(is("trivy.enabled", true) ? ["trivy"] : []),
  ];
  return parts.flatMap((part) => {
    const path = `persistence.persistentVolumeClaim.${part}`;
    if (valueAt(values, `${path}.existingClaim`)) return [];
    return claim(`kubesphere:harbor.values.${path}.storageClass`, valueAt(values, `${path}.storageClass`));
  });
}

/** To both charts "-" means a volume that somebody made by hand. */
const claim = (path: string, className: unknown): StorageNeed[] =>
  className === "-" ? [] : [{ path, className: typeof className === "string" && className !== "" ? className : undefined }];

/** @returns a problem for each named class that is not there, and one for all that take the default one */
export function storageProblems(needs: readonly StorageNeed[], classes: readonly StorageClass[]): Problem[] {
  const listed = classes.map(({ name, isDefault }) => (isDefault ? `${name} (the default)` : name)).join(", ");
  const missing = needs.filter(({ className }) => className !== undefined && !classes.some(({ name }) => name === className));
  const unnamed = needs.find(({ className }) => className === undefined);
  return [
    ...missing.map(({ path, className }) => ({
      ...{ path, given: className },
      allowed: listed || "a StorageClass of the cluster, which has none",
      mend: listed ? "Name one of these, or make this one first" : "Make it first",
    })),
    ...(unnamed === undefined || classes.some(({ isDefault }) => isDefault) ? [] : [noDefault(unnamed.path, listed)]),
  ];
}

const noDefault = (path: string, listed: string): Problem => ({
  path,
  given: "a volume of the default StorageClass",
  allowed: `a cluster that has one; this one has ${listed ? `${listed}, and none is the default` : "no StorageClass"}`,
  mend: listed
    ? "Mark one: `kubectl annotate storageclass NAME storageclass.kubernetes.io/is-default-class=true`"
    : `Install a storage provisioner first; \`${LUBAN} cluster\` brings one`,
});
