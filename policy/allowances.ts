/** Violations that the stack's configuration allows an extension, with a reason that a reviewer reads. */
import type { Allowance } from "../kubesphere/allowances";
import { label } from "../kubesphere/api";
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

const EXTENSION = "kubesphere:index:Extension";

/** Parts the violations into those that stand and those that are allowed. */
export function weigh(preview: Preview, violations: readonly Violation[]): Weighed {
  const resources = resourcesOf(preview);
  const owners = new Map(resources.flatMap(ownerOf));
  const before = new Map((preview.steps ?? []).flatMap(({ urn, oldState }) => (oldState ? [[urn, stated(oldState.inputs)] as const] : [])));
  const stands = resources.flatMap((resource) => allowancesOf(resource, before.get(resource.urn) ?? []));
  const allowed = stands.map((allowance) => ({
    ...allowance,
    violations: violations.filter(({ rule, resource }) => rule === allowance.rule && owners.get(resource) === allowance.extension),
  }));
  const passed = new Set(allowed.flatMap((it) => it.violations));
  return { refused: violations.filter((it) => !passed.has(it)), allowed };
}

const nameOf = (urn: string) => urn.split("::").at(-1) ?? urn;

/** The extension that a resource is, or belongs to. */
function ownerOf({ urn, type, inputs }: Resource): [string, string][] {
  if (type === EXTENSION) return [[urn, nameOf(urn)]];
  const owner = at(inputs, "metadata", "labels", label.extensionRef);
  return typeof owner === "string" ? [[urn, owner]] : [];
}

const allowancesOf = ({ urn, type, inputs }: Resource, before: readonly Allowance[]): Omit<Allowed, "violations">[] =>
  type !== EXTENSION
    ? []
    : stated(inputs).map(({ rule, reason }) => ({
        ...{ extension: nameOf(urn), rule, reason },
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
