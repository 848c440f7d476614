/** The values that stood in the list before, each with its index. Undefined ones are not compared. */
export const repeated = (values: readonly (string | undefined)[]): (readonly [string, number])[] =>
  values.flatMap((value, index) => (value !== undefined && values.indexOf(value) < index ? [[value, index] as const] : []));
