/** How the engine writes secrets into its files. */

/** The mark of a special value, and of a secret among these. */
const SPECIAL = "4dabf18193072939515e22adb298388d";
const IS_SECRET = "1b47061264138c4ac30d75fd1eb44270";

/**
 * A value of a state or an update plan with its secrets unwrapped.
 * @throws when one is not in clear: it was written without `--show-secrets`
 */
export function inClear(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inClear);
  if (typeof value !== "object" || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  if (fields[SPECIAL] === IS_SECRET) return inClear(JSON.parse(fields["plaintext"] as string));
  return Object.fromEntries(Object.entries(fields).map(([key, inner]) => [key, inClear(inner)]));
}

/** Whether it stands for another value, such as a secret. */
export const isSpecial = (fields: object): boolean => Object.hasOwn(fields, SPECIAL);

/** Whatever the engine has marked as a secret in it, in clear: texts, and objects of which only a part may be secret. */
export function secretsIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(secretsIn);
  if (typeof value !== "object" || value === null) return [];
  const fields = value as Readonly<Record<string, unknown>>;
  return fields[SPECIAL] === IS_SECRET ? [inClear(fields)] : Object.values(fields).flatMap(secretsIn);
}
