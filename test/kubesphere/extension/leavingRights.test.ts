import { leavingRights } from "../../../kubesphere/extension/leavingRights";
import type { PolicyRule } from "../../../kubesphere/extension/policyRules";

const MANAGE = ["create", "delete", "get", "list", "patch", "watch"];
const of = (resource: string, more: Partial<PolicyRule> = {}): PolicyRule => ({
  apiGroups: ["apps"],
  resources: [resource],
  verbs: MANAGE,
  ...more,
});
const rights = (rules: PolicyRule[], clusterRules: PolicyRule[] = []) => ({ rules, clusterRules });

test("what the installed version makes no more can be removed, or Helm leaves it behind without a word", () => {
  const named = of("deployments", { resourceNames: ["web"], verbs: ["delete", "get", "patch"] });
  expect(leavingRights(rights([]), [rights([of("daemonsets")], [named])])).toEqual({
    rules: [of("daemonsets", { verbs: ["delete", "get"] })],
    clusterRules: [of("deployments", { resourceNames: ["web"], verbs: ["delete", "get"] })],
  });
});

test("nothing is given twice, whichever rule holds it", () => {
  const other = rights([of("daemonsets")], [of("deployments", { resourceNames: ["web"] })]);
  expect(leavingRights(other, [other])).toEqual(rights([]));
  expect(leavingRights(rights([], [of("*", { verbs: ["*"] })]), [other])).toEqual(rights([]));
});

test("no right leads beyond what is removed: neither reading, nor paths, nor another's name", () => {
  const other = rights([], [of("deployments", { verbs: ["get", "list"] }), { nonResourceURLs: ["/x"], verbs: ["*"] }]);
  expect(leavingRights(rights([]), [other])).toEqual(rights([]));
  const held = rights([], [of("deployments", { resourceNames: ["web"] })]);
  expect(leavingRights(held, [rights([], [of("deployments", { resourceNames: ["old", "web"] })])]).clusterRules).toEqual([
    of("deployments", { resourceNames: ["old"], verbs: ["delete", "get"] }),
  ]);
});
