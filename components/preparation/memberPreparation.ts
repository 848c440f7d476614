/** Members' kubeconfigs → their clusters, and the host's Cluster objects → how each member is declared. */
import * as pulumi from "@pulumi/pulumi";
import { accessProblems, clusterIdOf } from "../../kubesphere/cluster/clusterCheck";
import { attempt, type Problem } from "../../kubesphere/errors";
import type { StoredPlan } from "../../kubesphere/extension/rollout";
import { judgeMembers, type FoundMember, type HostFacts, type MemberStanding } from "../../kubesphere/member/memberCheck";
import { memberKubeconfig } from "../../kubesphere/member/memberKubeconfig";
import { markedMembers } from "../../kubesphere/member/memberRights";
import { together } from "../../kubesphere/parallel";
import { storedClusters, storedPlans } from "../cluster/clusterContents";
import { findMembers, type ReadMember } from "../cluster/memberAccess";
import { known, kubernetesProvider, providerCluster } from "../cluster/providerCluster";
import type { MemberBasis, MemberClusterArgs } from "../memberClusterArgs";
import { refuse, refusing } from "../shared/mistake";
import { warnOfMember } from "./memberWarnings";

/** Reads the kubeconfigs. @returns every problem at once */
export async function readMembers(
  members: readonly { readonly name: string; readonly path: string; readonly kubeconfig: string }[],
): Promise<{ readonly members: readonly ReadMember[]; readonly problems: readonly Problem[] }> {
  const read = await Promise.all(
    members.map(({ name, path, kubeconfig }) => attempt((async () => ({ name, path, kubeconfig: memberKubeconfig(path, kubeconfig) }))())),
  );
  return { members: read.flatMap(({ value }) => value ?? []), problems: read.flatMap(({ problems }) => problems) };
}

/** @param plans the host's @returns how to declare each member, in their order, and every problem at once */
export function membersBases(
  read: readonly ReadMember[],
  found: readonly FoundMember[],
  facts: HostFacts & { readonly plans: readonly StoredPlan[] },
  host: MemberBasis["host"],
): { readonly bases: readonly (MemberBasis & { readonly standing: MemberStanding })[]; readonly problems: readonly Problem[] } {
  const { standings, problems } = judgeMembers(found, facts, new Date());
  const declaredOn = new Set(facts.plans.flatMap(markedMembers));
  const bases = standings.map((standing, index) => {
    const { name = "", facts } = found[index] ?? {};
    const namespaces = facts !== undefined && "namespaces" in facts ? facts.namespaces : undefined;
    return { kubeconfig: read[index]?.kubeconfig.text, standing, namespaces, hasRights: declaredOn.has(name), host };
  });
  return { bases, problems };
}

/**
 * A member outside of any platform.
 * @param name the component's name, which begins its error messages
 * @throws {@link mistake} with one line for each problem
 */
export async function prepareMember(
  name: string,
  { clusterName, kubeconfig }: MemberClusterArgs,
  opts: pulumi.ComponentResourceOptions,
): Promise<MemberBasis> {
  const [text, host] = await together([known(pulumi.output(kubeconfig)), refusing(providerCluster(kubernetesProvider(opts)))]);
  if (text === undefined || host === undefined) return {};
  const { members, problems } = await readMembers([{ name: clusterName, path: `${name}.kubeconfig`, kubeconfig: text.value }]);
  refuse(problems);
  refuse(await accessProblems(host));
  const [found, clusters, plans = [], uid] = await together([
    findMembers(members),
    storedClusters(host),
    storedPlans(host),
    clusterIdOf(host),
  ]);
  const judged = membersBases(members, found, { uid, clusters, plans }, host);
  refuse(judged.problems);
  const [basis] = judged.bases;
  const [member] = found;
  if (basis && member) warnOfMember(member, basis.standing, plans);
  return basis ?? {};
}
