/** Values of a Helm chart: a tree of maps, as in values.yaml. */
export type Values = { readonly [key: string]: unknown };

const isMap = (value: unknown): value is Values =>
  typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;

/** Merges two trees; where both have a value, the right one wins. Neither is changed. */
export function mergeValues(left: Values, right: Values): Values {
  const merged: Record<string, unknown> = { ...left };
  for (const [key, value] of Object.entries(right)) {
    const before = merged[key];
    merged[key] = isMap(before) && isMap(value) ? mergeValues(before, value) : value;
  }
  return merged;
}

/** Values with one value in them, at a dotted path. */
export const valuesWith = (path: string, value: unknown): Values =>
  path.split(".").reduceRight<unknown>((within, key) => ({ [key]: within }), value) as Values;

/** The value at a dotted path; undefined if there is none. */
export const valueAt = (values: Values, path: string): unknown =>
  path.split(".").reduce<unknown>((value, key) => (isMap(value) ? value[key] : undefined), values);
