/** The clusters that an extension's placement names, or takes by their labels. Pure. */
import type { ClusterScheduling } from "../extension/clusterScheduling";
import type { Problem } from "../errors";
import { selects } from "./selection";
import { isHost, type StoredCluster } from "./storedCluster";

/** A cluster on which agents can be placed. */
export interface Placeable {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** A declared member. */
interface Declared {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>> | undefined;
}

/**
 * The members of a stack and the other clusters of its host.
 * @param host its name, since a host that is still to be installed has no Cluster
 * @param leaving the clusters that this run takes out
 */
export function placeable(
  members: readonly Declared[],
  clusters: readonly StoredCluster[],
  host: string,
  leaving: readonly StoredCluster[],
): Placeable[] {
  const staying = clusters.filter((it) => !leaving.includes(it));
  const found = new Map(staying.map(({ metadata: { name, labels = {} } }) => [name, { name, labels }]));
  // Labels that others have set stay.
  for (const { name, labels = {} } of members) found.set(name, { name, labels: { ...found.get(name)?.labels, ...labels } });
  if (!staying.some(isHost)) found.set(host, found.get(host) ?? { name: host, labels: {} });
  return [...found.values()];
}

/**
 * KubeSphere passes over a cluster that it does not know, in silence (measured).
 * @param path of the scheduling in the configuration
 */
export function placementProblems(path: string, { placement, overrides = {} }: ClusterScheduling, known: readonly Placeable[]): Problem[] {
  const names = known.map(({ name }) => name);
  const unknown = (at: string, given: string): Problem[] =>
    names.includes(given)
      ? []
      : [{ path: at, given, allowed: names.join(", "), mend: "Correct it, or declare the cluster in kubesphere:memberClusters" }];
  return [
    ...(placement.clusters ?? []).flatMap((name, index) => unknown(`${path}.placement.clusters[${index}]`, name)),
    ...Object.keys(overrides).flatMap((name) => unknown(`${path}.overrides.${name}`, name)),
  ];
}

/** The names of the clusters that it takes; names win over a selector (measured). */
export function placedOn({ placement: { clusters = [], clusterSelector } }: ClusterScheduling, known: readonly Placeable[]): string[] {
  if (clusters.length > 0 || clusterSelector === undefined) return [...clusters];
  return known.filter(({ labels }) => selects(clusterSelector, labels)).map(({ name }) => name);
}
