/** Who wrote a property, as the API server keeps it in `metadata.managedFields`. */
import type { ManagedFields, StoredObject } from "../shared/cluster";
import { isSameOrWithin, step } from "../shared/objectDiff";

export interface Writer {
  /** Such as `kubectl-edit`, `ks-apiserver`, `kube-controller-manager`. */
  readonly manager: string;
  /** RFC 3339: when it last wrote something, this property or another. */
  readonly time?: string;
}

/**
 * @param path in the notation of `changesOf`
 * @returns those who own the property, or something within it, last one first
 */
export function writersOf(live: StoredObject, path: string): readonly Writer[] {
  const { managedFields = [], ...metadata } = live.metadata;
  const object = { ...live, metadata };
  return managedFields
    .filter(({ manager, fieldsV1 }) => manager !== undefined && fieldsV1 !== undefined && owned(fieldsV1, object, path))
    .sort((a, b) => (b.time ?? "").localeCompare(a.time ?? ""))
    .map(({ manager = "", time }) => ({ manager, ...(time !== undefined && { time }) }));
}

const owned = (fields: NonNullable<ManagedFields["fieldsV1"]>, object: unknown, path: string): boolean =>
  [...pathsOf(fields as Fields, object, "")].some((own) => isSameOrWithin(path, own) || isSameOrWithin(own, path));

type Fields = Readonly<Record<string, unknown>>;

/** The leaves: a field that is owned as a whole, or the deepest one within. */
function* pathsOf(fields: Fields, value: unknown, path: string): Generator<string> {
  for (const [key, inner] of Object.entries(fields)) {
    if (key === ".") continue;
    const [below, at] = elementOf(key, value, path);
    if (at === undefined) continue;
    if (Object.keys(inner as Fields).some((name) => name !== ".")) yield* pathsOf(inner as Fields, below, at);
    else yield at;
  }
}

/** `f:` is a field, `k:` an element of a list by its keys, `v:` an element by its value, `i:` by its place. */
function elementOf(key: string, value: unknown, path: string): readonly [unknown, string | undefined] {
  const [kind, rest] = [key.slice(0, 2), key.slice(2)];
  if (kind === "f:") return [(value as Fields | undefined)?.[rest], path + step(path, rest)];
  if (!Array.isArray(value)) return [undefined, undefined];
  const index = kind === "i:" ? Number(rest) : value.findIndex((element) => matches(kind, JSON.parse(rest), element));
  if (index < 0) return [undefined, undefined];
  const names = new Set(value.map((element) => (element as Fields | null)?.["name"]));
  const name = (value[index] as Fields | null)?.["name"];
  return [value[index], `${path}[${names.size === value.length && typeof name === "string" ? `name=${name}` : index}]`];
}

const matches = (kind: string, wanted: unknown, element: unknown): boolean =>
  kind === "v:"
    ? JSON.stringify(element) === JSON.stringify(wanted)
    : Object.entries(wanted as Fields).every(([name, value]) => (element as Fields | null)?.[name] === value);
