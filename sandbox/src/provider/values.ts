/**
 * Property values as the provider protocol carries them: JSON plus secrets and values that are not known yet.
 * Signatures and sentinels: Pulumi's developer documentation, "Property values" (docs/references/…/properties.md).
 */

const SIGNATURE = "4dabf18193072939515e22adb298388d";
const SECRET = "1b47061264138c4ac30d75fd1eb44270";
const OUTPUT = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const RESOURCE = "5cf8f73096256a8f31e491e813e4eb8e";

const UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const UNKNOWNS = new Set([
  UNKNOWN_STRING,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

/** A value that must stay encrypted in state. */
export class Secret {
  constructor(readonly value: Value) {}
}

/** The type of {@link UNKNOWN}. */
export class Unknown {
  // Without a member of its own every object would be one to the type checker.
  readonly unknown = true;
}

/** A value that only an `up` will tell. */
export const UNKNOWN = new Unknown();

export type Value = null | boolean | number | string | Secret | Unknown | Value[] | { [key: string]: Value };
export type Properties = Record<string, Value>;

export const isObject = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Secret) && !(value instanceof Unknown);

/** The properties but those called `names`. */
export const without = (properties: Properties, ...names: string[]): Properties =>
  Object.fromEntries(Object.entries(properties).filter(([name]) => !names.includes(name)));

const mapObject = (object: Properties, change: (value: Value) => Value): Properties =>
  Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));

/** JSON off the wire to values. @throws for assets and archives, which no resource served here takes. */
export function fromWire(json: unknown): Value {
  if (typeof json === "string") return UNKNOWNS.has(json) ? UNKNOWN : json;
  if (Array.isArray(json)) return json.map(fromWire);
  if (!isObject(json)) return json as Value;
  const signature = json[SIGNATURE];
  if (signature === undefined) return mapObject(json, fromWire);
  if (signature === SECRET) return new Secret(fromWire(json["value"]));
  if (signature === RESOURCE) return fromWire(json["id"] ?? json["urn"] ?? "");
  if (signature !== OUTPUT) throw new Error("assets and archives are not taken by the sandbox's stand-in provider");
  const value = "value" in json ? fromWire(json["value"]) : UNKNOWN;
  return json["secret"] === true ? new Secret(value) : value;
}

/** Values to JSON for the wire, which has no `undefined`: what is not set is left out. */
export function toWire(value: Value | undefined): unknown {
  if (value instanceof Secret) return { [SIGNATURE]: SECRET, value: toWire(value.value) };
  if (value instanceof Unknown) return UNKNOWN_STRING;
  if (Array.isArray(value)) return value.map(toWire);
  if (value === undefined) return null;
  if (!isObject(value)) return value;
  const set = Object.entries(value).filter(([, item]) => (item as Value | undefined) !== undefined);
  return Object.fromEntries(set.map(([key, item]) => [key, toWire(item)]));
}

/** The same value without its secret marks; unknowns stay. */
export function reveal(value: Value): Value {
  if (value instanceof Secret) return reveal(value.value);
  if (Array.isArray(value)) return value.map(reveal);
  return isObject(value) ? mapObject(value, reveal) : value;
}

/** {@link reveal} for a whole bag of properties. */
export const revealAll = (properties: Properties): Properties => mapObject(properties, reveal);

function some(value: Value, test: (value: Value) => boolean): boolean {
  if (test(value)) return true;
  if (value instanceof Secret) return some(value.value, test);
  if (Array.isArray(value)) return value.some((item) => some(item, test));
  return isObject(value) && Object.values(value).some((item) => some(item, test));
}

export const hasUnknown = (value: Value): boolean => some(value, (item) => item instanceof Unknown);

export const hasSecret = (value: Value): boolean => some(value, (item) => item instanceof Secret);
