/** The value of a YAML text for go-yaml v2 (resolve.go, decode.go), and to sigs.k8s.io/yaml, which makes JSON of it. */
import { FAILSAFE_SCHEMA, NOT_RESOLVED, YAMLException, defineMappingTag, defineScalarTag, defineSequenceTag, type Schema } from "js-yaml";
import { MOST_MERGED, TOO_MANY } from "./yamlAliases";

type Fields = Record<string, unknown>;

const TRUE = new Set(["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"]);
const FALSE = new Set(["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"]);
const NULL = new Set(["", "~", "null", "Null", "NULL"]);
const NO_JSON = /^[-+]?\.(?:inf|Inf|INF)$|^\.(?:nan|NaN|NAN)$/;

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
/** A whole number as Go's `strconv.ParseInt(text, 0, 64)` takes it: a leading 0 means octal. */
const WHOLE = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[oO]?([0-7]+)|0[bB]([01]+)|(0|[1-9][0-9]*))$/;

/** Undefined if it is not a number, or is too large for a float: Go then reads a text. */
function numberOf(text: string): number | undefined {
  if (!/^[-+.0-9]/.test(text)) return undefined;
  const plain = text.startsWith(".") ? text : text.replaceAll("_", "");
  const [whole, sign, hex, octal, binary, decimal] = WHOLE.exec(plain) ?? [];
  if (whole !== undefined) {
    const digits = hex ?? octal ?? binary ?? decimal ?? "";
    const value = parseInt(digits, hex !== undefined ? 16 : octal !== undefined ? 8 : binary !== undefined ? 2 : 10);
    if (decimal !== undefined || value < 2 ** 64) return sign === "-" ? 0 - value : value;
  }
  const float = FLOAT.test(plain) ? Number(plain) : NaN;
  return Number.isFinite(float) ? float : undefined;
}

const NOT_ONE = () => false;
const scalar = (name: string, resolve: (text: string, isExplicit: boolean) => unknown, rest: object = {}) =>
  defineScalarTag(name, { identify: NOT_ONE, resolve, ...rest });
const resolved = (value: unknown) => (value === undefined ? NOT_RESOLVED : value);

/** What a plain text is. */
function implicit(text: string): unknown {
  if (NULL.has(text)) return null;
  if (TRUE.has(text)) return true;
  if (FALSE.has(text)) return false;
  if (text === "<<") return MERGE;
  if (NO_JSON.test(text)) throw new YAMLException(`${text} is no value of JSON`);
  return numberOf(text);
}

/** Stands for a plain `<<`, until it is known whether it is a key. */
const MERGE = Symbol("<<");
export const settled = (value: unknown) => (value === MERGE ? "<<" : value);

const explicit = (name: string, accepts: (value: unknown) => boolean) =>
  scalar(`tag:yaml.org,2002:${name}`, (text) => {
    const value = implicit(text);
    return accepts(value) ? value : NOT_RESOLVED;
  });

const scalars = [
  // The name is the library's for what is resolved without a tag; a text's own first character says nothing.
  scalar("go:plain", (text, isExplicit) => (isExplicit ? NOT_RESOLVED : resolved(implicit(text))), {
    implicit: true,
    implicitFirstChars: null,
  }),
  explicit("null", (value) => value === null),
  explicit("bool", (value) => typeof value === "boolean"),
  explicit("int", (value) => Number.isInteger(value)),
  explicit("float", (value) => typeof value === "number"),
  scalar("tag:yaml.org,2002:binary", (text) => Buffer.from(text, "base64").toString("utf8")),
  // By its whole name the library would merge in a way of its own.
  scalar("tag:yaml.org,2002:merg", (text) => (text === "<<" ? MERGE : text), { matchByTagPrefix: true }),
  // Go has a text for whatever has a tag that it does not know.
  ...["!", "tag:"].map((prefix) => scalar(prefix, (text) => text, { matchByTagPrefix: true })),
];

