/**
 * The clusters that run the agents of a multi-cluster extension, as a plan's spec has them. Measured with a host and a member on
 * KubeSphere 4.1.2 and 4.1.3.
 */
import { isDeepStrictEqual } from "util";
import { NO_CLUSTER_LABEL } from "../api";
import { configText, valuesOf, type ExtensionConfig } from "./extensionConfig";
import { mergeValues, type Values } from "../chart/helmValues";
import { rolloutValues, type RolloutAddress } from "./installPlan";

/** The clusters that run the agents of a multi-cluster extension. */
export interface ClusterScheduling {
  /** Which clusters: by name, or by their labels. If it names clusters, KubeSphere ignores the labels. Default: no cluster. */
  readonly placement: {
    /** The names of the clusters. */
    readonly clusters?: readonly string[] | undefined;
    /** A Kubernetes label selector over the Cluster objects. It may match the host, too. An empty one is refused: it matches every cluster. */
    readonly clusterSelector?: object | undefined;
  };
  /** Config for single clusters, by the cluster's name. It is added to the plan's config. Default: none. */
  readonly overrides?: Readonly<Record<string, ExtensionConfig>> | undefined;
}

/** The form in which a plan has it. */
export interface PlanScheduling {
  readonly placement?: {
    readonly clusters?: readonly string[];
    readonly clusterSelector?: object;
  };
  readonly overrides?: Readonly<Record<string, string>>;
}

/**
 * The placement for no cluster. An empty `placement` is not one: server-side apply takes it out when it was not empty before, and
 * KubeSphere's controller manager dies of a `clusterScheduling` without it (4.1.2), or never looks at the plan again (4.1.3). With
 * `clusters: []` the whole `clusterScheduling` goes, and the agents stay for ever.
 */
export const NO_CLUSTER = { clusterSelector: { matchLabels: { [NO_CLUSTER_LABEL]: "true" } } } as const;

/** Whether a plan's placement is {@link NO_CLUSTER}. */
export const isNoCluster = ({ clusters = [], clusterSelector }: NonNullable<PlanScheduling["placement"]>): boolean =>
  clusters.length === 0 && (clusterSelector === undefined || isDeepStrictEqual(clusterSelector, NO_CLUSTER.clusterSelector));

/** Whether some cluster may get an agent. */
export const placesAgents = (scheduling: ClusterScheduling | undefined): boolean => {
  const { clusters = [], clusterSelector } = scheduling?.placement ?? {};
  return !isNoCluster({ clusters, ...(clusterSelector !== undefined && { clusterSelector }) });
};

/**
 * @param address what is rolled out with the config. Each override has it as a value, since KubeSphere drops the comments that the
 * config has it in: it parses both, merges them and writes them anew
 */
export function clusterSchedulingSpec(
  { placement: { clusters = [], clusterSelector }, overrides = {} }: ClusterScheduling,
  address: Omit<RolloutAddress, "repaired">,
) {
  const values = rolloutValues(address);
  const texts = Object.entries(overrides).map(([cluster, config]) => [cluster, overrideText(config, values)] as const);
  const named = { ...(clusters.length > 0 && { clusters: [...clusters] }), ...(clusterSelector !== undefined && { clusterSelector }) };
  const placement: NonNullable<PlanScheduling["placement"]> = Object.keys(named).length > 0 ? named : NO_CLUSTER;
  return { placement, ...(texts.length > 0 && { overrides: Object.fromEntries(texts) }) };
}

/** A text is kept as written if the values can stand behind it. */
function overrideText(override: ExtensionConfig, values: Values): string {
  const merged = mergeValues(valuesOf(override), values);
  if (typeof override === "string") {
    const text = configText(override);
    const extended = `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${configText(values)}`;
    if (reads(extended, merged)) return extended;
  }
  return configText(merged);
}

function reads(text: string, values: Values): boolean {
  try {
    return isDeepStrictEqual(valuesOf(text), values);
  } catch {
    // Such as a map in brackets, behind which no key can stand.
    return false;
  }
}
