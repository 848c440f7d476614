/** What a pull request may never do. */
import { lostFoundation } from "./losses";
import { clearTextRedirect, unaskedGrant } from "./oauth";
import { baselineRules } from "./pods/baseline";
import { restrictedRules } from "./pods/restricted";
import { defaultPassword, unpinnedChart } from "./releases";
import { bindingRules } from "./rights/bindings";
import { dangerRules } from "./rights/dangers";
import { privilegedOnMembers } from "./rights/members";
import { otherWorkspace } from "./rights/workspaces";
import type { Rule } from "./rule";
import { externalIP, loadBalancer, nodePort } from "./services";

/** Those that look at what an extension brings; `install.allow` may name them (kubesphere/extension/allowances.ts). */
export const extensionRules: readonly Rule[] = [
  ...dangerRules,
  ...bindingRules,
  privilegedOnMembers,
  otherWorkspace,
  ...baselineRules,
  ...restrictedRules,
  ...[nodePort, loadBalancer, externalIP],
];

export const rules: readonly Rule[] = [
  ...[clearTextRedirect, unaskedGrant, defaultPassword, unpinnedChart],
  ...extensionRules,
  lostFoundation,
];

/** Open by default: the ingress controller's and the console's. */
export const DEFAULT_NODE_PORTS = [30888, 30880] as const;
