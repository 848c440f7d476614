import { isFields } from "../../kubesphere/chart/renderedObject";
import type { KubernetesObject } from "../shared/cluster";
import { RELEASE } from "../shared/existing";
import type { Step } from "../shared/preview";
import { isOnMember } from "../../sandbox/src/pendingOperations";
import { isSpecial } from "../shared/secretValues";

/** As `pulumi stack export` gives it. */
export interface ExportedState {
  readonly deployment: { readonly resources?: readonly StateResource[] };
}
interface StateResource {
  readonly urn: string;
  readonly type?: string;
  readonly id?: string;
  readonly provider?: string;
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

/** Those of the stack's own cluster. */
const resourcesOf = ({ deployment: { resources = [] } }: ExportedState) => resources.filter((it) => !isOnMember(it));

/** `Kind namespace/name` of all that a stack has of a cluster. */
export const managedBy = (state: ExportedState): ReadonlySet<string> =>
  new Set(
    resourcesOf(state).flatMap(({ type = "", id }) => (type.startsWith("kubernetes:") && id ? [`${type.split(":")[2] ?? ""} ${id}`] : [])),
  );

/** The objects that a stack has of a cluster; of Helm releases Helm itself keeps account. */
export const objectsOf = (state: ExportedState): readonly KubernetesObject[] =>
  resourcesOf(state).flatMap(({ type = "", id, inputs = {} }) => {
    const { apiVersion, kind } = inputs;
    if (!type.startsWith("kubernetes:") || type === RELEASE || !id) return [];
    if (typeof apiVersion !== "string" || typeof kind !== "string") return [];
    const [name = "", namespace] = id.split("/").reverse();
    return [{ apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) } }];
  });

/** By URN, the properties for whose sake a preview would replace a resource. */
export const replacing = (steps: readonly Step[]): ReadonlyMap<string, readonly string[]> =>
  new Map(
    steps.flatMap(({ urn, detailedDiff }) => {
      const paths = Object.entries(detailedDiff ?? {}).filter(([, { kind }]) => kind.endsWith("-replace"));
      return paths.length === 0 ? [] : [[urn, paths.map(([path]) => path.split(/[.[]/)[0] ?? path)] as const];
    }),
  );

/**
 * The provider takes apiVersion, kind and name of an imported object for its inputs and nothing else. What cannot be changed in place, such
 * as a Secret's `type` or a binding's `roleRef`, would then look added, and the object be replaced although it is what the program
 * says: so the state is told what these properties are in the cluster.
 */
export const withInputs = <S extends ExportedState>(state: S, properties: ReadonlyMap<string, readonly string[]>): S => ({
  ...state,
  deployment: {
    ...state.deployment,
    resources: state.deployment.resources?.map((resource) => {
      const { urn, inputs, outputs = {} } = resource;
      const known = (properties.get(urn) ?? []).filter((name) => inputs?.[name] === undefined && outputs[name] !== undefined);
      const more = Object.fromEntries(known.map((name) => [name, outputs[name]]));
      // The provider keeps its own copy, and compares with that.
      const own = outputs["__inputs"];
      const kept = isFields(own) && !isSpecial(own) ? { outputs: { ...outputs, __inputs: { ...own, ...more } } } : {};
      return { ...resource, ...kept, inputs: { ...inputs, ...more } };
    }),
  },
});
