/** How member clusters differ from what was deployed on them: ks-core's release, and those of agents. No state tells of either. Only asks. */
import { KS_CORE_RELEASE, SYSTEM_NAMESPACE } from "../../kubesphere/api";
import { ConfigurationError } from "../../kubesphere/errors";
import type { StoredPlan } from "../../kubesphere/extension/rollout";
import { memberKubeconfig } from "../../kubesphere/member/memberKubeconfig";
import { inParallel } from "../../kubesphere/parallel";
import { connect, type Cluster } from "../shared/cluster";
import { Failure } from "../shared/command";
import { releaseOf } from "../shared/helmReleases";
import type { DeclaredMember } from "../shared/members";
import type { Declared } from "./declared";
import type { Difference } from "./difference";
import { withinRelease } from "./releases";

interface Looked {
  readonly urn: string;
  readonly name: string;
  readonly namespace: string;
  /** What brings it back where it is gone. */
  readonly wayBack: string;
}

/**
 * @param members of the stack @param declared the state's objects @param plans those of the host
 * @param connectTo a member by its kubeconfig; throws a Failure, or a ConfigurationError
 */
export async function onMembers(
  members: readonly DeclaredMember[],
  declared: Declared["objects"],
  plans: readonly StoredPlan[],
  say: (text: string) => void,
  connectTo: (member: DeclaredMember) => Promise<Cluster> = connected,
): Promise<readonly Difference[]> {
  const urnOf = (kind: string, name: string) => declared.find(({ object }) => object.kind === kind && object.metadata.name === name)?.urn;
  const differences = await inParallel(members, async (member) => {
    const urn = urnOf("Cluster", member.name);
    // One that is yet to be joined has nothing.
    if (urn === undefined) return [];
    const agents = plans.flatMap(({ metadata: { name }, status }): Looked[] => {
      const agent = status?.clusterSchedulingStatuses?.[member.name];
      const planUrn = urnOf("InstallPlan", name);
      // One that is rolling out, or has failed to, is no state to compare with.
      if (planUrn === undefined || agent?.state !== "Installed") return [];
      const wayBack = `take ${member.name} out of the placement of ${name}, pulumi up, put it back, pulumi up`;
      return [{ urn: planUrn, name: `${name}-agent`, namespace: agent.targetNamespace ?? status?.targetNamespace ?? "", wayBack }];
    });
    const again = `change any value of ${member.name} in kubesphere:memberClusters, such as one that no chart reads, then: pulumi up`;
    return onMember(member, [{ urn, name: KS_CORE_RELEASE, namespace: SYSTEM_NAMESPACE, wayBack: again }, ...agents], say, connectTo);
  });
  return differences.flat();
}

async function connected({ name, kubeconfig }: DeclaredMember): Promise<Cluster> {
  const { text } = memberKubeconfig(`the kubeconfig of ${name}`, kubeconfig);
  const cluster = await connect({ kubeconfig: text, context: undefined });
  // One difference for a member that is away, rather than one for each of its objects.
  await cluster.versions();
  return cluster;
}

async function onMember(
  member: DeclaredMember,
  releases: readonly Looked[],
  say: (text: string) => void,
  connectTo: (member: DeclaredMember) => Promise<Cluster>,
): Promise<readonly Difference[]> {
  const unknown = (urn: string, object: string, error: unknown): readonly Difference[] => {
    if (!(error instanceof Failure) && !(error instanceof ConfigurationError)) throw error;
    return [{ object, urn, drift: "unknown", properties: [], reason: error.message, wayBack: [] }];
  };
  let cluster: Cluster;
  try {
    cluster = await connectTo(member);
  } catch (error) {
    return unknown(releases[0]?.urn ?? "", `what is on member ${member.name}`, error);
  }
  const found = await inParallel(releases, async ({ urn, name, namespace, wayBack }): Promise<readonly Difference[]> => {
    const object = `Release ${namespace}/${name} on ${member.name}`;
    try {
      const stored = await releaseOf(cluster, namespace, name);
      if (stored === undefined) return [{ object, urn, drift: "missing", properties: [], wayBack: [wayBack] }];
      if (stored.status !== "deployed") return [];
      const within = await withinRelease(cluster, { urn, name, namespace, stored }, say);
      return within.map((it) => ({
        ...it,
        object: `${it.object} on ${member.name}`,
        wayBack: it.wayBack.map((command) => `${command} --kubeconfig <the kubeconfig of ${member.name}>`),
      }));
    } catch (error) {
      return unknown(urn, object, error);
    }
  });
  return found.flat();
}
