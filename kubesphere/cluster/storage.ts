/** The storage classes of the declared charts' volumes, and whether the cluster has them. A volume of a missing class waits for ever. */
import { LUBAN } from "../luban";
import type { Problem } from "../errors";
import { valueAt, type Values } from "../chart/helmValues";

/** A volume that a declared chart will claim. */
export interface StorageNeed {
  /** The setting of its class. */
  readonly path: string;
  /** undefined for the cluster's default class. */
  readonly className: string | undefined;
}

export interface StorageClass {
  readonly name: string;
  readonly isDefault: boolean;
}

/** Charts that follow the convention read it, since Helm passes `global` to all charts within a package. */
export const STORAGE_CLASS_VALUE = "global.storageClass";

/** Redis keeps the sessions of several API servers (templates/redis.yaml and charts/redis-ha of ks-core, KubeSphere 4.1.2 and 4.1.3). */
export function ksCoreStorage(values: Values): StorageNeed[] {
  const path = "kubesphere:ksCore.values";
  if (valueAt(values, "redisHA.enabled") === true) {
    if (valueAt(values, "redisHA.persistentVolume.enabled") === false) return [];
    return claim(`${path}.redisHA.persistentVolume.storageClass`, valueAt(values, "redisHA.persistentVolume.storageClass"));
  }
  // Until KubeSphere 4.1.3 the chart called it `role`.
  const role = ["multicluster.role", "role"].map((it) => valueAt(values, it)).find((it) => it !== undefined && it !== "") ?? "host";
  const isOurs = valueAt(values, "ha.enabled") === true && !valueAt(values, "ha.cache") && role === "host";
  // Its claim names no class, and no value can set one.
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

/** In both charts "-" means a volume that was made by hand. */
const claim = (path: string, className: unknown): StorageNeed[] =>
  className === "-" ? [] : [{ path, className: typeof className === "string" && className !== "" ? className : undefined }];

/** @returns a problem for each missing class, and one for all volumes of the default class if there is none */
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
