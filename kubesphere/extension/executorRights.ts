/**
 * The rights that KubeSphere's executor (Helm, with its own ServiceAccount) needs to install, change and remove the rendered objects:
 * each right with the object that needs it, and no others.
 */
import { bindingRights, roleRights } from "./handedOnRights";
import type { FindResource } from "../chart/apiResources";
import type { PolicyRule } from "./policyRules";
import { groupOf, textAt, type RenderedObject } from "../chart/renderedObject";

/** The place of a rule: the Role in the extension's namespace, or the ClusterRole. */
export type RoleKind = "Role" | "ClusterRole";

/** The purpose: Helm's own releases; making, watching, logs; rights that a role gives or a binding binds; kinds that a template names or looks up. */
export type Purpose = "releases" | "manage" | "wait" | "logs" | "hand on" | "bind" | "named" | "lookup";

export interface Right {
  readonly role: RoleKind;
  readonly rule: PolicyRule;
  readonly purpose: Purpose;
  /** Verbs of the rule that Helm does not need: they are granted, but may be missing. */
  readonly dispensable?: readonly string[];
  /** The object that needs it; undefined if every release needs it, or if a template only names the kind. */
  readonly object?: RenderedObject;
}

/** Helm's verbs for objects; it waits for Jobs and Pods of hooks by list and watch. */
const MANAGE = ["create", "delete", "get", "list", "patch", "watch"];
const READ = ["get", "list", "watch"];
const OWN = ["delete", "get", "patch"];

/** Helm keeps its releases in Secrets, and replaces them. */
const RELEASE_STORE: PolicyRule = { apiGroups: [""], resources: ["secrets"], verbs: [...MANAGE, "update"] };

/** Further kinds that Helm reads while it waits for an object (Helm 3.22, pkg/kube/ready.go), by the object's group and kind. */
const WAITED_FOR: Readonly<Record<string, PolicyRule>> = {
  "apps/Deployment": { apiGroups: ["apps"], resources: ["replicasets"], verbs: READ },
  "apps/ReplicaSet": { apiGroups: [""], resources: ["pods"], verbs: READ },
  "/ReplicationController": { apiGroups: [""], resources: ["pods"], verbs: READ },
};

/** With this annotation Helm prints the logs of a hook's Pods. */
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
  // Helm watches only these of all objects that it makes.
  const isFollowed = ["Job", "Pod"].includes(kind);
  return [
    ...(isOwn
      ? [right({ apiGroups: [group], resources: [resource], verbs: MANAGE }, "manage", isFollowed ? [] : ["list", "watch"])]
      : // RBAC knows no names when something is created; what others made is out of reach even so.
        [
          right({ apiGroups: [group], resources: [resource], verbs: ["create"] }),
          right({ apiGroups: [group], resources: [resource], verbs: OWN, resourceNames: [name] }),
        ]),
    // A ClusterRole's rules cannot be limited to one namespace, and Helm follows hooks and Jobs in another namespace by list and watch.
    ...(isNamespaced && !isOwn && isFollowed ? [right({ apiGroups: [group], resources: [resource], verbs: READ }, "wait", ["get"])] : []),
    // Helm lists them.
    ...(waited === undefined ? [] : [right(waited, "wait", ["get", "watch"])]),
    ...(textAt(object.metadata.annotations, LOG_POLICY) === undefined
      ? []
      : [right({ apiGroups: [""], resources: ["pods", "pods/log"], verbs: ["get", "list"] }, "logs")]),
  ];
}

/** Objects without a namespace are put into the release's. */
export const isIn = ({ metadata }: RenderedObject, namespace: string): boolean => (metadata.namespace || namespace) === namespace;

/**
 * Rights for objects that a user may switch on later: the namespaced kinds that templates name in plain text, and those that they look up.
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
