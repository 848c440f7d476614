/** An extension's namespace on a cluster, and what Helm's executor may do there for it. KubeSphere makes both itself, and leaves them behind. */
import { Namespace } from "@pulumi/kubernetes/core/v1";
import { ClusterRole, ClusterRoleBinding, Role, RoleBinding } from "@pulumi/kubernetes/rbac/v1";
import type * as pulumi from "@pulumi/pulumi";
import * as objects from "../../kubesphere/extension/extensionObjects";
import type { Installation } from "../../kubesphere/extension/extensionInstall";
import type { ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import type { Permissions } from "../../kubesphere/extension/permissions";
import type { MemberCluster } from "../memberCluster";

/** Where they are declared. */
export interface Place {
  /** @param part of the component's name @returns the resource's name */
  readonly named: (part: string) => string;
  /** The options of a resource that is made after others. */
  readonly after: (...resources: pulumi.Resource[]) => pulumi.CustomResourceOptions;
}

/** On the host. */
export const onHost = (name: string, parent: pulumi.Resource): Place => ({
  named: (part) => `${name}-${part}`,
  after: (...dependsOn) => ({ parent, dependsOn }),
});

/** On a member. No name of an extension or a member has an `@`, so none of the resources' names are the same. */
export const onMember = (name: string, parent: pulumi.Resource, { clusterName, provider }: MemberCluster): Place => ({
  named: (part) => `${name}-${part}@${clusterName}`,
  after: (...dependsOn) => ({ parent, dependsOn, provider }),
});

/**
 * A change of the namespace replaces the plan as well, and all other resources that name the namespace wait for the end of the old plan:
 * KubeSphere takes a plan's namespace from its ExtensionVersion each time it looks at the plan, and would otherwise look for the release
 * to uninstall in the new namespace. Under a new extension name all of these are new objects, and the old ones stay until the old plan
 * is gone.
 * @param before that it is made after; on a member the host's namespace, whose replacement ends the old plan
 */
export const declareNamespace = (
  { named, after }: Place,
  extension: string,
  install: Installation,
  isRenamed: boolean,
  ...before: pulumi.Resource[]
): Namespace =>
  new Namespace(named("namespace"), objects.namespace(extension, install), { ...after(...before), deleteBeforeReplace: !isRenamed });

/**
 * @param leaving rights to remove what only another version makes, of {@link import("../../kubesphere/extension/leavingRights")}
 * @returns what the executor's run has to wait for
 */
export function declareRights(
  { named, after }: Place,
  pkg: ExtensionPackage,
  target: string,
  leaving: Permissions,
  namespace: pulumi.Resource,
): pulumi.Resource[] {
  const role = new ClusterRole(named("executor"), objects.clusterRole(pkg), after(namespace));
  const rights: pulumi.Resource[] = [
    new ClusterRoleBinding(named("executor-binding"), objects.clusterRoleBinding(pkg.name, target), after(role)),
  ];
  // None if the versions make the same objects.
  const [leavingName, bindingName] = [named("executor-leaving"), named("executor-leaving-binding")];
  if (leaving.rules.length > 0) {
    const leavingRole = new Role(leavingName, objects.leavingRole(pkg.name, target, leaving.rules), after(namespace));
    rights.push(new RoleBinding(bindingName, objects.leavingRoleBinding(pkg.name, target), after(leavingRole)));
  }
  if (leaving.clusterRules.length > 0) {
    const leavingRole = new ClusterRole(leavingName, objects.leavingRole(pkg.name, undefined, leaving.clusterRules), after(namespace));
    rights.push(new ClusterRoleBinding(bindingName, objects.leavingClusterRoleBinding(pkg.name, target), after(leavingRole)));
  }
  return rights;
}
