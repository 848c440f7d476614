/** Whether a cluster may be taken for one that was a member: what is left on a host, or on a member, is what it works with. Pure. */
import { HOST_CLUSTER, KS_AGENT, KS_CORE_MANAGER, memberAnnotation, memberUidAnnotation, SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { isHost } from "../../../kubesphere/member/storedCluster";
import type { HostCluster } from "../../shared/members";
import { Failure } from "../../shared/command";
import type { FormerMember } from "./member";

/** The stack's own cluster. */
export interface Host {
  /** The UID of its namespace kube-system. */
  readonly uid: string | undefined;
  readonly clusters: readonly HostCluster[];
  /** As of {@link FormerMember}. */
  readonly signingSecret: string | undefined;
  /** ` --stack prod`, or nothing. */
  readonly option: string;
}

/** Whom the cluster says to belong to. */
export interface Claim {
  /** What the host calls itself. */
  readonly host: string;
  /** What it calls the cluster. */
  readonly name: string | undefined;
  /** Why the host is known not to be its host any more; undefined: it may be a living one. */
  readonly isOver: string | undefined;
}

/**
 * @param gone the host that is known not to be its host any more, as the user says
 * @returns undefined where no host claims it
 * @throws Failure for the stack's host, its members, and other hosts
 */
export function claimOn(former: FormerMember, host: Host, gone: string | undefined): Claim | undefined {
  const refused = (why: string, next: string) => new Failure(`--former-member, ${former.server}: ${why}. ${next}`);
  if (former.uid !== undefined && former.uid === host.uid)
    throw refused("it is the host of the stack itself", "Name the kubeconfig of the cluster that was taken out");
  const member = host.clusters.find((it) => !isHost(it) && former.uid !== undefined && uidsOf(it).includes(former.uid));
  if (member !== undefined)
    throw refused(
      `it is still a member of the stack's host: Cluster ${member.metadata.name}`,
      `Take it out of kubesphere:memberClusters and of all placements first, then: pulumi up${host.option}`,
    );
  if (former.hasManager)
    throw refused(
      `it has a KubeSphere of its own (Deployment ${KS_CORE_MANAGER}, not ${KS_AGENT})`,
      "It is no member's: whoever has installed that KubeSphere uninstalls it",
    );
  const { annotations = {} } = former.namespaces.find(({ metadata }) => metadata.name === SYSTEM_NAMESPACE)?.metadata ?? {};
  const { [memberAnnotation.host]: claims, [memberAnnotation.name]: name } = annotations;
  return claims === undefined ? undefined : { host: claims, name, isOver: whyOver(claims, former, host, gone) };
}

/** Every host calls itself `host` unless it is told otherwise: the name alone says nothing. A member has the secret of the host that joined it last. */
function whyOver(claims: string, former: FormerMember, host: Host, gone: string | undefined): string | undefined {
  if (claims === gone) return `--former-host ${gone} says that it is no more`;
  const own = host.clusters.find(isHost)?.metadata.name ?? HOST_CLUSTER;
  return claims === own && former.signingSecret !== undefined && former.signingSecret === host.signingSecret
    ? "that is the stack's host, which has no Cluster of it any more"
    : undefined;
}

/** As the host found it, and as the program has declared it. */
const uidsOf = ({ metadata: { annotations = {} }, status }: HostCluster): readonly (string | undefined)[] => [
  status?.uid,
  annotations[memberUidAnnotation],
];
