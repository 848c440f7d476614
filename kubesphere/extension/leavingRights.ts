/**
 * Rights on what another version of an extension made and the installed one makes no more. Helm removes it in the course of the upgrade;
 * where it may not, it writes a line into its log, says "deployed", and the object stays for good (Helm 3.22, pkg/kube/client.go, Update).
 */
import type { Permissions } from "./permissions";
import { allows, mergedRules, type PolicyRule } from "./policyRules";

/** Helm looks whether it is there, and whether it is to be kept. */
const REMOVE = ["delete", "get"];

/**
 * @param held the rights of the version that is installed
 * @param others those of the versions that are listed beside it: an installed one stays listed until the next one is rolled out
 * @returns none that are held already
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
