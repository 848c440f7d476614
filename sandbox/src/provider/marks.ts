/** Where a value is secret: marks are carried from what is known of a resource to what is answered about it. */
import { isDeepStrictEqual } from "node:util";
import { hasSecret, isObject, reveal, Secret, type Properties, type Value } from "./values.js";

type Pattern = Value | undefined;

/**
 * `target` with everything marked secret that is secret at the same place of the first of `patterns` that has something there. What has
 * another form, a text where `target` has an object, tells only that it has a secret inside.
 * A secret inside a list marks the whole list: items move, and a mark at the wrong index would show the secret. A list that none of the
 * patterns has in clear is secret if one of them has a secret in it.
 */
export function markLike(target: Value, ...patterns: Pattern[]): Value {
  const known = patterns.filter((pattern): pattern is Value => pattern !== undefined && tells(pattern, target));
  const [first] = known;
  if (first === undefined || target instanceof Secret) return target;
  if (first instanceof Secret || formOf(first) !== formOf(target)) return new Secret(reveal(target));
  if (Array.isArray(target)) return isListSecret(target, first, known) ? new Secret(reveal(target)) : target;
  if (!isObject(target)) return target;
  return Object.fromEntries(Object.entries(target).map(([key, value]) => [key, markLike(value, ...known.map((it) => inside(it, key)))]));
}

const tells = (pattern: Value, target: Value): boolean => formOf(pattern) === formOf(target) || hasSecret(pattern);

/** A value that nobody set says nothing of one that somebody did. */
function formOf(value: Value): "list" | "nothing" | "object" | "value" {
  if (value === null) return "nothing";
  if (Array.isArray(value)) return "list";
  return isObject(value) ? "object" : "value";
}

const isListSecret = (target: Value, first: Value, known: readonly Value[]): boolean =>
  hasSecret(first) || (known.some(hasSecret) && !known.some((pattern) => isDeepStrictEqual(pattern, target)));

/** All of what is inside a secret is secret. */
function inside(pattern: Pattern, key: string): Pattern {
  if (pattern instanceof Secret) return pattern;
  return isObject(pattern) ? pattern[key] : undefined;
}

/** What the engine has of a resource. */
export interface Known {
  /** What the program asks for now. @default nothing: the resource is only looked at */
  readonly news?: Properties;
  readonly inputs?: Properties;
  readonly outputs?: Properties;
}

/**
 * An answer about a resource: secret where the program says so now; in all that the program says nothing of, where the engine's state has a
 * secret, be it among the inputs or the outputs.
 */
export function markAnswer(answer: Properties, { news, inputs, outputs }: Known): Properties {
  const asOutputs = markLike(answer, news, outputs, inputs);
  return markLike(asOutputs, news, inputs, outputs) as Properties;
}
