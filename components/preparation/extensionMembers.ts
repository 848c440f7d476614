/** The members on which a run declares an extension's namespace and its executor's rights. */
import * as pulumi from "@pulumi/pulumi";
import { memberRights, type RightsMember } from "../../kubesphere/member/memberRights";
import { placeable, placedOn } from "../../kubesphere/member/placement";
import { HOST_CLUSTER } from "../../kubesphere/api";
import type { ClusterScheduling } from "../../kubesphere/extension/clusterScheduling";
import type { StoredPlan } from "../../kubesphere/extension/rollout";
import type { ClusterContents } from "../cluster/clusterContents";
import type { MemberCluster } from "../memberCluster";
import type { MemberBasis } from "../memberClusterArgs";

/** An extension that is installed. */
interface Installed {
  readonly name: string;
  readonly namespace: string;
}

/** @returns their names; a warning tells which others take an agent, and why */
export function rightsPlaces(
  members: readonly RightsMember[],
  placed: readonly string[],
  extension: Installed,
  plans: readonly StoredPlan[],
): readonly string[] {
  const plan = plans.find(({ metadata }) => metadata.name === extension.name);
  const { declaredOn, leftOut } = memberRights(members, placed, extension, plan);
  for (const { name, why } of leftOut)
    void pulumi.log.warn(
      `extension ${extension.name}: its namespace and its executor's rights on ${name} are not the stack's: ${name} ${why}`,
    );
  return declaredOn;
}

export const rightsMember = (name: string, { standing, namespaces }: MemberBasis): RightsMember => ({
  name,
  isAway: standing?.away !== undefined,
  namespaces,
});

/**
 * Of an extension outside of any platform.
 * @param members those that its program has given it
 * @returns those on which it is declared, and the names of those that do not answer
 */
export async function membersOf(
  members: readonly MemberCluster[],
  scheduling: ClusterScheduling | undefined,
  extension: Installed,
  { clusters, plans }: Pick<ClusterContents, "clusters" | "plans">,
): Promise<{ readonly members: readonly MemberCluster[]; readonly away: readonly string[] }> {
  if (members.length === 0) return { members: [], away: [] };
  // The member's own component reports its mistakes.
  const found = await Promise.all(members.map(async ({ clusterName, basis }) => rightsMember(clusterName, await basis.catch(() => ({})))));
  const known = placeable(
    members.map(({ clusterName, labels }) => ({ name: clusterName, labels })),
    ...([clusters, HOST_CLUSTER, []] as const),
  );
  const names = rightsPlaces(found, scheduling === undefined ? [] : placedOn(scheduling, known), extension, plans);
  return {
    members: members.filter(({ clusterName }) => names.includes(clusterName)),
    away: found.flatMap(({ name, isAway }) => (isAway ? [name] : [])),
  };
}
