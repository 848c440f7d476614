/** The values that KubeSphere gives to an agent, and so their hash. */
import { mergeValues } from "../chart/helmValues";
import { goTree, readsAlike } from "../yaml/goTree";
import { valuesOf } from "./extensionConfig";
import { configHash } from "./installPlan";
import type { StoredPlan } from "./rollout";

/**
 * `status.clusterSchedulingStatuses.<cluster>.configHash` of an agent that is rolled out: that of the plan's config, or of what KubeSphere
 * makes of it and the cluster's override: it parses both, merges them and writes them anew.
 * @returns undefined if nobody here can say what it writes
 */
export function agentHash({ config = "", clusterScheduling }: StoredPlan["spec"], cluster: string): string | undefined {
  const override = clusterScheduling?.overrides?.[cluster];
  if (override === undefined) return configHash(config);
  const text = agentConfig(config.trim(), override.trim());
  return text === undefined ? undefined : configHash(text);
}

function agentConfig(config: string, override: string): string | undefined {
  if (config === "" || override === "") return `${config}${override}`;
  if (!readsAlike(config) || !readsAlike(override)) return undefined;
  return goTree(mergeValues(valuesOf(config), valuesOf(override)));
}
