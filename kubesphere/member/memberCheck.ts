/** The requirements for a member, checked before anything is declared: KubeSphere itself refuses none of these (measured and read, 4.1.2 and 4.1.3). */
import { KS_AGENT, KS_CORE_MANAGER, memberAnnotation, SYSTEM_NAMESPACE } from "../api";
import type { ObjectMetadata } from "../cluster/clusterCheck";
import type { Problem } from "../errors";
import { DISOWN } from "./removal";
import { hasJoined, isHost, type StoredCluster } from "./storedCluster";

/** What a member said of itself. */
export interface MemberFacts {
  readonly isAdministrator: boolean;
  /** The UID of its namespace kube-system. */
  readonly uid: string | undefined;
  readonly namespaces: readonly ObjectMetadata[];
  /** Whether a whole KubeSphere runs there, and no member's. */
  readonly hasManager: boolean;
}

export interface Unreachable {
  readonly unreachable: string;
}

/** A member as it was found. */
export interface FoundMember {
  readonly name: string;
  /** The setting with its kubeconfig, for errors. */
  readonly path: string;
  /** URL of its API server. */
  readonly server: string;
  /** The kubeconfig, in base64. */
  readonly kubeconfig: string;
  /** Until when the client certificate is valid; undefined if there is none. */
  readonly validTo: Date | undefined;
  /** Whether it is a sandbox's, whose KubeSphere runs on this machine, too. */
  readonly isSandbox: boolean;
  /** Or why there is no answer. */
  readonly facts: MemberFacts | Unreachable;
}

/** The host on which the members are declared. */
export interface HostFacts {
  /** Undefined if nobody knows it. */
  readonly uid: string | undefined;
  readonly clusters: readonly StoredCluster[];
}

/** How a member relates to the Cluster object of its name. */
export interface MemberStanding {
  /** Undefined if it does not answer, and has not before. */
  readonly uid: string | undefined;
  /** Whether it is the first one that the host gets: when that turns Ready it ends the host's manager. */
  readonly isFirst: boolean;
  /** The UID of the cluster that has the name now, if that is another one. */
  readonly replaces?: string | undefined;
  /** Why it does not answer, of one that has joined. */
  readonly away?: string | undefined;
}

export interface JudgedMembers {
  readonly problems: readonly Problem[];
  /** In the members' order. */
  readonly standings: readonly MemberStanding[];
}

/** KubeSphere's controller replaces a kubeconfig whose client certificate ends within seven days, and so changes what is declared (its sources). */
const CERTIFICATE_DAYS = 7;

/** @param now the time with which certificates' dates are compared */
export function judgeMembers(members: readonly FoundMember[], host: HostFacts, now: Date): JudgedMembers {
  const judged = members.map((member, index) => judge(member, members.slice(0, index), host, now));
  const first = host.clusters.some((it) => !isHost(it) && hasJoined(it))
    ? undefined
    : judged.find(({ standing }) => standing.away === undefined);
  return {
    problems: judged.flatMap(({ problem }) => problem ?? []),
    standings: judged.map((it) => ({ ...it.standing, isFirst: it === first })),
  };
}

interface Judged {
  readonly problem?: Problem;
  readonly standing: Omit<MemberStanding, "isFirst">;
}

function judge(member: FoundMember, before: readonly FoundMember[], host: HostFacts, now: Date): Judged {
  const { name, server, facts } = member;
  const former = host.clusters.find(({ metadata }) => metadata.name === name);
  const known = former?.status?.uid;
  const refused = (given: string, allowed: string, mend: string): Judged => ({
    problem: { path: member.path, given, allowed, mend },
    standing: { uid: undefined },
  });
  const ends = member.validTo;
  if (ends !== undefined && ends.getTime() - now.getTime() <= CERTIFICATE_DAYS * 86_400_000)
    return refused(
      `a client certificate that is valid until ${ends.toISOString().slice(0, 10)}`,
      "one that is valid for more than a week, since KubeSphere would put another kubeconfig in the place of this one",
      "Renew the certificate, or write a kubeconfig with a token",
    );
  if ("unreachable" in facts) {
    // The same kubeconfig has been good: the member is away, and that is no reason to keep the rest of the stack from going on.
    if (known !== undefined && former?.spec?.connection?.kubeconfig === member.kubeconfig)
      return { standing: { uid: known, away: `${server}: ${facts.unreachable}` } };
    return refused(
      `${server}: ${facts.unreachable}`,
      "a cluster that answers",
      "Is the cluster up, the address right, the network there, the login still valid? KubeSphere's manager must reach it, too",
    );
  }
  if (!facts.isAdministrator)
    return refused(
      `a user of ${server} who may not do everything`,
      "an administrator of the member, since KubeSphere installs itself there",
      "Bind the user to the ClusterRole cluster-admin on the member",
    );
  const { uid } = facts;
  if (uid !== undefined && uid === host.uid)
    return refused(`${server}, which is the host itself`, "another cluster than the host", "Write the kubeconfig of the member");
  const twin = before.find((it) => "uid" in it.facts && it.facts.uid === uid);
  if (twin !== undefined)
    return refused(`${server}, which is the same cluster as ${twin.name}`, "a cluster of its own for each member", "Keep one of the two");
  const other = host.clusters.find((it) => it !== former && uid !== undefined && it.status?.uid === uid);
  if (other !== undefined)
    return refused(
      `${server}, which this host has as ${other.metadata.name}`,
      "a cluster that is no member yet",
      `A member keeps its name: write ${other.metadata.name}, or remove that one, run \`pulumi up\`, and add it under its new name then`,
    );
  const isSame = known === undefined || known === uid;
  const { annotations: marks = {} } = facts.namespaces.find(({ name }) => name === SYSTEM_NAMESPACE) ?? {};
  const hostOf = marks[memberAnnotation.host];
  if (hostOf !== undefined && (former === undefined || !isSame))
    return refused(
      `${server}, which is ${marks[memberAnnotation.name] ?? "a member"} of another host (${hostOf})`,
      "a cluster without a host",
      `Remove it from that host. If that is gone, on the member: \`${DISOWN}\``,
    );
  if (facts.hasManager)
    return refused(
      `${server}, which has a KubeSphere of its own (Deployment ${KS_CORE_MANAGER}, not ${KS_AGENT})`,
      "a cluster without one, as a host would become a member",
      "Uninstall that KubeSphere first, or write the kubeconfig of another cluster",
    );
  return { standing: { uid, ...(!isSame && { replaces: known }) } };
}
