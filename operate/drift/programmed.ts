/** What the program would declare of extensions' plans now: a refresh writes into the state whatever somebody has set in the cluster. */
import { installPlan } from "../../kubesphere/extensionObjects";
import { Failure } from "../shared/command";
import { isSameOrWithin } from "../shared/objectDiff";
import { declaredExtensions, type RenderingFor } from "../status/wanted";
import type { Compared, Property } from "./compare";

/** By extension; it may hold secrets. */
export type PlanSpecs = ReadonlyMap<string, object>;

/** @param config by key without namespace @returns nothing where the program would refuse the configuration: what was deployed has to do */
export async function planSpecs(config: Readonly<Record<string, unknown>>, checkout: string, rendering: RenderingFor): Promise<PlanSpecs> {
  try {
    const extensions = await declaredExtensions(config, checkout, rendering);
    return new Map(
      extensions.flatMap(({ versions, install }) => {
        const pkg = versions.find(({ version }) => version === install?.version);
        return install === undefined || pkg === undefined ? [] : [[pkg.name, installPlan(pkg, install).spec] as const];
      }),
    );
  } catch (error) {
    if (error instanceof Failure) return new Map();
    throw error;
  }
}

/**
 * @param deployed the plan as it was deployed or refreshed, against the one in the cluster
 * @param wanted as the program would declare it, against the same
 * @returns what has drifted: not what is only yet to be deployed
 */
export function ofPlan(deployed: Compared | undefined, wanted: Compared | undefined): Compared | undefined {
  if (wanted === undefined || wanted.drift !== "changed") return wanted;
  const known = deployed?.properties ?? [];
  const isDrift = ({ path, by: [last] }: Property) =>
    known.some((it) => isSameOrWithin(it.path, path) || isSameOrWithin(path, it.path)) ||
    (last !== undefined && !last.manager.startsWith("pulumi-kubernetes"));
  const properties = wanted.properties.filter(isDrift);
  return properties.length === 0 ? undefined : { ...wanted, properties };
}
