/** The arguments of a member cluster. */
import type * as pulumi from "@pulumi/pulumi";
import type { Values } from "../kubesphere/chart/helmValues";
import type { ClusterAccess, ObjectMetadata } from "../kubesphere/cluster/clusterCheck";
import type { MemberStanding } from "../kubesphere/member/memberCheck";

/** The arguments of a {@link MemberCluster}. */
export interface MemberClusterArgs {
  /** The member's name on the host, and the name of its Cluster object. */
  readonly clusterName: string;
  /**
   * The contents of a kubeconfig, or its path; a secret. Its current context leads to the member, at an address that KubeSphere's manager
   * reaches, too, and its user is an administrator with a token or a client certificate.
   */
  readonly kubeconfig: pulumi.Input<string>;
  /** KubeSphere's version on the host, such as 4.1.3. A changed one makes KubeSphere upgrade ks-core on the member. */
  readonly kubesphereVersion: pulumi.Input<string>;
  /** The secret with which the host signs tokens ({@link KsCore.jwtSecret}). A changed one reaches the member. Default: changes do not reach it. */
  readonly jwtSecret?: pulumi.Input<string> | undefined;
  /** The host's registry of all images. Default: the chart's own. */
  readonly imageRegistry?: pulumi.Input<string> | undefined;
  /** Values of ks-core's chart on the member; they win over `imageRegistry`. A secret stays one in state and preview. @default {} */
  readonly values?: pulumi.Input<Values> | undefined;
  /** What the console shows. Default: the name. */
  readonly displayName?: pulumi.Input<string> | undefined;
  /** Labels of the Cluster object, which extensions' selectors read. Default: none. */
  readonly labels?: Readonly<Record<string, pulumi.Input<string>>> | undefined;
  /** Who runs the cluster, in any words. Default: none. */
  readonly provider?: pulumi.Input<string> | undefined;
}

/** What is known of a member before it is declared; nothing in a preview if its cluster, or the host, does not exist yet. */
export interface MemberBasis {
  /** The kubeconfig to declare, flat. */
  readonly kubeconfig?: string | undefined;
  readonly standing?: MemberStanding | undefined;
  /** The namespaces that it has; undefined if it does not answer. */
  readonly namespaces?: readonly ObjectMetadata[] | undefined;
  /** Whether a run has declared something of an extension on it, as the plans say. Default: no. */
  readonly hasRights?: boolean | undefined;
  /** The host. */
  readonly host?: Pick<ClusterAccess, "read" | "webhooksFail"> | undefined;
}

/** @internal A member of a platform. */
export interface PreparedMember extends MemberClusterArgs {
  readonly basis: MemberBasis;
}
