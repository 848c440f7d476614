/** The requests to a member before a run: one set for each, all members at a time. */
import { KS_CORE_MANAGER, SYSTEM_NAMESPACE } from "../../kubesphere/api";
import { clusterIdIn, type ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import type { FoundMember, MemberFacts } from "../../kubesphere/member/memberCheck";
import type { MemberKubeconfig } from "../../kubesphere/member/memberKubeconfig";
import { inParallel, together } from "../../kubesphere/parallel";
import { accessCluster } from "./clusterAccess";

/** A member whose kubeconfig has been read. */
export interface ReadMember {
  readonly name: string;
  /** The setting with its kubeconfig, for errors. */
  readonly path: string;
  readonly kubeconfig: MemberKubeconfig;
}

/** A member that does not answer is found, too: whether that is a mistake depends on the host. */
export const findMembers = (members: readonly ReadMember[]): Promise<FoundMember[]> =>
  inParallel(members, async ({ name, path, kubeconfig: { text, ...rest } }) => ({
    ...{ name, path, ...rest, kubeconfig: Buffer.from(text).toString("base64") },
    facts: await asked(text).catch((error: unknown) => ({ unreachable: (error as Error).message })),
  }));

async function asked(kubeconfig: string): Promise<MemberFacts> {
  const member = await accessCluster({ kubeconfig });
  // Others may not read the rest.
  if (!(await member.isAdministrator())) return { isAdministrator: false, uid: undefined, namespaces: [], hasManager: false };
  const [namespaces, hasManager] = await together([member.metadata("/api/v1/namespaces"), hasManagerOf(member)]);
  return { isAdministrator: true, uid: clusterIdIn(namespaces), namespaces, hasManager };
}

const hasManagerOf = async (member: Pick<ClusterAccess, "read">): Promise<boolean> =>
  (await member.read(`/apis/apps/v1/namespaces/${SYSTEM_NAMESPACE}/deployments/${KS_CORE_MANAGER}`)) !== undefined;