const sequence = (name: string, rest: object = {}) =>
  defineSequenceTag<unknown[]>(name, {
    create: () => [],
    addItem: (list, item) => void list.push(settled(item)),
    identify: NOT_ONE,
    ...rest,
  });

interface Reading {
  /** Asked of each key that is there already; true ends the reading there. */
  readonly isDouble: (key: string) => boolean;
  /** Keys that were merged so far. */
  merged: number;
}

const mapping = (name: string, reading: Reading, rest: object = {}) =>
  defineMappingTag<Fields>(name, {
    create: () => ({}),
    addPair(fields, key, value) {
      if (key === MERGE) return merge(fields, value, reading);
      const name = keyOf(key);
      if (name === undefined) return "a key must be a text, a number or a truth value";
      merged.get(fields)?.delete(name);
      put(fields, name, settled(value));
      return "";
    },
    has(fields, key) {
      const name = key === MERGE ? undefined : keyOf(key);
      return name !== undefined && Object.hasOwn(fields, name) && merged.get(fields)?.has(name) !== true && reading.isDouble(name);
    },
    keys: Object.keys,
    get: (fields, key) => fields[String(key)],
    identify: NOT_ONE,
    ...rest,
  });

/** The keys that a map has only by a merge: such a key may be written again. */
const merged = new WeakMap<Fields, Set<string>>();

/** `__proto__` is a key as any other. */
const put = (fields: Fields, name: string, value: unknown) =>
  Object.defineProperty(fields, name, { value, enumerable: true, configurable: true, writable: true });

/** As it stands in JSON; undefined for what can be no key. */
function keyOf(key: unknown): string | undefined {
  if (typeof key === "string" || typeof key === "boolean") return String(key);
  if (typeof key !== "number") return undefined;
  return Number.isInteger(key) && Math.abs(key) < 2 ** 64 ? String(key) : floatKey(key);
}

/** As Go's `strconv.FormatFloat(key, 'g', -1, 32)`: the fewest digits that give the same float of 32 bits. */
function floatKey(key: number): string {
  const digits = [1, 2, 3, 4, 5, 6, 7, 8, 9].find((count) => Math.fround(Number(key.toPrecision(count))) === Math.fround(key)) ?? 9;
  const [mantissa = "", exponent = "0"] = key.toExponential(digits - 1).split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 6) return String(Number(key.toPrecision(digits)));
  return `${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

/** A merged map wins over keys before it, and loses to keys after it; of several merged maps, the first wins. */
function merge(fields: Fields, source: unknown, reading: Reading): string {
  const sources: unknown[] = Array.isArray(source) ? [...(source as unknown[])].reverse() : [source];
  if (!sources.every(isFields)) return "only a map, or a list of maps, can be merged";
  if (sources.includes(fields)) return "an anchor's value contains itself";
  for (const it of sources) {
    reading.merged += Object.keys(it).length;
    if (reading.merged > MOST_MERGED) return TOO_MANY;
  }
  const keys = merged.get(fields) ?? new Set();
  for (const [key, value] of sources.flatMap(Object.entries)) {
    if (!Object.hasOwn(fields, key)) keys.add(key);
    put(fields, key, value);
  }
  merged.set(fields, keys);
  return "";
}

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * For one text.
 * @param isDouble see {@link Reading}. @default the last of a key wins
 */
export function goSchema(isDouble: (key: string) => boolean = NOT_ONE): Schema {
  const reading = { isDouble, merged: 0 };
  return FAILSAFE_SCHEMA.withTags(
    ...scalars,
    sequence("tag:yaml.org,2002:seq"),
    mapping("tag:yaml.org,2002:map", reading),
    ...["!", "tag:"].flatMap((prefix) => [
      sequence(prefix, { matchByTagPrefix: true }),
      mapping(prefix, reading, { matchByTagPrefix: true }),
    ]),
  );
}
