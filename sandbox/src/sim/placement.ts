/** Which clusters a plan's agents go to, and with which config, as KubeSphere 4.1.2 and 4.1.3 choose. Pure. */
import { dump } from "js-yaml";
import { mergeValues, type Values } from "../../../kubesphere/chart/helmValues";
import { selects } from "../../../kubesphere/member/selection.js";
import { goTree } from "../../../kubesphere/yaml/goTree.js";
import { readYaml } from "../../../kubesphere/yaml/goYaml.js";
import type { ClusterObject, ClusterScheduling, InstallPlan } from "./objects.js";

/**
 * Names win over labels; a name that no Cluster has is passed over in silence.
 * @returns undefined where the plan says nothing of clusters: what is there stays as it is
 */
export function targetsOf(scheduling: ClusterScheduling | undefined, clusters: readonly ClusterObject[]): ClusterObject[] | undefined {
  const { placement } = scheduling ?? {};
  if (placement === undefined) return undefined;
  const { clusters: names = [], clusterSelector } = placement;
  if (names.length > 0) return names.flatMap((name) => clusters.find(({ metadata }) => metadata.name === name) ?? []);
  return clusterSelector === undefined ? [] : clusters.filter((it) => selects(clusterSelector, it.metadata.labels ?? {}));
}

/**
 * What an agent is installed with. Without an override it is the plan's config as it stands; with one, both are read, merged and written
 * anew, so that comments are lost.
 */
export function agentConfig({ spec: { config = "", clusterScheduling } }: InstallPlan, cluster: string): string {
  const override = clusterScheduling?.overrides?.[cluster];
  if (override === undefined) return config;
  if (override.trim() === "") return config.trim();
  const read = (text: string) => (readYaml(text)[0] ?? {}) as Values;
  const merged = mergeValues(read(config), read(override));
  // What Go would write in a way of its own stands in js-yaml's: the same values, and another hash than KubeSphere's.
  return goTree(merged) ?? dump(merged, { sortKeys: true, indent: 4, lineWidth: -1 });
}
