/** Tells what a member waits for: the provider waits in silence, and KubeSphere's status never has the failure of an installation. */
import { CLUSTER_API } from "../../kubesphere/api";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import { joinWords, type StoredCluster } from "../../kubesphere/member/storedCluster";

/** In milliseconds; a member that joins as it should is ready before the first look (15 to 26 s, measured). */
const INTERVAL = 30_000;
/** Longer than KubeSphere gives Helm (5 minutes), so that a second attempt counts. */
export const JOIN_MINUTES = 15;
/** The last look before the provider gives up: its error has nothing but conditions that are not met. */
const LAST = (JOIN_MINUTES * 60_000) / INTERVAL - 1;

export interface FollowedMember {
  readonly name: string;
  /** Of its config. */
  readonly hash: string;
  /** Called with a few words, each time that they are others. */
  readonly say: (words: string) => void;
  /** Called with what it still waits for when the time is over. */
  readonly fail: (words: string) => void;
}

/** @returns ends it; nor does it keep a process running */
export function followJoin(cluster: Pick<ClusterAccess, "read">, { name, hash, say, fail }: FollowedMember): () => void {
  let said: string | undefined;
  let looks = 0;
  const look = async () => {
    // A host that does not answer for a moment is no news of a member.
    const stored = await cluster.read<StoredCluster>(`/apis/${CLUSTER_API}/clusters/${name}`).catch(() => undefined);
    const words = stored && joinWords(stored, hash);
    if (words !== undefined && words !== said) say((said = words));
    if (++looks === LAST && (words ?? said) !== undefined) fail(words ?? said ?? "");
  };
  const timer = setInterval(() => void look(), INTERVAL).unref();
  return () => clearInterval(timer);
}
