/** What a pull request may never do. */
import { lostFoundation } from "./losses";
import { nodePort } from "./nodePorts";
import { clearTextRedirect, unaskedGrant } from "./oauth";
import { privilegedPod } from "./pods";
import { defaultPassword, unpinnedChart } from "./releases";
import { clusterAdmin } from "./rights";
import type { Rule } from "./rule";

export const rules: readonly Rule[] = [
  clearTextRedirect,
  unaskedGrant,
  defaultPassword,
  unpinnedChart,
  clusterAdmin,
  privilegedPod,
  nodePort,
  lostFoundation,
];

/** Open by default: the ingress controller's and the console's. */
export const DEFAULT_NODE_PORTS = [30888, 30880] as const;
