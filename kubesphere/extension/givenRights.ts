/** What each executor may do in its extension's namespace, whatever its package states. */
import { allows, type PolicyRule } from "./policyRules";

/** `createOrUpdateRole` in the InstallPlan controller of v4.1.2 and v4.1.3; recorded of 4.1.2. */
const GROUPS = ["", "apps", "batch", "policy", "networking.k8s.io", "autoscaling", "metrics.k8s.io"];

/**
 * @param stated the Role's rules in `permissions.yaml`
 * @returns the rules of the Role that KubeSphere makes: after the stated ones, those of {@link GROUPS} that they do not cover
 */
export const withGivenRights = (stated: readonly PolicyRule[]): PolicyRule[] => [
  ...stated,
  ...GROUPS.filter((group) => !stated.some((rule) => allows(rule, { group, resource: "*", verb: "*", name: undefined }))).map((group) => ({
    ...{ verbs: ["*"], apiGroups: [group], resources: ["*"] },
  })),
];
