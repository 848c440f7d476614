import type { ChangeKind } from "./provider.js";
import { isObject, Unknown, type Properties, type Value } from "./values.js";

export interface Change {
  /** Property names and list indexes from the resource down. */
  readonly path: (string | number)[];
  readonly kind: ChangeKind;
}

/** `a.b[0]["c.d"]`, as the engine writes and reads property paths. */
export function pathText(path: Change["path"]): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === "number") return `${text}[${step}]`;
    return /[.[\]"]/.test(step) ? `${text}[${JSON.stringify(step)}]` : `${text}${text && "."}${step}`;
  }, "");
}

/**
 * What turns a resource into what the program asks for: additions and updates are `news` against `actual`, deletions what
 * `olds` asked for and `news` does not. So a key that others added is no difference. Secrets must be revealed.
 *
 * @param actual what is there; equal to `olds` where only inputs are compared
 */
export function changes(actual: Value | undefined, olds: Value | undefined, news: Value, path: Change["path"] = []): Change[] {
  if (actual === undefined || actual === null) return [{ path, kind: actual === null ? "update" : "add" }];
  if (news instanceof Unknown) return [{ path, kind: "update" }];
  if (isObject(actual) && isObject(news)) {
    const old: Properties = isObject(olds) ? olds : {};
    const deleted = Object.keys(old).filter((key) => isAbsent(news[key]) && !isAbsent(old[key]));
    return [
      ...Object.entries(news).flatMap(([key, value]) => (isAbsent(value) ? [] : changes(actual[key], old[key], value, [...path, key]))),
      ...deleted.map((key): Change => ({ path: [...path, key], kind: "delete" })),
    ];
  }
  if (Array.isArray(actual) && Array.isArray(news)) {
    const old = Array.isArray(olds) ? olds : [];
    return [
      ...news.flatMap((value, index) => changes(actual[index], old[index], value, [...path, index])),
      ...actual.slice(news.length).map((_, index): Change => ({ path: [...path, news.length + index], kind: "delete" })),
    ];
  }
  return actual === news ? [] : [{ path, kind: "update" }];
}

const isAbsent = (value: Value | undefined): boolean => value === undefined || value === null;

export const detailed = (found: Change[]): Record<string, ChangeKind> =>
  Object.fromEntries(found.map(({ path, kind }) => [pathText(path), kind]));
