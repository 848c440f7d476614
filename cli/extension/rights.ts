/** Whether the stated rights are those that installing, upgrading and removing what Helm renders takes: what they lack, what they give beyond. */
import type { FindResource } from "../../kubesphere/chart/apiResources";
import type { Right, RoleKind } from "../../kubesphere/extension/executorRights";
import type { Needs } from "../../kubesphere/extension/extensionFacts";
import { RBAC } from "../../kubesphere/extension/handedOnRights";
import type { Permissions } from "../../kubesphere/extension/permissions";
import { allows, allowsURL, type PolicyRule } from "../../kubesphere/extension/policyRules";
import { groupOf, type RenderedObject } from "../../kubesphere/chart/renderedObject";

export interface MissingRight {
  /** The part of permissions.yaml that lacks it. */
  readonly role: RoleKind;
  /** What is not allowed: `pods/log`, `deployments.apps`, `/metrics`. */
  readonly what: string;
  readonly verbs: readonly string[];
  /** Undefined for what every release needs, and for what templates look up. */
  readonly object: RenderedObject | undefined;
}

/** One thing that is asked of the API server's authorizer. */
interface Ask {
  /** As {@link MissingRight.what}. */
  readonly what: string;
  readonly isAllowedBy: (rule: PolicyRule, verb: string) => boolean;
}

/** What templates only name may never be made, so that nothing is missing for it. */
export const missingRights = ({ rights, find }: Needs, given: Permissions): MissingRight[] =>
  rights
    .filter(({ purpose }) => purpose !== "named")
    .flatMap((right) => {
      const held = heldFor(right, given, find);
      if (mayEscalate(right, held)) return [];
      const needed = right.rule.verbs.filter((verb) => !right.dispensable?.includes(verb));
      return asks(right).flatMap(({ what, isAllowedBy }) => {
        const verbs = needed.filter((verb) => !held.some((rule) => isAllowedBy(rule, verb)));
        return verbs.length === 0 ? [] : [{ role: right.role, what, verbs, object: right.object }];
      });
    });

/** What a ClusterRole gives holds in the extension's namespace too. Nobody says whether an unknown kind has a namespace: either part will do for it. */
function heldFor({ role, object }: Right, { rules, clusterRules }: Permissions, find: FindResource): readonly PolicyRule[] {
  const isKnown = object === undefined || find(groupOf(object.apiVersion), object.kind).isKnown;
  return role === "ClusterRole" && isKnown ? clusterRules : [...rules, ...clusterRules];
}

/** Whoever may escalate may hand on what he does not hold. */
function mayEscalate({ purpose, object }: Right, held: readonly PolicyRule[]): boolean {
  if (purpose !== "hand on" || object === undefined) return false;
  const request = {
    group: RBAC,
    resource: object.kind === "Role" ? "roles" : "clusterroles",
    verb: "escalate",
    name: object.metadata.name,
  };
  return held.some((rule) => allows(rule, request));
}

function asks({ rule, purpose, object }: Right): Ask[] {
  const { apiGroups = [], resources = [], nonResourceURLs = [], resourceNames } = rule;
  const urls = nonResourceURLs.map((url) => ({ what: url, isAllowedBy: (it: PolicyRule, verb: string) => allowsURL(it, url, verb) }));
  // Of an object that is there, its own name is asked about; what is yet to be made has none.
  const ownName = purpose === "manage" ? object?.metadata.name : undefined;
  const nameFor = (verb: string) => (["delete", "get", "patch"].includes(verb) ? ownName : undefined);
  return [
    ...urls,
    ...apiGroups.flatMap((group) =>
      resources.map((resource) => ({
        what: spelled(group, resource),
        isAllowedBy: (it: PolicyRule, verb: string) =>
          (resourceNames ?? [nameFor(verb)]).every((name) => allows(it, { group, resource, verb, name })),
      })),
    ),
  ];
}

const spelled = (group: string, resource: string) => (group === "" ? resource : `${resource}.${group}`);

export interface NeedlessRight {
  readonly role: RoleKind;
  /** As {@link MissingRight.what}; of a `*` with it. */
  readonly what: string;
  readonly verdict:
    | { readonly is: "needless" }
    /** Only a ClusterRole can give it. */
    | { readonly is: "in vain" }
    /** It covers what is needed, and all else; these would do, spelled as `what`. */
    | { readonly is: "wide"; readonly enough: readonly string[] };
}

/** @param stated what an author has written down: nothing is too much of what is derived */
export function needlessRights(needs: Needs, { rules, clusterRules }: Permissions): NeedlessRight[] {
  const all = [...judged("ClusterRole", clusterRules, needs), ...judged("Role", rules, needs)];
  return [...new Map(all.map((right) => [`${right.role} ${right.what}`, right])).values()];
}

function judged(role: RoleKind, given: readonly PolicyRule[], { rights, named }: Needs): NeedlessRight[] {
  const needed = rights.flatMap(({ rule: { apiGroups = [], resources = [], nonResourceURLs = [] }, role: of }) => [
    ...nonResourceURLs.map((url) => ({ what: url, url, role: of })),
    ...apiGroups.flatMap((group) => resources.map((resource) => ({ what: spelled(group, resource), group, resource, role: of }))),
  ]);
  const all = [
    ...needed,
    ...named.map(({ group, resource, isNamespaced }) => ({
      ...{ what: spelled(group, resource), group, resource },
      role: isNamespaced ? ("Role" as const) : ("ClusterRole" as const),
    })),
  ];
  const coveredBy = (group: string, resource: string) =>
    all.filter((it) => "group" in it && (covers({ group, resource }, it) || covers(it, { group, resource })));
  return given.flatMap(({ apiGroups = [], resources = [], nonResourceURLs = [] }) => [
    ...apiGroups.flatMap((group) =>
      resources.flatMap((resource) => {
        const covered = coveredBy(group, resource);
        // A rule of several groups names each resource in all of them: in one of them it is at home.
        if (covered.length === 0 && apiGroups.some((other) => coveredBy(other, resource).length > 0)) return [];
        return verdict(role, spelled(group, resource), covered, group === "*" || resource.includes("*"));
      }),
    ),
    ...nonResourceURLs.flatMap((url) => {
      const rule: PolicyRule = { nonResourceURLs: [url], verbs: ["*"] };
      const covered = all.filter((it) => "url" in it && allowsURL(rule, it.url, "*"));
      return verdict(role, url, covered, url.endsWith("*"));
    }),
  ]);
}

interface OfResource {
  readonly group: string;
  readonly resource: string;
}

const covers = ({ group, resource }: OfResource, within: OfResource) =>
  allows(
    { apiGroups: [group], resources: [resource], verbs: ["*"] },
    { group: within.group, resource: within.resource, verb: "*", name: undefined },
  );

function verdict(
  role: RoleKind,
  what: string,
  covered: readonly { readonly what: string; readonly role: RoleKind }[],
  hasStar: boolean,
): NeedlessRight[] {
  if (covered.length === 0) return [{ role, what, verdict: { is: "needless" } }];
  const useful = covered.filter((it) => role === "ClusterRole" || it.role === "Role");
  if (useful.length === 0) return [{ role, what, verdict: { is: "in vain" } }];
  const enough = [...new Set(useful.map((it) => it.what))].sort();
  // What is as wide as its need is not too wide.
  return hasStar && !enough.includes(what) ? [{ role, what, verdict: { is: "wide", enough } }] : [];
}
