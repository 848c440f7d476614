/** The differences between two objects, property by property, and between two sets of Kubernetes objects. */
import { isSecretPath, SECRET } from "./mask";

export interface Change {
  /** Such as `spec.containers[name=app].ports[0]` or `metadata.labels["app.kubernetes.io/name"]`; empty for the value itself. */
  readonly path: string;
  /** Absent if the property is new. The whole value if it is removed. */
  readonly before?: unknown;
  /** Absent if the property is removed. The whole value if it is new. */
  readonly after?: unknown;
}

/** The parts of a Kubernetes object that identify it. */
export interface K8s {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
  readonly [field: string]: unknown;
}

export interface ObjectChange {
  readonly apiVersion: string;
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
  readonly change: "created" | "changed" | "deleted";
  /** Empty unless changed. The contents of a Secret are never included, only the fact that it changed. */
  readonly changes: readonly Change[];
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);
// The API server drops what is null.
const isAbsent = (value: unknown) => value === undefined || value === null;

/** In the order of the properties. `null` counts as absent. Elements of a list that all have a `name` are matched by it. */
export function changesOf(before: unknown, after: unknown): readonly Change[] {
  return within("", before, after);
}

function within(path: string, before: unknown, after: unknown): readonly Change[] {
  if (isAbsent(before) && isAbsent(after)) return [];
  if (isAbsent(before)) return [{ path, after }];
  if (isAbsent(after)) return [{ path, before }];
  if (isFields(before) && isFields(after)) {
    return union(Object.keys(before), Object.keys(after)).flatMap((key) => within(path + step(path, key), before[key], after[key]));
  }
  if (Array.isArray(before) && Array.isArray(after)) return inList(path, before, after);
  return before === after ? [] : [{ path, before, after }];
}

function inList(path: string, before: readonly unknown[], after: readonly unknown[]): readonly Change[] {
  const [named, wanted] = [byName(before), byName(after)];
  if (named && wanted) {
    return union([...named.keys()], [...wanted.keys()]).flatMap((name) =>
      within(`${path}[name=${name}]`, named.get(name), wanted.get(name)),
    );
  }
  // An added or removed element moves all others: the two whole lists are clearer than changes by position.
  if (before.length !== after.length && ![...before, ...after].some(isFields)) return [{ path, before, after }];
  return Array.from({ length: Math.max(before.length, after.length) }).flatMap((_, index) =>
    within(`${path}[${index}]`, before[index], after[index]),
  );
}

/** undefined if names do not identify the elements. */
function byName(list: readonly unknown[]): ReadonlyMap<string, unknown> | undefined {
  const named = new Map(list.flatMap((it) => (isFields(it) && typeof it["name"] === "string" ? [[it["name"], it] as const] : [])));
  return named.size === list.length ? named : undefined;
}

const union = (first: readonly string[], second: readonly string[]) => [...new Set([...first, ...second])];

/** A key in the form of a path. */
export const step = (path: string, key: string) => (/^[\w-]+$/.test(key) ? `${path === "" ? "" : "."}${key}` : `[${JSON.stringify(key)}]`);

/** Of two paths. */
export const isSameOrWithin = (inner: string, outer: string): boolean =>
  inner === outer || (inner.startsWith(outer) && /^[.[]/.test(inner.slice(outer.length)));

/** Matched by group, kind, namespace and name; in the order of `after`, then the removed ones. */
export function compareObjects(before: readonly K8s[], after: readonly K8s[]): readonly ObjectChange[] {
  const old = new Map(before.map((object) => [keyOf(object), object]));
  const wanted = new Map(after.map((object) => [keyOf(object), object]));
  const kept = [...wanted].flatMap(([key, object]): ObjectChange[] => {
    const was = old.get(key);
    if (was === undefined) return [{ ...named(object), change: "created", changes: [] }];
    const changes = changesOf(was, object).map((change) => (isSecretPath(object.kind, change.path) ? veiled(change) : change));
    return changes.length === 0 ? [] : [{ ...named(object), change: "changed", changes }];
  });
  const gone = [...old].filter(([key]) => !wanted.has(key));
  return [...kept, ...gone.map(([, object]): ObjectChange => ({ ...named(object), change: "deleted", changes: [] }))];
}

/** The identity of an object. Another version of the same group is the same object. */
export const keyOf = ({ apiVersion, kind, metadata: { namespace = "", name } }: K8s) =>
  [apiVersion.includes("/") ? apiVersion.split("/")[0] : "", kind, namespace, name].join("\n");

const named = ({ apiVersion, kind, metadata: { name, namespace } }: K8s) => ({
  apiVersion,
  kind,
  ...(namespace !== undefined && { namespace }),
  name,
});

const veiled = ({ path, before, after }: Change): Change => ({
  path,
  ...(!isAbsent(before) && { before: SECRET }),
  ...(!isAbsent(after) && { after: SECRET }),
});
