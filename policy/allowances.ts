/** Violations that the stack's configuration allows an extension, with a reason that a reviewer reads. */
import type { Allowance } from "../kubesphere/extension/allowances";
import { label } from "../kubesphere/api";
import { EXTENSION_COMPONENT, extensionNames } from "../kubesphere/extension/extensionComponents";
import type { Violation } from "./gate";
import { resourcesOf, type Preview } from "./preview";
import { at, isRecord, type Resource } from "./rule";

/** An allowance, and what it lets pass. */
export interface Allowed extends Allowance {
  readonly extension: string;
  /** Whether what is deployed was not allowed so, with these words. */
  readonly isNew: boolean;
  /** None: it is of no use. */
  readonly violations: readonly Violation[];
}

export interface Weighed {
  readonly refused: readonly Violation[];
  /** Every allowance of the stack, in the order of its extensions. */
  readonly allowed: readonly Allowed[];
}

/** Parts the violations into those that stand and those that are allowed. */
export function weigh(preview: Preview, violations: readonly Violation[]): Weighed {
  const resources = resourcesOf(preview);
  const names = extensionNames(resources.map((it) => ({ ...it, name: nameOf(it.urn) })));
  const extensionOf = ({ urn }: Resource) => names.get(nameOf(urn)) ?? nameOf(urn);
  const owners = new Map(resources.flatMap((it) => ownerOf(it, extensionOf)));
  const before = new Map((preview.steps ?? []).flatMap(({ urn, oldState }) => (oldState ? [[urn, stated(oldState.inputs)] as const] : [])));
  const stands = resources.flatMap((resource) => allowancesOf(resource, extensionOf, before.get(resource.urn) ?? []));
  const allowed = stands.map((allowance) => ({
    ...allowance,
    violations: violations.filter(({ rule, resource }) => rule === allowance.rule && owners.get(resource) === allowance.extension),
  }));
  const passed = new Set(allowed.flatMap((it) => it.violations));
  return { refused: violations.filter((it) => !passed.has(it)), allowed };
}

const nameOf = (urn: string) => urn.split("::").at(-1) ?? urn;

/** The extension that a resource is, or belongs to. */
function ownerOf(resource: Resource, extensionOf: (component: Resource) => string): [string, string][] {
  const { urn, type, inputs } = resource;
  if (type === EXTENSION_COMPONENT) return [[urn, extensionOf(resource)]];
  const owner = at(inputs, "metadata", "labels", label.extensionRef);
  return typeof owner === "string" ? [[urn, owner]] : [];
}

const allowancesOf = (
  resource: Resource,
  extensionOf: (component: Resource) => string,
  before: readonly Allowance[],
): Omit<Allowed, "violations">[] =>
  resource.type !== EXTENSION_COMPONENT
    ? []
    : stated(resource.inputs).map(({ rule, reason }) => ({
        ...{ extension: extensionOf(resource), rule, reason },
        isNew: !before.some((it) => it.rule === rule && it.reason === reason),
      }));

const stated = (inputs: unknown): Allowance[] => {
  const allow = at(inputs, "install", "allow");
  return (Array.isArray(allow) ? allow : [])
    .filter(isRecord)
    .flatMap(({ rule, reason }) =>
      typeof rule === "string" && typeof reason === "string" && reason.trim() !== "" ? [{ rule, reason }] : [],
    );
};
