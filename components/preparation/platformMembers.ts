/** The members of a platform, and the clusters on which its extensions place agents: checked against the host's Cluster objects. */
import * as pulumi from "@pulumi/pulumi";
import type { Problem } from "../../kubesphere/errors";
import type { FoundMember } from "../../kubesphere/member/memberCheck";
import { placeable, placedOn, placementProblems } from "../../kubesphere/member/placement";
import { hasJoined, hostName, isHost, leavingClusters } from "../../kubesphere/member/storedCluster";
import type { Settings } from "../../settings/settings";
import type { ClusterContents } from "../cluster/clusterContents";
import type { ReadMember } from "../cluster/memberAccess";
import type { MemberBasis } from "../memberClusterArgs";
import { membersBases, readMembers } from "./memberPreparation";
import { warnOfLeavingMembers, warnOfMember } from "./memberWarnings";

/** Reads the kubeconfigs of a stack's members. */
export const readPlatformMembers = ({ memberClusters }: Pick<Settings, "memberClusters">) =>
  readMembers(
    memberClusters.map(({ name, kubeconfig }, index) => ({ name, kubeconfig, path: `kubesphere:memberClusters[${index}].kubeconfig` })),
  );

/** Whether the host's Cluster objects matter to a stack. */
export const concernsClusters = (settings: Pick<Settings, "memberClusters" | "extensions">): boolean =>
  settings.memberClusters.length > 0 || placements(settings).length > 0;

/** The placements of a stack's extensions, each with its place in the configuration. */
const placements = ({ extensions }: Pick<Settings, "extensions">) =>
  extensions.flatMap(({ install }, index) =>
    install === false || install.clusterScheduling === undefined
      ? []
      : [
          {
            extension: `kubesphere:extensions[${index}]`,
            path: `kubesphere:extensions[${index}].install.clusterScheduling`,
            scheduling: install.clusterScheduling,
          },
        ],
  );

export interface PlatformMembers {
  /** In the order of the settings. */
  readonly bases: readonly MemberBasis[];
  readonly problems: readonly Problem[];
  /** The clusters whose agents nobody waits for: they do not answer, or have not joined. */
  readonly away: readonly string[];
  /** The clusters that a selector is to have put agents on by the end of this run, by the path of the extension in the configuration. */
  readonly chosen: ReadonlyMap<string, readonly string[]>;
  /** All clusters that its placement takes, by the same path. */
  readonly placed: ReadonlyMap<string, readonly string[]>;
  /** In bytes: it goes into the ConfigMap of each agent's Job. 0 without members. */
  readonly longestKubeconfig: number;
  /** Tells what the diffs do not show. */
  readonly tell: () => void;
}

/** @param uid of the host's namespace kube-system */
export function judgePlatformMembers(
  settings: Pick<Settings, "memberClusters" | "extensions" | "ksCore">,
  { read, found }: { readonly read: readonly ReadMember[]; readonly found: readonly FoundMember[] },
  { clusters, plans, uid }: Pick<ClusterContents, "clusters" | "plans"> & { readonly uid: string | undefined },
  host: MemberBasis["host"],
): PlatformMembers {
  const { bases, problems } = membersBases(read, found, { uid, clusters, plans }, host);
  const names = settings.memberClusters.map(({ name }) => name);
  const leaving = leavingClusters(clusters, names);
  const known = placeable(settings.memberClusters, clusters, hostName(settings.ksCore.values), leaving);
  const placed = placements(settings).map((it) => ({ ...it, taken: placedOn(it.scheduling, known) }));
  const tell = () => {
    found.forEach((member, index) => {
      const { standing } = bases[index] ?? {};
      if (standing) warnOfMember(member, standing, plans);
    });
    warnOfLeavingMembers(leaving);
    if (!pulumi.runtime.isDryRun()) return;
    for (const { path, scheduling, taken } of placed) {
      if (scheduling.placement.clusterSelector === undefined) continue;
      void pulumi.log.info(`${path}.placement: it takes ${taken.join(", ") || "no cluster"} today`);
    }
  };
  // KubeSphere passes over a cluster that is not ready, so nobody waits for its agent.
  const away = [
    ...clusters.filter((it) => !isHost(it) && !hasJoined(it) && !names.includes(it.metadata.name)).map(({ metadata }) => metadata.name),
    ...found.flatMap(({ name }, index) => (bases[index]?.standing.away === undefined ? [] : [name])),
  ];
  const chosen = new Map(
    placed.flatMap(({ extension, scheduling, taken }) => {
      const { clusters: named = [], clusterSelector } = scheduling.placement;
      if (named.length > 0 || clusterSelector === undefined) return [];
      return [[extension, taken] as const];
    }),
  );
  const longestKubeconfig = Math.max(0, ...read.map(({ kubeconfig }) => Buffer.byteLength(kubeconfig.text)));
  return {
    bases,
    tell,
    away,
    chosen,
    placed: new Map(placed.map(({ extension, taken }) => [extension, taken])),
    longestKubeconfig,
    problems: [...problems, ...placed.flatMap(({ path, scheduling }) => placementProblems(path, scheduling, known))],
  };
}
