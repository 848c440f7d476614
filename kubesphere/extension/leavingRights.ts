/**
 * Rights on objects that another version of an extension made and the installed one does not. Helm removes them during the upgrade. Without
 * the right, it writes a line into its log, reports "deployed", and the object stays for good (Helm 3.22, pkg/kube/client.go, Update).
 */
import type { Permissions } from "./permissions";
import { allows, mergedRules, type PolicyRule } from "./policyRules";

/** Helm checks whether it exists, and whether it must be kept. */
const REMOVE = ["delete", "get"];

/**
 * @param held the rights of the installed version
 * @param others the rights of the other listed versions: an installed version stays listed until the next one is rolled out
 * @returns the rights that are not in `held`
 */
export const leavingRights = (held: Permissions, others: readonly Permissions[]): Permissions => ({
  rules: removing(
    others.flatMap(({ rules }) => rules),
    [...held.rules, ...held.clusterRules],
  ),
  clusterRules: removing(
    others.flatMap(({ clusterRules }) => clusterRules),
    held.clusterRules,
  ),
});

const removing = (rules: readonly PolicyRule[], held: readonly PolicyRule[]): PolicyRule[] =>
  mergedRules(
    rules
      .filter(({ verbs }) => verbs.includes("delete") || verbs.includes("*"))
      .flatMap(removals)
      .filter(({ group, resource, name }) => !REMOVE.every((verb) => held.some((rule) => allows(rule, { group, resource, verb, name }))))
      .map(({ group, resource, name }) => ({
        apiGroups: [group],
        resources: [resource],
        ...(name !== undefined && { resourceNames: [name] }),
        verbs: REMOVE,
      })),
  );

interface Removal {
  readonly group: string;
  readonly resource: string;
  readonly name: string | undefined;
}

const removals = ({ apiGroups = [], resources = [], resourceNames = [] }: PolicyRule): Removal[] =>
  apiGroups.flatMap((group) =>
    resources.flatMap((resource) => (resourceNames.length === 0 ? [undefined] : resourceNames).map((name) => ({ group, resource, name }))),
  );
