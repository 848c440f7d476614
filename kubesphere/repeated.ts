/** The values that occur earlier in the list, too, each with its index. Undefined values are not compared. */
export const repeated = (values: readonly (string | undefined)[]): (readonly [string, number])[] =>
  values.flatMap((value, index) => (value !== undefined && values.indexOf(value) < index ? [[value, index] as const] : []));
