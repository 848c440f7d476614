/** Turns what the schema found into one line a problem: where, what was given, what is allowed. */
import type { z } from "zod";
import { describeProblem } from "../kubesphere/errors";

type Issue = z.core.$ZodIssue;
type Path = readonly PropertyKey[];

/** Keys whose values are credentials, or may hold some. */
const SECRET_KEYS = new Set<PropertyKey>(["secret", "kubeconfig", "values", "config"]);

/** `kubesphere:ports.ingress`, `kubesphere:oauthClients[0].name`. */
const pathText = (namespace: string, path: Path): string =>
  path.reduce<string>(
    (text, key, index) => (typeof key === "number" ? `${text}[${key}]` : `${text}${index === 0 ? "" : "."}${String(key)}`),
    `${namespace}:`,
  );

const valueAtPath = (value: unknown, path: Path): unknown =>
  path.reduce<unknown>((at, key) => (typeof at === "object" && at !== null ? (at as Record<PropertyKey, unknown>)[key] : undefined), value);

/** Never a secret, and of maps and lists only that they are. */
function given(raw: unknown, path: Path): unknown {
  const value = valueAtPath(raw, path);
  if (value === undefined) return undefined;
  if (path.some((key) => SECRET_KEYS.has(key))) return "[not shown]";
  if (Array.isArray(value)) return "a list";
  return typeof value === "object" && value !== null ? "a map" : value;
}

/**
 * @param namespace of the configuration keys, e.g. `kubesphere`.
 * @param issues what the schema found; each message says what is allowed there.
 * @param raw the configuration as it was given.
 * @returns one line a problem.
 */
export const configurationProblems = (namespace: string, issues: readonly Issue[], raw: unknown): string[] =>
  issues.flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => `${pathText(namespace, [...issue.path, key])}: there is no such key; allowed: ${issue.message}.`)
      : [describeProblem({ path: pathText(namespace, issue.path), given: given(raw, issue.path), allowed: issue.message })],
  );
