/** Rules of Kubernetes' RBAC: what they allow, and how to merge them. */

/** A rule of Kubernetes' RBAC, for resources or for other paths of the API server. */
export interface PolicyRule {
  readonly apiGroups?: string[] | undefined;
  readonly resources?: string[] | undefined;
  readonly verbs: string[];
  readonly resourceNames?: string[] | undefined;
  readonly nonResourceURLs?: string[] | undefined;
}

export interface Request {
  readonly group: string;
  /** With its subresource, if any: `pods/log`. */
  readonly resource: string;
  readonly verb: string;
  /** Undefined for an object without a name yet, as at creation: a rule with names then does not allow it. */
  readonly name: string | undefined;
}

/** The decision of the API server's authorizer. */
export function allows(
  { apiGroups = [], resources = [], verbs, resourceNames = [] }: PolicyRule,
  { group, resource, verb, name }: Request,
): boolean {
  const [, subresource] = resource.split("/");
  const isNamed = resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name));
  const isOfResource = has(resources, resource) || (subresource !== undefined && resources.includes(`*/${subresource}`));
  return isNamed && has(apiGroups, group) && isOfResource && has(verbs, verb);
}

/** The decision of the API server's authorizer for a path that is not a resource: `/metrics`, `/logs/*`. */
export const allowsURL = ({ nonResourceURLs = [], verbs }: PolicyRule, url: string, verb: string): boolean =>
  has(verbs, verb) &&
  nonResourceURLs.some((given) => given === url || (given.endsWith("*") && url.startsWith(given.slice(0, -1).replace(/\*$/, ""))));

/** Verbs by which a user gets rights that the user does not have. */
const BEYOND = ["escalate", "impersonate"];

/** Whether it has wildcards, or one of those verbs. */
export const isWide = ({ apiGroups = [], resources = [], nonResourceURLs = [], verbs }: PolicyRule): boolean =>
  [...apiGroups, ...resources, ...nonResourceURLs, ...verbs].some((it) => it.includes("*")) || verbs.some((verb) => BEYOND.includes(verb));

const has = (list: readonly string[], item: string) => list.includes(item) || list.includes("*");

/**
 * The same rights in as few rules as possible, sorted, so that a package does not depend on the order of templates.
 * The result never has more rights: names are merged only for one resource, and resources only for one set of names.
 */
export function mergedRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const merged = mergedOnce(rules);
  // A merged rule may now equal another one.
  return JSON.stringify(merged) === JSON.stringify(rules) ? merged : mergedRules(merged);
}

function mergedOnce(rules: readonly PolicyRule[]): PolicyRule[] {
  const byNames = joined(rules.flatMap(perResource), "resourceNames", (rule) => rule.resourceNames !== undefined);
  const byVerbs = joined(byNames, "verbs", () => true);
  const byResources = joined(byVerbs, "resources", (rule) => rule.resources !== undefined);
  const byURLs = joined(byResources, "nonResourceURLs", (rule) => rule.nonResourceURLs !== undefined);
  return byURLs.map(sorted).sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** Splits a rule over several groups and resources into one rule for each. */
function perResource({ apiGroups, resources, verbs, resourceNames, nonResourceURLs }: PolicyRule): PolicyRule[] {
  if (nonResourceURLs !== undefined) return [{ nonResourceURLs, verbs }];
  const names = resourceNames !== undefined && resourceNames.length > 0 && { resourceNames };
  return (apiGroups ?? []).flatMap((group) =>
    (resources ?? []).map((resource) => ({ apiGroups: [group], resources: [resource], ...names, verbs })),
  );
}

/** Merges rules that differ only in one list; rules that are not wanted stay unchanged. */
function joined(
  rules: readonly PolicyRule[],
  list: Exclude<keyof PolicyRule, "apiGroups">,
  isWanted: (rule: PolicyRule) => boolean,
): PolicyRule[] {
  const together = new Map<string, PolicyRule>();
  for (const rule of rules.filter(isWanted)) {
    const key = JSON.stringify(entriesOf({ ...rule, [list]: undefined }));
    together.set(key, { ...rule, [list]: distinct([...(together.get(key)?.[list] ?? []), ...(rule[list] ?? [])]) });
  }
  return [...together.values(), ...rules.filter((rule) => !isWanted(rule))];
}

/** In a fixed order, independent of the order in the source. */
const entriesOf = (rule: PolicyRule | Readonly<Record<string, unknown>>) =>
  Object.entries(rule)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, value]) => [key, distinct(value as readonly string[])]);

const distinct = (items: readonly string[]) => [...new Set(items)].sort();

const sorted = ({ apiGroups, resources, resourceNames, nonResourceURLs, verbs }: PolicyRule): PolicyRule => ({
  ...(apiGroups && { apiGroups: distinct(apiGroups) }),
  ...(resources && { resources: distinct(resources) }),
  ...(resourceNames && { resourceNames: distinct(resourceNames) }),
  ...(nonResourceURLs && { nonResourceURLs: distinct(nonResourceURLs) }),
  verbs: distinct(verbs),
});

const orderOf = ({ apiGroups, nonResourceURLs, resourceNames, resources, verbs }: PolicyRule) =>
  JSON.stringify([apiGroups ?? [], nonResourceURLs ?? [], resourceNames ?? [], verbs, resources ?? []]);
