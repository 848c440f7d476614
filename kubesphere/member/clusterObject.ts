/** The Cluster object with which a host takes a member. KubeSphere installs ks-core on the member itself. Pure. */
import { CLUSTER_API, configHashAnnotation, displayNameAnnotation, aloneAnnotation, memberUidAnnotation } from "../api";
import { WAIT_FOR } from "../extension/extensionObjects";
import { configHash } from "../extension/installPlan";

/** @typeParam Text a text, or a value that becomes one */
export interface MemberSpec<Text> {
  readonly name: string;
  /** What the console shows. Default: the name. */
  readonly displayName?: Text | undefined;
  /** Extensions' selectors read them. Default: none. */
  readonly labels?: Readonly<Record<string, Text>> | undefined;
  /** Who runs the cluster, in any words. Default: none. */
  readonly provider?: Text | undefined;
  /** Flat, with the rights of an administrator, in base64. */
  readonly kubeconfig: Text;
  /** Of {@link import("./memberConfig").memberConfig}, in base64. */
  readonly config: Text;
  /** Of {@link joinedWait}. */
  readonly waitFor: Text;
  /** The UID of the member's namespace kube-system. */
  readonly uid?: Text | undefined;
  /** Whether no platform has it in its list. */
  readonly isAlone?: boolean | undefined;
}

/** No other field is needed (measured, 4.1.2 and 4.1.3). The key of the display name is that by which ks-apiserver finds objects (its sources). */
export const clusterObject = <Text>({ name, displayName, labels, provider, isAlone = false, ...rest }: MemberSpec<Text>) => ({
  apiVersion: CLUSTER_API,
  kind: "Cluster",
  metadata: {
    name,
    ...(labels && Object.keys(labels).length > 0 && { labels }),
    annotations: {
      [WAIT_FOR]: rest.waitFor,
      ...(displayName !== undefined && { [displayNameAnnotation]: displayName }),
      ...(rest.uid !== undefined && { [memberUidAnnotation]: rest.uid }),
      ...(isAlone && { [aloneAnnotation]: "true" as const }),
    },
  },
  spec: {
    ...(provider !== undefined && { provider }),
    connection: { type: "direct" as const, kubeconfig: rest.kubeconfig },
    config: rest.config,
  },
});

/**
 * `pulumi.com/waitFor` of a Cluster: ks-core is installed with this config, the member answers, and its nodes are counted. `Ready` alone
 * stays True through every upgrade of ks-core, and no status field has the failure of one (measured, 4.1.2 and 4.1.3).
 * @param config of {@link import("./memberConfig").memberConfig}
 */
export const joinedWait = (config: string): string =>
  JSON.stringify([
    `jsonpath={.metadata.annotations["${configHashAnnotation}"]}=${configHash(config)}`,
    'jsonpath={.status.conditions[?(@.type=="Ready")].status}=True',
    "jsonpath={.status.nodeCount}",
  ]);
