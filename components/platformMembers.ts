/** Declares the members of a platform: after ks-core, and before all that its webhooks judge. */
import * as pulumi from "@pulumi/pulumi";
import type { ClusterScheduling } from "../kubesphere/extension/clusterScheduling";
import type { Settings } from "../settings/settings";
import type { KsCore } from "./ksCore";
import { MemberCluster } from "./memberCluster";
import type { PreparedPlatform } from "./preparation/platformPreparation";

export interface DeclaredMembers {
  /** `core`, once the webhooks hold that the members' joining may have taken down. */
  readonly usable: pulumi.Output<KsCore>;
  /** The members on which a placement may put agents: those that it names, and with a selector all of them. */
  readonly of: (scheduling: ClusterScheduling | undefined) => readonly MemberCluster[];
  readonly named: (names: readonly string[]) => readonly MemberCluster[];
}

/**
 * @param usable `core`, once its webhooks answer
 * @param opts of the platform's parts
 */
export function declareMembers(
  name: string,
  { settings, sources, members = [] }: Pick<PreparedPlatform, "settings" | "sources" | "members">,
  core: KsCore,
  usable: pulumi.Output<KsCore>,
  opts: pulumi.ComponentResourceOptions,
): DeclaredMembers {
  const declared = settings.memberClusters.map((member, index) => declare(name, member, index));
  if (declared.length === 0) return { usable, of: () => [], named: () => [] };
  const joined = pulumi.output(Promise.all(declared.map((it) => it.joined)));
  return {
    usable: pulumi.all([usable, joined]).apply(() => core),
    named: (names) => declared.filter((it) => names.includes(it.clusterName)),
    of: (scheduling) => {
      const { clusters = [], clusterSelector } = scheduling?.placement ?? {};
      return declared.filter((it) => (clusters.length > 0 ? clusters.includes(it.clusterName) : clusterSelector !== undefined));
    },
  };

  function declare(
    platform: string,
    { name: clusterName, values, ...rest }: Settings["memberClusters"][number],
    index: number,
  ): MemberCluster {
    return new MemberCluster(
      `${platform}-member-${clusterName}`,
      {
        ...{ clusterName, ...rest },
        values: settings.hasSecretValues.memberClusters ? pulumi.secret(values) : values,
        imageRegistry: settings.ksCore.imageRegistry,
        kubesphereVersion: sources.kubesphereVersion ?? sources.ksCore.version ?? "",
        jwtSecret: core.jwtSecret,
        basis: members[index] ?? {},
      },
      { ...opts, dependsOn: [usable] },
    );
  }
}
