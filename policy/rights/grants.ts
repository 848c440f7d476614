/** What a list of RBAC rules grants, as Kubernetes' authorizer reads it (k8s.io/kubernetes/pkg/apis/rbac/v1/evaluation_helpers.go). */
import { isRecord, strings } from "../rule";

/** A rule of a role, or what stands in its place. */
export type GrantingRule = Readonly<Record<string, unknown>>;

/** Some verbs on some resources. */
export interface Right {
  readonly group: string;
  /** With their subresource, such as `pods/exec`. */
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
}

export const rulesIn = (rules: unknown): GrantingRule[] => (Array.isArray(rules) ? rules.filter(isRecord) : []);

export const isNamed = (rule: GrantingRule) => strings(rule["resourceNames"]).length > 0;

/** Whether a rule grants at least one of the verbs on one of the resources. */
export const grants = (rule: GrantingRule, { group, resources, verbs }: Right): boolean =>
  holds(rule["apiGroups"], (given) => given === "*" || given === group) &&
  holds(rule["resources"], (given) => resources.some((wanted) => covers(given, wanted))) &&
  // What is said of a verb holds for its narrower forms too, such as `impersonate:user-info`.
  holds(rule["verbs"], (given) => given === "*" || verbs.some((verb) => given === verb || given.startsWith(`${verb}:`)));

const holds = (list: unknown, is: (given: string) => boolean) => strings(list).some(is);

/** `*` is every resource, a star before `/exec` that subresource of every one; the others that look like wildcards are taken for what they are meant as. */
function covers(given: string, wanted: string): boolean {
  if (isEvery(given) || given === wanted) return true;
  const [resource, subresource] = wanted.split("/");
  return subresource !== undefined && (given === `*/${subresource}` || given === `${resource}/*`);
}

const isEvery = (resource: string) => resource === "*" || resource === "*/*";

const VERBS = ["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"];

/**
 * Those of the rules that together grant everything on everything, as cluster-admin does; each by itself where one is enough.
 * @returns groups of rules; none when the rules are less than that
 */
export function adminRules(rules: readonly GrantingRule[]): GrantingRule[][] {
  const wide = rules.filter((rule) => holds(rule["apiGroups"], (it) => it === "*") && holds(rule["resources"], isEvery) && !isNamed(rule));
  const grantsAll = (some: readonly GrantingRule[]) =>
    VERBS.every((verb) => some.some((rule) => holds(rule["verbs"], (given) => given === "*" || given === verb)));
  const alone = wide.filter((rule) => grantsAll([rule]));
  if (alone.length > 0) return alone.map((rule) => [rule]);
  return grantsAll(wide) ? [wide] : [];
}
