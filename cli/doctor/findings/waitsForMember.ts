/** InstallPlans that wait, without a word, for an agent to go from a member that is away. */
import { placedOn } from "../../../kubesphere/extension/agentRollouts";
import { readiness } from "../../../kubesphere/member/storedCluster";
import { nameOf } from "../../shared/cluster";
import { isSilent } from "../../shared/members";
import { check, type Finding } from "../finding";
import type { Plan } from "../facts/facts";

export const waitsForMember = check(
  "waitsForMember",
  "InstallPlans do not wait for members that are away",
  ["plans", "members", "stack"],
  ({ plans, members, stack }) => {
    const away = new Set(
      members
        .filter(({ object, answer }) => isSilent(answer) || readiness(object)?.status === "False")
        .map(({ object }) => object.metadata.name),
    );
    return plans.flatMap((plan) => {
      const held = leaving(plan).filter((cluster) => away.has(cluster));
      return held.length === 0 ? [] : [waiting(plan, held, stack.option)];
    });
  },
);

/** The clusters from which an agent is to go. */
function leaving({ metadata, spec: { clusterScheduling = {} }, status = {} }: Plan): readonly string[] {
  const agents = Object.keys(status.clusterSchedulingStatuses ?? {});
  if (metadata.deletionTimestamp !== undefined) return agents;
  const wanted = placedOn(clusterScheduling);
  return wanted === undefined ? [] : agents.filter((cluster) => !wanted.includes(cluster));
}

function waiting(plan: Plan, held: readonly string[], option: string): Finding {
  const { metadata, spec, status = {} } = plan;
  const on = held.join(", ");
  const { name } = spec.extension;
  return {
    object: nameOf(plan),
    why:
      metadata.deletionTimestamp === undefined
        ? `its agent is to leave ${on}, which does not answer`
        : `it is being deleted since ${metadata.deletionTimestamp}, and its agent is on ${on}, which does not answer`,
    means: "KubeSphere tries again and again, and says so nowhere; a run that waits for it ends at its time-out",
    mend: [
      `bring ${on} back: KubeSphere goes on by itself`,
      // Measured on 4.1.2: 22 seconds.
      `if it is gone for good: kubectl delete ${held.map((cluster) => `clusters.cluster.kubesphere.io/${cluster}`).join(" ")}, and KubeSphere goes on within half a minute. On the member then stay ks-core and the release ${name}-agent in ${status.targetNamespace ?? `extension-${name}`}: docs/members.md, Removing a member`,
      `take it out of kubesphere:memberClusters, then: pulumi up --refresh${option}`,
    ],
  };
}
