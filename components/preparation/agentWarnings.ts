/** Warns, in previews too, of what agents will wait for on the members that are to run them: KubeSphere says nothing of it until Helm gives up. */
import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import { together } from "../../kubesphere/parallel";
import { lacking, type Awaited, type Provided } from "../../kubesphere/extension/waits";
import type { DeclaredExtension } from "../../settings/extensionSources";
import { accessCluster } from "../cluster/clusterAccess";
import type { MemberBasis } from "../memberClusterArgs";

type Asked = Pick<ClusterAccess, "storageClasses" | "discovery">;

/** A member that answers. */
export interface AskedMember {
  readonly name: string;
  readonly cluster: () => Promise<Asked>;
}

/** @returns none for a member that is away, or whose kubeconfig is not known yet */
export const askedMember = (name: string, { kubeconfig, standing }: MemberBasis): AskedMember[] =>
  kubeconfig === undefined || standing === undefined || standing.away !== undefined || standing.uid === undefined
    ? []
    : [{ name, cluster: () => accessCluster({ kubeconfig }) }];

/** @param placed the clusters that an extension's placement takes, by its path in the configuration */
export async function warnOfAgents(
  extensions: readonly DeclaredExtension[],
  placed: ReadonlyMap<string, readonly string[]>,
  members: readonly AskedMember[],
): Promise<void> {
  const wanting = members.map(({ name, cluster }) => ({ name, cluster, agents: agentsOn(name, extensions, placed) }));
  const told = wanting.map(async ({ name, cluster, agents }) => {
    if (agents.length === 0) return [];
    const provided = await providedBy(await cluster(), agents);
    return agents.flatMap(({ extension, awaited }) => lacking(awaited, provided).map((it) => `${extension}: on ${name} ${it}`));
  });
  // What a member does not say now is no reason to end the run.
  for (const warnings of await Promise.all(told.map((it) => it.catch(() => [])))) for (const it of warnings) void pulumi.log.warn(it);
}

interface Agent {
  readonly extension: string;
  readonly awaited: Awaited;
}

/** Those that want something. */
const agentsOn = (member: string, extensions: readonly DeclaredExtension[], placed: ReadonlyMap<string, readonly string[]>): Agent[] =>
  extensions.flatMap(({ path, packages, install }) => {
    const found = packages.find(({ package: { version } }) => version === install?.version)?.package;
    if (found === undefined || placed.get(path)?.includes(member) !== true) return [];
    const overridden = Object.keys(install?.clusterScheduling?.overrides ?? {}).indexOf(member);
    const awaited = found.learnt.awaitedOnMembers[overridden + 1];
    const isIdle = awaited === undefined || (awaited.storageClasses.length === 0 && awaited.foreignKinds.length === 0);
    return isIdle ? [] : [{ extension: `${path} (${found.name})`, awaited }];
  });

/** Asks for no more than agents want. */
async function providedBy(cluster: Asked, agents: readonly Agent[]): Promise<Provided> {
  const some = (what: (awaited: Awaited) => readonly unknown[]) => agents.some(({ awaited }) => what(awaited).length > 0);
  const [storageClasses, { apiVersions }] = await together([
    some((it) => it.storageClasses) ? cluster.storageClasses() : [],
    some((it) => it.foreignKinds) ? cluster.discovery() : { apiVersions: [] },
  ]);
  return { storageClasses, apiVersions };
}
