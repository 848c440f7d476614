/**
 * The member clusters that run the agents of a multi-cluster extension. Nothing was recorded with member clusters: the spec follows
 * KubeSphere's API, and has not been tried with a member cluster.
 */
import { configText, type ExtensionConfig } from "./extensionConfig";

/** The member clusters that run the agents of a multi-cluster extension. */
export interface ClusterScheduling {
  /** Which clusters: by name, or by their labels. */
  readonly placement: {
    /** The names of the clusters. */
    readonly clusters?: readonly string[] | undefined;
    /** A Kubernetes label selector over the Cluster objects. */
    readonly clusterSelector?: object | undefined;
  };
  /** Config for single clusters, by the cluster's name. It is added to the plan's config. Default: none. */
  readonly overrides?: Readonly<Record<string, ExtensionConfig>> | undefined;
}

/**
 * The form in which the plan's spec has it. `placement` is always there: KubeSphere 4.1.2 crashes without it. Empty parts are left out, as
 * the controller itself does when it writes the plan.
 */
export function clusterSchedulingSpec({ placement: { clusters = [], clusterSelector }, overrides = {} }: ClusterScheduling) {
  const texts = Object.entries(overrides).map(([cluster, config]) => [cluster, configText(config)] as const);
  return {
    placement: { ...(clusters.length > 0 && { clusters: [...clusters] }), ...(clusterSelector !== undefined && { clusterSelector }) },
    ...(texts.length > 0 && { overrides: Object.fromEntries(texts) }),
  };
}
