/** Tells, in a preview too, what a change of a member brings that its Cluster object's diff does not show. */
import * as pulumi from "@pulumi/pulumi";
import type { FoundMember, MemberStanding } from "../../kubesphere/member/memberCheck";
import { agentsOn } from "../../kubesphere/member/agents";
import type { StoredCluster } from "../../kubesphere/member/storedCluster";
import type { StoredPlan } from "../../kubesphere/extension/rollout";

/** @param plans those of the host */
export function warnOfMember(
  { name, server, isSandbox }: FoundMember,
  { away, replaces, uid = "" }: MemberStanding,
  plans: readonly StoredPlan[],
): void {
  if (away !== undefined)
    void pulumi.log.warn(
      `member ${name} does not answer (${away}); it stays as it is, a change of it waits until it is back, and agents on it are not waited for`,
    );
  if (isLoopback(server) && !isSandbox)
    void pulumi.log.warn(
      `member ${name}: ${server} is an address of this machine. KubeSphere's manager must reach the member at it, which a Pod does not`,
    );
  if (replaces === undefined) return;
  const agents = agentsOn(name, plans);
  void pulumi.log.warn(
    `member ${name} is another cluster now (${uid}, and not ${replaces}): its Cluster object is replaced, and KubeSphere installs ks-core on the new one. ` +
      `The former one keeps ks-core and its agents; docs/members.md has the commands that remove them` +
      (agents.length === 0
        ? ""
        : `. KubeSphere goes on taking the agents of ${agents.join(", ")} for installed: take ${name} out of their placement, run \`pulumi up\`, and put it back`),
  );
}

/** @param leaving the clusters that this run takes out */
export function warnOfLeavingMembers(leaving: readonly StoredCluster[]): void {
  for (const { metadata } of leaving)
    void pulumi.log.warn(
      `member ${metadata.name} goes, and keeps ks-core with its CRDs, namespaces and finalizers; docs/members.md has the commands that remove them`,
    );
}

const isLoopback = (server: string): boolean => /^https?:\/\/(?:127\.|localhost\b|\[::1\])/.test(server);
