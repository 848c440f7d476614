/** On which clusters beside the host a preview places the agents of extensions. */
import { CLUSTER_API, CORE_API } from "../kubesphere/api";
import { isNoCluster } from "../kubesphere/extension/clusterScheduling";
import { selects } from "../kubesphere/member/selection";
import { at, isRecord, strings, type Resource } from "./rule";

/**
 * By extension. A cluster that is named stands by its name; a selector stands as it is written, with those of the stack's members that it takes:
 * who else gets its labels is not in the stack.
 * @param host the host's name among the clusters
 */
export function placementsOf(resources: readonly Resource[], host: string): ReadonlyMap<string, readonly string[]> {
  const members = resources.filter(({ type }) => type === `kubernetes:${CLUSTER_API}:Cluster`).map(({ inputs }) => at(inputs, "metadata"));
  return new Map(
    resources
      .filter(({ type }) => type === `kubernetes:${CORE_API}:InstallPlan`)
      .flatMap(({ inputs }): (readonly [string, readonly string[]])[] => {
        const extension = at(inputs, "spec", "extension", "name");
        const placement = at(inputs, "spec", "clusterScheduling", "placement");
        if (typeof extension !== "string" || !isRecord(placement)) return [];
        const named = strings(placement["clusters"]);
        const selector = placement["clusterSelector"];
        if (named.length > 0) return [[extension, named.filter((name) => name !== host)]];
        if (!isRecord(selector) || isNoCluster({ clusterSelector: selector })) return [];
        const taken = members.flatMap((metadata) => {
          const [name, labels] = [at(metadata, "name"), at(metadata, "labels")];
          return typeof name === "string" &&
            isReadable(selector) &&
            selects(selector, (isRecord(labels) ? labels : {}) as Record<string, string>)
            ? [name]
            : [];
        });
        return [[extension, [`whatever ${JSON.stringify(selector)} takes (of the stack's members: ${taken.join(", ") || "none"})`]]];
      }),
  );
}

/** A preview may mask a part of it. */
const isReadable = ({ matchLabels = {}, matchExpressions = [] }: Readonly<Record<string, unknown>>): boolean =>
  isRecord(matchLabels) &&
  Array.isArray(matchExpressions) &&
  matchExpressions.every((it: unknown) => isRecord(it) && (it["values"] === undefined || Array.isArray(it["values"])));
