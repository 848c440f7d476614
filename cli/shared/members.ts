/** The clusters of a host: its Cluster objects, and what each member says of itself now, since the host looks at them every 15 minutes only. */
import { resolve } from "path";
import { accessCluster } from "../../components/cluster/clusterAccess";
import { CLUSTER_API, KS_AGENT, SYSTEM_NAMESPACE } from "../../kubesphere/api";
import { clusterIdOf, type NamespaceMetadata } from "../../kubesphere/cluster/clusterCheck";
import { isKubeconfigText } from "../../kubesphere/cluster/kubeconfig";
import { flatKubeconfig } from "../../kubesphere/member/flatKubeconfig";
import { memberKubeconfig } from "../../kubesphere/member/memberKubeconfig";
import { isHost, type StoredCluster } from "../../kubesphere/member/storedCluster";
import { inParallel, together } from "../../kubesphere/parallel";
import type { Cluster, StoredObject } from "./cluster";

/** A member as a stack's configuration has it. */
export interface DeclaredMember {
  readonly name: string;
  /** Contents, or a path; a secret. */
  readonly kubeconfig: string;
}

/** A Cluster object, as the API server returns it. It holds a kubeconfig in clear: nothing of its `spec` is ever shown. */
export type HostCluster = StoredObject & StoredCluster;

/** What a member says of itself. */
export type MemberAnswer =
  /** Why there is none, without anything of the kubeconfig's but its server. */
  | { readonly silent: string }
  | {
      /** The UID of its namespace kube-system. */
      readonly uid: string | undefined;
      /** KubeSphere's namespace; undefined where there is none. */
      readonly system: NamespaceMetadata | undefined;
      /** The Pods of KubeSphere on it; undefined where it is not installed. */
      readonly agent: { readonly ready: number; readonly wanted: number } | undefined;
    };

export const isSilent = (answer: MemberAnswer): answer is Extract<MemberAnswer, { silent: string }> => "silent" in answer;

export interface SeenMember {
  readonly object: HostCluster;
  readonly answer: MemberAnswer;
}

/** All Cluster objects, the host's own too; none where KubeSphere is not installed. @throws Failure */
export const hostClusters = async (cluster: Pick<Cluster, "list">): Promise<readonly HostCluster[]> =>
  (await cluster.list({ apiVersion: CLUSTER_API, kind: "Cluster" })) as readonly HostCluster[];

/** @param config of the project, by key without namespace @param checkout the folder that paths are relative to */
export function declaredMembers(config: Readonly<Record<string, unknown>>, checkout: string): readonly DeclaredMember[] {
  const stated = config["memberClusters"];
  return (Array.isArray(stated) ? (stated as readonly Partial<DeclaredMember>[]) : []).flatMap(({ name, kubeconfig }) => {
    if (typeof name !== "string" || typeof kubeconfig !== "string") return [];
    const isPlaced = isKubeconfigText(kubeconfig) || kubeconfig.startsWith("~/");
    return [{ name, kubeconfig: isPlaced ? kubeconfig : resolve(checkout, kubeconfig) }];
  });
}

export type Ask = typeof askMember;

/**
 * Asks each member, all at a time, with the stack's kubeconfig or else the one in its Cluster object; a member without one is passed over.
 * @param clusters of {@link hostClusters}
 */
export async function seenMembers(
  clusters: readonly HostCluster[],
  declared: readonly DeclaredMember[],
  ask: Ask = askMember,
): Promise<readonly SeenMember[]> {
  const kubeconfigOf = ({ metadata: { name } }: HostCluster) => declared.find((it) => it.name === name)?.kubeconfig;
  return inParallel(
    clusters.filter((it) => !isHost(it)),
    async (object) => ({ object, answer: await ask(object, kubeconfigOf(object)) }),
  );
}

interface Deployment {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number };
}

const AGENT = `/apis/apps/v1/namespaces/${SYSTEM_NAMESPACE}/deployments/${KS_AGENT}`;

/** Milliseconds. Reports wait for members, and some are drawn every two seconds. */
const TIMEOUT = 5_000;

/** @param kubeconfig the stack's. Default: that of the object, which others may have written */
async function askMember({ metadata: { name }, spec }: HostCluster, kubeconfig: string | undefined): Promise<MemberAnswer> {
  let server = "";
  try {
    const text =
      kubeconfig === undefined
        ? flatKubeconfig(Buffer.from(spec?.connection?.kubeconfig ?? "", "base64").toString())
        : memberKubeconfig(`the kubeconfig of ${name}`, kubeconfig).text;
    const member = await accessCluster({ kubeconfig: text });
    server = `${member.server}: `;
    const asked = together([clusterIdOf(member), member.namespace(SYSTEM_NAMESPACE), member.read<Deployment>(AGENT)]);
    const [uid, system, agent] = await inTime(asked);
    return { uid, system, agent: agent && { ready: agent.status?.readyReplicas ?? 0, wanted: agent.spec?.replicas ?? 1 } };
  } catch (error) {
    return { silent: `${server}${(error as Error).message}` };
  }
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${TIMEOUT / 1000} seconds`)), TIMEOUT);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
