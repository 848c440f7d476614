import type { ManagedFields } from "./client.js";

/** The manager of objects that were created, and not yet updated, by the provider. */
export const CREATE_MANAGER = "pulumi-kubernetes";

/** By the beginnings of their names: what the provider created in one way or another, and what a person typed. */
const OWN = [CREATE_MANAGER, "pulumi-resource-kubernetes"];
const TAKEN_OVER = { Update: [...OWN, "kubectl", "before-first-apply"], Apply: ["kubectl"] };

const isTakenOver = ({ manager, operation, subresource }: ManagedFields): boolean =>
  !subresource && TAKEN_OVER[operation as keyof typeof TAKEN_OVER].some((name) => manager.startsWith(name));

function union(a: Record<string, unknown>, b: Record<string, unknown>): Record<string, unknown> {
  const merged = { ...a };
  for (const [key, value] of Object.entries(b)) {
    merged[key] = key in a ? union(a[key] as Record<string, unknown>, value as Record<string, unknown>) : value;
  }
  return merged;
}

/**
 * The entries of `metadata.managedFields` after `manager` took over what the provider's own create and what `kubectl` own by plain updates.
 * Without it the next server-side apply would conflict with our own create, and a field dropped from the program would stay.
 * `undefined` when there is nothing to take over.
 */
export function takeOver(fields: ManagedFields[], manager: string): ManagedFields[] | undefined {
  const [taken, others] = [fields.filter(isTakenOver), fields.filter((entry) => !isTakenOver(entry))];
  const first = taken[0];
  if (!first) return undefined;
  const isOwn = (entry: ManagedFields) => entry.manager === manager && entry.operation === "Apply" && !entry.subresource;
  const owned = [...others.filter(isOwn), ...taken].reduce((all, entry) => union(all, entry.fieldsV1 ?? {}), {});
  return [...others.filter((entry) => !isOwn(entry)), { ...first, manager, operation: "Apply", fieldsV1: owned }];
}

/** Whether a dry run must force: what {@link takeOver} will settle on `up` shows as a conflict before. */
export const conflictsWithOwnCreate = (fields: ManagedFields[]): boolean =>
  fields.some(({ manager, operation }) => OWN.includes(manager) && operation === "Update");
