/**
 * Where the agents of a multi-cluster extension go. Nothing was recorded with member clusters: the spec follows KubeSphere's API,
 * and what becomes of it there is untried.
 */
import { configText, type ExtensionConfig } from "./extensionConfig";

export interface ClusterScheduling {
  /** Member clusters by name, or by their labels. */
  readonly placement: { readonly clusters?: readonly string[] | undefined; readonly clusterSelector?: object | undefined };
  /** Config by cluster, on top of the plan's. */
  readonly overrides?: Readonly<Record<string, ExtensionConfig>> | undefined;
}

/**
 * As the plan's spec has it. `placement` is always there: KubeSphere 4.1.2 crashes without it. What is empty is left out, as the
 * controller itself does when it writes the plan.
 */
export function clusterSchedulingSpec({ placement: { clusters = [], clusterSelector }, overrides = {} }: ClusterScheduling) {
  const texts = Object.entries(overrides).map(([cluster, config]) => [cluster, configText(config)] as const);
  return {
    placement: { ...(clusters.length > 0 && { clusters: [...clusters] }), ...(clusterSelector !== undefined && { clusterSelector }) },
    ...(texts.length > 0 && { overrides: Object.fromEntries(texts) }),
  };
}
