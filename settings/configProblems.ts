/** Turns the schema's issues into one line for each problem: the place, the value found, the values allowed. */
import { closest, distance } from "fastest-levenshtein";
import type { z } from "zod";
import { describeProblem } from "../kubesphere/errors";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Keys whose values are, or may contain, credentials. */
const SECRET_KEYS = new Set<PropertyKey>(["secret", "kubeconfig", "values", "config", "overrides", "password", "adminPassword", "key"]);

/** The longest map or list that is shown, in characters of its JSON. */
const MAX_SHOWN = 80;

/** `kubesphere:ports.ingress`, `kubesphere:oauthClients[0].name`. */
const pathText = (root: string, path: Path): string =>
  path.reduce<string>(
    (text, key, index) => (typeof key === "number" ? `${text}[${key}]` : `${text}${index === 0 ? "" : "."}${String(key)}`),
    path.length === 0 ? root.slice(0, -1) : root,
  );

const valueAtPath = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined), value);

/** A URL may contain a login, and so may a text that was meant as a host. */
const withoutLogin = (value: unknown) =>
  typeof value === "string" ? value.replace(/(?<=:\/\/)[^/\s]+@|^[^/\s:@]+:[^/\s]+@/, "[not shown]@") : value;

/** Shows a value: never a secret, and maps and lists only as far as they fit into a line. */
function given(raw: unknown, path: Path): unknown {
  const value = valueAtPath(raw, path);
  if (value === undefined) return undefined;
  if (path.some((key) => SECRET_KEYS.has(key))) return "[not shown]";
  if (typeof value !== "object" || value === null) return withoutLogin(value);
  const json = JSON.stringify(value, (key, child: unknown) => (SECRET_KEYS.has(key) ? "[not shown]" : withoutLogin(child)));
  if (json.length <= MAX_SHOWN) return JSON.parse(json);
  return Array.isArray(value) ? "a list" : "a map";
}

/** The known key that was probably meant, if one is near enough. */
function suggestion(key: string, known: readonly string[]): string {
  const nearest = closest(key, known);
  return distance(key.toLowerCase(), nearest.toLowerCase()) <= Math.max(2, key.length / 3) ? ` Did you mean ${nearest}?` : " Remove it.";
}

/**
 * @param root the prefix of the keys, e.g. `kubesphere:`.
 * @param issues the schema's issues; each message says what is allowed at its place.
 * @param raw the configuration as it was given.
 * @returns one line for each problem.
 */
export const configurationProblems = (root: string, issues: readonly Issue[], raw: unknown): string[] =>
  issues
    .filter((issue) => !isExplained(issue, issues, raw))
    .flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys.map((key) => {
            const known = issue.message.split(", ");
            return `${pathText(root, [...issue.path, key])}: there is no such key; allowed: ${issue.message}.${suggestion(key, known)}`;
          })
        : [describeProblem({ path: pathText(root, issue.path), given: given(raw, issue.path), allowed: issue.message })],
    );

/** A misspelt key also makes another one missing; both are reported as one mistake. */
const isExplained = (issue: Issue, issues: readonly Issue[], raw: unknown): boolean =>
  issues.some(
    ({ code, path }) =>
      code === "unrecognized_keys" &&
      issue.code !== code &&
      path.every((key, index) => issue.path[index] === key) &&
      (issue.path.length === path.length || (issue.path.length === path.length + 1 && valueAtPath(raw, issue.path) === undefined)),
  );
