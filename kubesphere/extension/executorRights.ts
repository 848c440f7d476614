/**
 * What KubeSphere's executor (Helm, as a ServiceAccount of its own) must be allowed in order to install, change and remove what Helm
 * renders: the rights that the objects need, each with the object that it is for, and no more.
 */
import { bindingRights, roleRights } from "./handedOnRights";
import type { FindResource } from "../chart/apiResources";
import type { PolicyRule } from "./policyRules";
import { groupOf, textAt, type RenderedObject } from "../chart/renderedObject";

/** Where a rule belongs: the Role in the extension's namespace, or the ClusterRole. */
export type RoleKind = "Role" | "ClusterRole";

/** What it is for: Helm's own releases; making, watching, logs; what a role gives or a binding binds; what a template names or looks up. */
export type Purpose = "releases" | "manage" | "wait" | "logs" | "hand on" | "bind" | "named" | "lookup";

export interface Right {
  readonly role: RoleKind;
  readonly rule: PolicyRule;
  readonly purpose: Purpose;
  /** Of the rule's verbs, those that Helm does without: they are given, and nobody misses them. */
  readonly dispensable?: readonly string[];
  /** The object that needs it; undefined for what every release needs, and for what a template only names. */
  readonly object?: RenderedObject;
}

/** Helm looks, makes, patches and removes; it waits for Jobs and Pods of hooks by list and watch. */
const MANAGE = ["create", "delete", "get", "list", "patch", "watch"];
const READ = ["get", "list", "watch"];
const OWN = ["delete", "get", "patch"];

/** Helm keeps its releases in Secrets, and replaces them. */
const RELEASE_STORE: PolicyRule = { apiGroups: [""], resources: ["secrets"], verbs: [...MANAGE, "update"] };

/** What Helm's wait looks at besides the object itself (Helm 3.22, pkg/kube/ready.go): by the group and kind that it waits for. */
const WAITED_FOR: Readonly<Record<string, PolicyRule>> = {
  "apps/Deployment": { apiGroups: ["apps"], resources: ["replicasets"], verbs: READ },
  "apps/ReplicaSet": { apiGroups: [""], resources: ["pods"], verbs: READ },
  "/ReplicationController": { apiGroups: [""], resources: ["pods"], verbs: READ },
};

/** With this annotation Helm prints what a hook's Pods said. */
const LOG_POLICY = "helm.sh/hook-output-log-policy";

/**
 * @param objects what is rendered, hooks included and test hooks left out
 * @param namespace of the release
 */
export function rightsFor(objects: readonly RenderedObject[], namespace: string, find: FindResource): Right[] {
  return [
    { role: "Role", rule: RELEASE_STORE, purpose: "releases", dispensable: ["patch", "watch"] },
    ...objects.flatMap((object) => [
      ...manage(object, namespace, find),
      ...roleRights(object, namespace).map((right) => ({ ...right, purpose: "hand on" as const, object })),
      ...bindingRights(object, objects, namespace).map((right) => ({ ...right, purpose: "bind" as const, object })),
    ]),
  ];
}

function manage(object: RenderedObject, namespace: string, find: FindResource): Right[] {
  const { group, kind, resource, isNamespaced } = find(groupOf(object.apiVersion), object.kind);
  const { name } = object.metadata;
  const isOwn = isNamespaced && isIn(object, namespace);
  const role: RoleKind = isOwn ? "Role" : "ClusterRole";
  const right = (rule: PolicyRule, purpose: Purpose = "manage", dispensable: readonly string[] = []): Right => ({
    ...{ role, rule, purpose, object },
    ...(dispensable.length > 0 && { dispensable }),
  });
  const waited = WAITED_FOR[`${group}/${kind}`];
  // Of all that Helm makes it follows these alone.
  const isFollowed = ["Job", "Pod"].includes(kind);
  return [
    ...(isOwn
      ? [right({ apiGroups: [group], resources: [resource], verbs: MANAGE }, "manage", isFollowed ? [] : ["list", "watch"])]
      : // RBAC knows no names when something is created; what others made is out of reach even so.
        [
          right({ apiGroups: [group], resources: [resource], verbs: ["create"] }),
          right({ apiGroups: [group], resources: [resource], verbs: OWN, resourceNames: [name] }),
        ]),
    // A ClusterRole's rules cannot be kept to one namespace: Helm follows hooks and Jobs of another one by list and watch.
    ...(isNamespaced && !isOwn && isFollowed ? [right({ apiGroups: [group], resources: [resource], verbs: READ }, "wait", ["get"])] : []),
    // Helm lists them.
    ...(waited === undefined ? [] : [right(waited, "wait", ["get", "watch"])]),
    ...(textAt(object.metadata.annotations, LOG_POLICY) === undefined
      ? []
      : [right({ apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] }, "logs")]),
  ];
}

/** What names no namespace is put into the release's. */
export const isIn = ({ metadata }: RenderedObject, namespace: string): boolean => (metadata.namespace || namespace) === namespace;

/**
 * What a user may switch on later: the namespaced kinds that templates name in plain text, and what they look up in the cluster.
 * @param named see {@link ./templateText}
 */
export const rightsForNamed = (named: readonly { readonly group: string; readonly resource: string }[]): Right[] =>
  named.map(({ group, resource }) => ({
    role: "Role",
    rule: { apiGroups: [group], resources: [resource], verbs: MANAGE },
    purpose: "named",
  }));

/** @param isEverywhere whether it may be in any namespace, or has none */
export const rightsForLookups = (
  lookups: readonly { readonly group: string; readonly resource: string; readonly isEverywhere: boolean }[],
): Right[] =>
  lookups.map(({ group, resource, isEverywhere }) => ({
    role: isEverywhere ? "ClusterRole" : "Role",
    rule: { apiGroups: [group], resources: [resource], verbs: ["get", "list"] },
    purpose: "lookup",
  }));
