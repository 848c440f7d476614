/** Secrets in the engine's files. */

/** The mark of a special value, and of a secret among these. */
const SPECIAL = "4dabf18193072939515e22adb298388d";
const IS_SECRET = "1b47061264138c4ac30d75fd1eb44270";

/**
 * A value of a state or an update plan with its secrets unwrapped.
 * @throws if a secret is encrypted: the file was written without `--show-secrets`
 */
export function inClear(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inClear);
  if (typeof value !== "object" || value === null) return value;
  const fields = value as Readonly<Record<string, unknown>>;
  if (fields[SPECIAL] === IS_SECRET) return inClear(JSON.parse(fields["plaintext"] as string));
  return Object.fromEntries(Object.entries(fields).map(([key, inner]) => [key, inClear(inner)]));
}

/** Whether it represents another value, such as a secret. */
export const isSpecial = (fields: object): boolean => Object.hasOwn(fields, SPECIAL);

/** Everything that the engine has marked as a secret, in clear text: texts, and objects of which perhaps only a part is secret. */
export function secretsIn(value: unknown): unknown[] {
  if (Array.isArray(value)) return value.flatMap(secretsIn);
  if (typeof value !== "object" || value === null) return [];
  const fields = value as Readonly<Record<string, unknown>>;
  return fields[SPECIAL] === IS_SECRET ? [inClear(fields)] : Object.values(fields).flatMap(secretsIn);
}
