/** The stack's state as `pulumi stack export` gives it, and its mend. Pure. */
import type { Resource } from "../../sandbox/src/pendingOperations";
import { SECRET } from "../shared/mask";
import { holdsUnknown } from "../shared/unknown";

export interface StateResource extends Resource {
  readonly provider?: string;
  readonly parent?: string;
  readonly dependencies?: readonly string[] | null;
  readonly propertyDependencies?: Readonly<Record<string, readonly string[] | null>> | null;
  readonly replaceWith?: readonly string[] | null;
  /** The old one of a replacement, which is gone from the cluster. */
  readonly pendingReplacement?: boolean;
  /** The old one of a replacement, which is still to be deleted. */
  readonly delete?: boolean;
}

export interface PendingOperation {
  /** creating, updating, deleting, reading, importing. */
  readonly type: string;
  readonly resource: StateResource;
}

export interface Deployment {
  readonly resources?: readonly StateResource[];
  readonly pending_operations?: readonly PendingOperation[];
}

export interface Exported {
  readonly deployment: Deployment;
}

/** With it among the inputs the next `up` would find nothing to do, and so not wait: without it, it updates the object and waits. */
const WAIT_FOR = "pulumi.com/waitFor";

const known = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(known);
  if (typeof value !== "object" || value === null) return value;
  const isKept = ([key, field]: [string, unknown]) =>
    key !== WAIT_FOR && field !== SECRET && !(typeof field === "string" && holdsUnknown(field));
  return Object.fromEntries(
    Object.entries(value)
      .filter(isKept)
      .map(([key, field]) => [key, known(field)]),
  );
};

/**
 * The state without the operations that were cut off, and with the resources that are to be adopted; a refresh of those must follow,
 * which fills in what the cluster says of them.
 * @param adopted each with its id
 */
export function mendedState<E extends Exported>(exported: E, adopted: readonly StateResource[]): E {
  const { resources = [] } = exported.deployment;
  const urns = new Set(resources.map(({ urn }) => urn));
  const inState = (list: readonly string[] | null | undefined) => (list ?? []).filter((urn) => urns.has(urn));
  const made = adopted.map(({ parent, ...resource }) => ({
    ...resource,
    custom: true,
    ...(parent !== undefined && urns.has(parent) && { parent }),
    inputs: known(resource.inputs),
    outputs: {},
    dependencies: inState(resource.dependencies),
    propertyDependencies: Object.fromEntries(
      Object.entries(resource.propertyDependencies ?? {}).map(([key, list]) => [key, inState(list)]),
    ),
    replaceWith: inState(resource.replaceWith),
  }));
  const takesPlaceOf = (old: StateResource) => made.find(({ urn }) => old.pendingReplacement === true && urn === old.urn);
  const replaced = resources.map((old) => takesPlaceOf(old) ?? old);
  const added = made.filter((resource) => !replaced.includes(resource));
  return { ...exported, deployment: { ...exported.deployment, resources: [...replaced, ...added], pending_operations: [] } };
}
