/** What a stack declares, and somebody else has made: an `up` that is to create it ends half-way with "already exists". Pure. */
import { clusterIdentifierAnnotation, isOfStack } from "./api";
import type { ObjectMetadata } from "./clusterCheck";
import type { StoredPlan } from "./rollout";

export interface Found {
  readonly namespaces: readonly ObjectMetadata[];
  readonly extensions: readonly ObjectMetadata[];
  readonly plans: readonly StoredPlan[];
}

export interface Declared {
  /** Namespaces of the platform; the first one carries the cluster's identifier. */
  readonly platform: readonly string[];
  readonly extensions: readonly {
    readonly name: string;
    /** Where it is installed; undefined where it is only published. */
    readonly namespace: string | undefined;
  }[];
}

/**
 * What has been adopted is as it was until the first `up` after it, and may be named until then: the cluster tells nothing else of a stack's
 * state.
 * @returns `Kind name`
 */
export function unmanaged({ namespaces, extensions, plans }: Found, { platform, extensions: declared }: Declared): string[] {
  const foreign = (kind: string, of: readonly ObjectMetadata[], name: string | undefined) =>
    of.some((metadata) => metadata.name === name && !isOfStack({ metadata })) ? [`${kind} ${name}`] : [];
  const isDeployed = namespaces.some(({ name, annotations = {} }) => name === platform[0] && clusterIdentifierAnnotation in annotations);
  return [
    ...(isDeployed ? [] : platform.flatMap((name) => foreign("Namespace", namespaces, name))),
    ...declared.flatMap(({ name, namespace }) => {
      const plan = plans.find(({ metadata }) => metadata.name === name);
      // KubeSphere makes the namespace as the program would, which then has nothing to write into it.
      if (plan !== undefined && isOfStack(plan)) return [];
      const own = foreign("Extension", extensions, name);
      if (namespace === undefined) return own;
      return [...own, ...(plan === undefined ? [] : [`InstallPlan ${name}`]), ...foreign("Namespace", namespaces, namespace)];
    }),
  ];
}
