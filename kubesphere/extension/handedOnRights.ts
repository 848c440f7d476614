/**
 * The rights that are needed to grant rights: Kubernetes lets a user make a role, or a binding to it, only if the user has all of its rules
 * (kubernetes/kubernetes, pkg/registry/rbac/escalation_check.go), or may `escalate` or `bind`.
 */
import { fieldAt, groupOf, hooksOf, recordsAt, textAt, textsAt, type RenderedObject } from "../chart/renderedObject";
import type { PolicyRule } from "./policyRules";

export const RBAC = "rbac.authorization.k8s.io";

interface HandedOn {
  readonly role: "Role" | "ClusterRole";
  readonly rule: PolicyRule;
}

/** The rules of a role, which its maker needs, too. */
export function roleRights(object: RenderedObject, namespace: string): HandedOn[] {
  if (groupOf(object.apiVersion) !== RBAC || (object.kind !== "Role" && object.kind !== "ClusterRole")) return [];
  // What an aggregated one will give is known to nobody: the API server asks for all rights, or for this one. It has no name to be kept to,
  // as there is none at creation.
  if (fieldAt(object, "aggregationRule") !== undefined)
    return [{ role: "ClusterRole", rule: { apiGroups: [RBAC], resources: ["clusterroles"], verbs: ["escalate"] } }];
  const isOwn = object.kind === "Role" && (object.metadata.namespace || namespace) === namespace;
  return rulesOf(object).map((rule) => ({ role: isOwn && rule.nonResourceURLs === undefined ? "Role" : "ClusterRole", rule }));
}

/** `bind`, by name, for roles that are bound but not made here, or not made yet: their rules are unknown, or too many. */
export function bindingRights(object: RenderedObject, objects: readonly RenderedObject[], namespace: string): HandedOn[] {
  if (groupOf(object.apiVersion) !== RBAC || (object.kind !== "RoleBinding" && object.kind !== "ClusterRoleBinding")) return [];
  const kind = textAt(object, "roleRef", "kind");
  const name = textAt(object, "roleRef", "name");
  if (name === undefined || (kind !== "Role" && kind !== "ClusterRole")) return [];
  const space = object.metadata.namespace || namespace;
  const bound = objects.find(
    (it) => it.kind === kind && it.metadata.name === name && (kind === "ClusterRole" || (it.metadata.namespace || namespace) === space),
  );
  // Whoever could make it holds its rules. Hooks of one weight, however, are made in the order of their names (Helm 3.22, pkg/action/hooks.go):
  // a role that is not there yet has none to compare.
  const isThere = bound !== undefined && hooksOf(object).length === 0;
  if (isThere && fieldAt(bound, "aggregationRule") === undefined) return [];
  const isOwn = object.kind === "RoleBinding" && space === namespace;
  const resources = [kind === "Role" ? "roles" : "clusterroles"];
  return [{ role: isOwn ? "Role" : "ClusterRole", rule: { apiGroups: [RBAC], resources, resourceNames: [name], verbs: ["bind"] } }];
}

/** The rules of a Role or ClusterRole; empty if it has none. */
export const rulesOf = (role: RenderedObject): PolicyRule[] =>
  recordsAt(role, "rules").map((rule) => {
    const verbs = textsAt(rule, "verbs");
    const nonResourceURLs = textsAt(rule, "nonResourceURLs");
    if (nonResourceURLs.length > 0) return { nonResourceURLs, verbs };
    const resourceNames = textsAt(rule, "resourceNames");
    return {
      apiGroups: textsAt(rule, "apiGroups"),
      resources: textsAt(rule, "resources"),
      ...(resourceNames.length > 0 && { resourceNames }),
      verbs,
    };
  });
