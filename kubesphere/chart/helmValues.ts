/** Helm values: what the program sets itself, and what the user adds freely. */
export type Values = { readonly [key: string]: unknown };

const isMap = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Both trees as one; where they overlap the right one wins. Neither is changed. */
export function mergeValues(left: Values, right: Values): Values {
  const merged: Record<string, unknown> = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const before = merged[key];
    merged[key] = isMap(before) && isMap(value) ? mergeValues(before, value) : value;
  }
  return merged;
}

/** The values in which a dotted path leads to one. */
export const valuesWith = (path: string, value: unknown): Values =>
  path.split(".").reduceRight<unknown>((within, key) => ({ [key]: within }), value) as Values;

/** What a dotted path leads to; undefined where it leads nowhere. */
export const valueAt = (values: Values, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), values);
