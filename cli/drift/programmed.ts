/**
 * What the program would declare now of what people set in the console, plans and namespaces: a refresh writes into the state whatever
 * somebody has set in the cluster.
 */
import { repairedAnnotation } from "../../kubesphere/api";
import { controllerOf } from "../../kubesphere/ingress/controllers";
import { installPlan, namespace } from "../../kubesphere/extension/extensionObjects";
import { repairEnd } from "../../kubesphere/extension/installPlan";
import { systemLabels } from "../../kubesphere/cluster/systemNamespaces";
import type { KubernetesObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { isSameOrWithin } from "../shared/objectDiff";
import { checkedSettings, declaredExtensions, type RenderingFor } from "../status/wanted";
import type { Compared, Property } from "./compare";

/** Fields by `Kind name`; they may hold secrets. */
export type Programmed = ReadonlyMap<string, object>;

/** The program goes on declaring the repair that was deployed. @param wanted fields of a plan, or of another object, which has no repairs @param deployed the same object */
export function withRepair(wanted: object, { metadata }: KubernetesObject): object {
  const { spec } = wanted as { readonly spec?: { readonly config?: string } };
  const end = repairEnd(metadata.annotations?.[repairedAnnotation]);
  return spec?.config === undefined ? wanted : { ...wanted, spec: { ...spec, config: `${spec.config}${end}` } };
}

/** @param config by key without namespace @returns nothing where the program would refuse the configuration: what was deployed has to do */
export async function programmed(
  config: Readonly<Record<string, unknown>>,
  checkout: string,
  rendering: RenderingFor,
): Promise<Programmed> {
  try {
    const extensions = await declaredExtensions(config, checkout, rendering);
    const { installed } = checkedSettings(config).ingress;
    const name = installed && controllerOf(installed.controller).release;
    return new Map<string, object>([
      ...(name === undefined ? [] : [[`Namespace ${name}`, { metadata: { name, labels: systemLabels } }] as const]),
      ...extensions.flatMap(({ versions, install }) => {
        const pkg = versions.find(({ version }) => version === install?.version);
        if (install === undefined || pkg === undefined) return [];
        return [
          [`InstallPlan ${pkg.name}`, { spec: installPlan(pkg, install).spec }] as const,
          [`Namespace ${install.namespace}`, namespace(pkg.name, install)] as const,
        ];
      }),
    ]);
  } catch (error) {
    if (error instanceof Failure) return new Map();
    throw error;
  }
}

/**
 * @param deployed the object as it was deployed or refreshed, against the one in the cluster
 * @param wanted as the program would declare it, against the same
 * @returns what has drifted: not what is only yet to be deployed
 */
export function ofProgrammed(deployed: Compared | undefined, wanted: Compared | undefined): Compared | undefined {
  if (wanted === undefined || wanted.drift !== "changed") return wanted;
  const known = deployed?.properties ?? [];
  const isDrift = ({ path, by: [last] }: Property) =>
    known.some((it) => isSameOrWithin(it.path, path) || isSameOrWithin(path, it.path)) ||
    (last !== undefined && !last.manager.startsWith("pulumi-kubernetes"));
  const properties = wanted.properties.filter(isDrift);
  return properties.length === 0 ? undefined : { ...wanted, properties };
}
