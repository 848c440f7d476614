/** Declares the members of a platform: after ks-core, and before all that its webhooks judge. */
import * as pulumi from "@pulumi/pulumi";
import type { ClusterScheduling } from "../kubesphere/extension/clusterScheduling";
import type { Settings } from "../settings/settings";
import type { KsCore } from "./ksCore";
import { MemberCluster } from "./memberCluster";
import type { PreparedPlatform } from "./preparation/platformPreparation";

export interface DeclaredMembers {
  /** `core`, once the webhooks hold that the first member of the host takes down. Other members hold nothing back but what is placed on them. */
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
  let ready = usable;
  const declared = settings.memberClusters.map((member, index) => {
    const it = declare(name, member, index, ready);
    // It ends the manager, and with it the installation of ks-core on any other member, which Helm would not take up again.
    if (members[index]?.standing?.isFirst === true) ready = pulumi.all([usable, it.joined]).apply(() => core);
    return it;
  });
  return {
    usable: ready,
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
    after: pulumi.Output<KsCore>,
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
      { ...opts, dependsOn: [after] },
    );
  }
}
