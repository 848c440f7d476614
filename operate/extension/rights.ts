/** Whether the executor may do what installing, upgrading and removing the rendered objects takes, and no more. */
import type { PolicyRule } from "../../kubesphere/extensionPackage";
import { recordsAt, textsAt } from "../../kubesphere/renderedObject";
import type { RenderedObject } from "./helm";
import { plural, resourceOf } from "./resources";

/** The rights of a package: in its namespace, and everywhere. */
export interface Rights {
  readonly rules: readonly PolicyRule[];
  readonly clusterRules: readonly PolicyRule[];
}

export interface Right {
  /** The part of permissions.yaml that lacks it, or has it. */
  readonly role: "Role" | "ClusterRole";
  readonly group: string;
  readonly resource: string;
}

export interface MissingRight extends Right {
  readonly object: RenderedObject;
  readonly verbs: readonly string[];
}

/** What Helm does with an object in its life. */
const VERBS = ["create", "delete", "get", "patch"];

/** @param namespace where the extension is installed */
export const missingRights = (objects: readonly RenderedObject[], rights: Rights, namespace: string): MissingRight[] =>
  objects.flatMap((object) => [...toManage(object, objects, rights, namespace), ...toHandOn(object, rights)]);

/** Nobody says whether an unknown kind has a namespace: either part of permissions.yaml will do for it. */
const held = (role: Right["role"], { rules, clusterRules }: Rights) =>
  role === "ClusterRole" ? clusterRules : [...rules, ...clusterRules];

function toManage(object: RenderedObject, objects: readonly RenderedObject[], rights: Rights, namespace: string): MissingRight[] {
  const { group, resource, clusterScoped } = resourceOf(object, objects);
  const isElsewhere = (object.metadata.namespace ?? namespace) !== namespace;
  const role = clusterScoped === true || isElsewhere ? "ClusterRole" : "Role";
  const verbs = VERBS.filter((verb) => {
    // What is yet to be made has no name when it is decided whether it may be.
    const name = verb === "create" ? undefined : object.metadata.name;
    return !held(role, rights).some((rule) => allows(rule, { group, resource, verb, name }));
  });
  return verbs.length === 0 ? [] : [{ object, role, group, resource, verbs }];
}

interface Request {
  readonly group: string;
  readonly resource: string;
  readonly verb: string;
  readonly name: string | undefined;
}

function allows(
  { apiGroups = [], resources = [], verbs, resourceNames = [] }: PolicyRule,
  { group, resource, verb, name }: Request,
): boolean {
  const has = (list: readonly string[], item: string) => list.includes(item) || list.includes("*");
  const isNamed = resourceNames.length === 0 || (name !== undefined && resourceNames.includes(name));
  return isNamed && has(apiGroups, group) && has(resources, resource) && has(verbs, verb);
}

const RBAC = "rbac.authorization.k8s.io";
const isRole = ({ apiVersion, kind }: RenderedObject) => apiVersion.startsWith(`${RBAC}/`) && (kind === "Role" || kind === "ClusterRole");

/** A rule without names is for all of them. */
const rulesOf = (role: RenderedObject) =>
  recordsAt(role, "rules").map((rule) => ({
    apiGroups: textsAt(rule, "apiGroups"),
    resources: textsAt(rule, "resources"),
    verbs: textsAt(rule, "verbs"),
    resourceNames: textsAt(rule, "resourceNames"),
  }));

/** Kubernetes lets nobody give rights that he does not hold, unless he may escalate. */
function toHandOn(object: RenderedObject, rights: Rights): MissingRight[] {
  if (!isRole(object)) return [];
  const role = object.kind as Right["role"];
  const may = (request: Request) => held(role, rights).some((rule) => allows(rule, request));
  if (may({ group: RBAC, resource: plural(role.toLowerCase()), verb: "escalate", name: object.metadata.name })) return [];
  return rulesOf(object).flatMap(({ apiGroups, resources, verbs, resourceNames }) =>
    apiGroups.flatMap((group) =>
      resources.flatMap((resource) => {
        const lacking = verbs.filter(
          (verb) => !(resourceNames.length > 0 ? resourceNames : [undefined]).every((name) => may({ group, resource, verb, name })),
        );
        return lacking.length === 0 ? [] : [{ object, role, group, resource, verbs: lacking }];
      }),
    ),
  );
}

/** Helm keeps its releases in Secrets, and its wait looks from a workload to its Pods. */
const HELM_NEEDS = [
  { group: "", resource: "secrets" },
  { group: "", resource: "pods" },
  { group: "apps", resource: "replicasets" },
];

/**
 * @param objects what is rendered; a right that its Roles hand on is needed
 * @param kinds those that templates state, rendered or not: other values may render them
 */
export function needlessRights(objects: readonly RenderedObject[], kinds: ReadonlySet<string>, { rules, clusterRules }: Rights): Right[] {
  const stated = new Set([...kinds].map((kind) => plural(kind.toLowerCase())));
  const handedOn = objects
    .filter(isRole)
    .flatMap(rulesOf)
    .flatMap(({ apiGroups, resources }) => apiGroups.flatMap((group) => resources.map((resource) => ({ group, resource }))));
  const needed = [...HELM_NEEDS, ...objects.map((object) => resourceOf(object, objects)), ...handedOn];
  const isNeeded = (group: string, resource: string) =>
    (stated.has(resource) && group !== "*") || needed.some((need) => need.group === group && need.resource === resource);
  const needless = (role: Right["role"], given: readonly PolicyRule[]) =>
    given.flatMap(({ apiGroups = [], resources = [] }) =>
      apiGroups.flatMap((group) => resources.flatMap((resource) => (isNeeded(group, resource) ? [] : [{ role, group, resource }]))),
    );
  const all = [...needless("ClusterRole", clusterRules), ...needless("Role", rules)];
  return [...new Map(all.map((right) => [`${right.role} ${right.group}/${right.resource}`, right])).values()];
}
