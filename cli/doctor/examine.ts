/** Runs the checks on what was read. Pure. */
import type { Facts } from "./facts/facts";
import type { Readings } from "./facts/reader";
import type { Check, Finding } from "./finding";

export interface Result {
  readonly check: string;
  readonly title: string;
  /** Why there is no telling. */
  readonly notChecked?: string;
  readonly findings: readonly Finding[];
}

/** In the order of the checks. */
export function examine(checks: readonly Check[], readings: Readings): readonly Result[] {
  const read = Object.entries(readings).flatMap(([key, reading]) => ("value" in reading ? [[key, reading.value] as const] : []));
  const facts = Object.fromEntries(read) as unknown as Facts;
  return checks.map(({ name, title, needs, find }) => {
    const unread = needs.flatMap((need) => ("unread" in readings[need] ? [readings[need].unread] : []));
    if (unread.length > 0) return { check: name, title, notChecked: [...new Set(unread)].join("; "), findings: [] };
    return { check: name, title, findings: find(facts) };
  });
}
