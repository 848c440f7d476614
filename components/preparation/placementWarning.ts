/** The placement of an extension outside of any platform. */
import * as pulumi from "@pulumi/pulumi";
import { HOST_CLUSTER } from "../../kubesphere/api";
import type { ClusterScheduling } from "../../kubesphere/extension/clusterScheduling";
import { placeable, placementProblems } from "../../kubesphere/member/placement";
import type { StoredCluster } from "../../kubesphere/member/storedCluster";

/** Only warns of clusters that are not there: they may be members that the same program declares. */
export function warnOfPlacement(name: string, scheduling: ClusterScheduling | undefined, clusters: readonly StoredCluster[]): void {
  if (scheduling === undefined) return;
  const known = placeable([], clusters, HOST_CLUSTER, []);
  const unknown = placementProblems(name, scheduling, known).map(({ given }) => String(given));
  if (unknown.length === 0) return;
  void pulumi.log.warn(
    `${name}: KubeSphere has no cluster ${[...new Set(unknown)].join(", ")} yet, and installs no agent on it before it has; there are ${known.map((it) => it.name).join(", ")}`,
  );
}
