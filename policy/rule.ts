/** What a rule is: a name, a reason, a way out, and a pure check of one thing at a time. */

/** A resource as the stack wants it: the inputs that the engine shows, where a secret is `[secret]`. */
export interface Resource {
  readonly urn: string;
  /** Type token, such as `kubernetes:core/v1:Namespace`. */
  readonly type: string;
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** What the engine would do to a resource that is there. */
export interface Change extends Omit<Resource, "inputs"> {
  /** The engine's word, such as `delete` or `replace`. */
  readonly op: string;
  /** The inputs that it has now. */
  readonly inputs: Readonly<Record<string, unknown>>;
}

/** An object that installing an extension makes, as Helm renders it. */
export interface RenderedObject {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

/** What the stack's configuration says that rules depend on. */
export interface StackFacts {
  /** `kubesphere:production`. */
  readonly production: boolean;
  /** Those that may be open on every node. */
  readonly nodePorts: readonly number[];
  /** The clusters beside the host on which an extension has agents, by extension, in words. Absent where nobody knows them: a policy pack sees one resource at a time. */
  readonly placements?: ReadonlyMap<string, readonly string[]>;
}

export interface Finding {
  /** Path among the resource's inputs or in the object, such as `rules[0]`. */
  readonly property: string;
  /** What is there, undefined where nothing is. Never a secret. */
  readonly given: unknown;
}

/** At least one of the checks. None of them throws, whatever the inputs look like. */
export interface Rule {
  /** In kebab case: what a violation is called by. */
  readonly name: string;
  /** What goes wrong otherwise, a sentence. */
  readonly why: string;
  /** What to do about it, a sentence. */
  readonly mend: string;
  readonly resource?: (resource: Resource, stack: StackFacts) => Finding[];
  readonly change?: (change: Change) => Finding[];
  /** @param siblings all that the extension's chart makes, the object itself among it */
  readonly object?: (object: RenderedObject, stack: StackFacts, siblings: readonly RenderedObject[]) => Finding[];
}

/** What a secret's place holds in a preview. */
export const SECRET = "[secret]";

/** What stands at a path of keys; undefined where nothing does. */
export const at = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((found, key) => (isRecord(found) && Object.hasOwn(found, key) ? found[key] : undefined), value);

export const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Of a value that may be anything: its strings when it is a list. */
export const strings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];

/** Every map within a value, itself included, with its path. */
export function* records(
  value: unknown,
  path = "",
): Generator<{ readonly path: string; readonly record: Readonly<Record<string, unknown>> }> {
  if (Array.isArray(value)) for (const [index, item] of value.entries()) yield* records(item, `${path}[${index}]`);
  if (!isRecord(value)) return;
  yield { path, record: value };
  for (const [key, field] of Object.entries(value)) yield* records(field, join(path, key));
}

export const join = (path: string, key: string) => (path === "" ? key : `${path}.${key}`);
