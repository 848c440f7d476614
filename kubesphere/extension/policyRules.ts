/** Rules of Kubernetes' RBAC: what they allow, and many as few. */

/** As in Kubernetes' RBAC: of resources, or of paths of the API server that are none. */
export interface PolicyRule {
  readonly apiGroups?: string[] | undefined;
  readonly resources?: string[] | undefined;
  readonly verbs: string[];
  readonly resourceNames?: string[] | undefined;
  readonly nonResourceURLs?: string[] | undefined;
}

export interface Request {
  readonly group: string;
  /** With its subresource where it is one: `pods/log`. */
  readonly resource: string;
  readonly verb: string;
  /** Undefined for what has no name yet, as at creation: a rule with names then allows nothing. */
  readonly name: string | undefined;
}

/** As the API server's authorizer decides. */
export function allows(
  { apiGroups = [], resources = [], verbs, resourceNames = [] }: PolicyRule,
  { group, resource, verb, name }: Request,
): boolean {
  const [, subresource] = resource.split("/");
  const isNamed = resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name));
  const isOfResource = has(resources, resource) || (subresource !== undefined && resources.includes(`*/${subresource}`));
  return isNamed && has(apiGroups, group) && isOfResource && has(verbs, verb);
}

/** As the API server's authorizer decides of a path that is no resource: `/metrics`, `/logs/*`. */
export const allowsURL = ({ nonResourceURLs = [], verbs }: PolicyRule, url: string, verb: string): boolean =>
  has(verbs, verb) &&
  nonResourceURLs.some((given) => given === url || (given.endsWith("*") && url.startsWith(given.slice(0, -1).replace(/\*$/, ""))));

/** With these verbs one comes to rights that one does not hold. */
const BEYOND = ["escalate", "impersonate"];

/** Whether it reaches beyond named kinds and verbs, or beyond itself. */
export const isWide = ({ apiGroups = [], resources = [], nonResourceURLs = [], verbs }: PolicyRule): boolean =>
  [...apiGroups, ...resources, ...nonResourceURLs, ...verbs].some((it) => it.includes("*")) || verbs.some((verb) => BEYOND.includes(verb));

const has = (list: readonly string[], item: string) => list.includes(item) || list.includes("*");

/**
 * The same rights in as few rules as there are sets of groups, names and verbs, sorted, so that the order of templates shows in no package.
 * Never a right more: names are joined for one resource alone, resources for one set of names.
 */
export function mergedRules(rules: readonly PolicyRule[]): PolicyRule[] {
  const merged = mergedOnce(rules);
  // What was joined may now be the same as another.
  return JSON.stringify(merged) === JSON.stringify(rules) ? merged : mergedRules(merged);
}

function mergedOnce(rules: readonly PolicyRule[]): PolicyRule[] {
  const byNames = joined(rules.flatMap(perResource), "resourceNames", (rule) => rule.resourceNames !== undefined);
  const byVerbs = joined(byNames, "verbs", () => true);
  const byResources = joined(byVerbs, "resources", (rule) => rule.resources !== undefined);
  const byURLs = joined(byResources, "nonResourceURLs", (rule) => rule.nonResourceURLs !== undefined);
  return byURLs.map(sorted).sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
}

/** A rule over several groups and resources is the rules over each. */
function perResource({ apiGroups, resources, verbs, resourceNames, nonResourceURLs }: PolicyRule): PolicyRule[] {
  if (nonResourceURLs !== undefined) return [{ nonResourceURLs, verbs }];
  const names = resourceNames !== undefined && resourceNames.length > 0 && { resourceNames };
  return (apiGroups ?? []).flatMap((group) =>
    (resources ?? []).map((resource) => ({ apiGroups: [group], resources: [resource], ...names, verbs })),
  );
}

/** One rule for those that differ in nothing but one list; what is not wanted stays as it is. */
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

/** In one order, whatever order they were written in. */
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
