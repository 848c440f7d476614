/** What a stack may allow one of its extensions although the policy of pull requests refuses it. */
import { LUBAN } from "../luban";
import { closest } from "fastest-levenshtein";

/** Also what `production: true` refuses. */
export const OTHER_WORKSPACE = "other-workspace";

/** The rules of `policy/` that look at what an extension brings. */
export const ALLOWABLE_RULES = [
  // What it may do in the cluster
  ...["cluster-admin", "escalate-bind-impersonate", "secrets-of-all", "workloads-everywhere", "exec-everywhere", "node-proxy"],
  ...["service-account-tokens", "certificate-approval", "admission-webhook"],
  ...["binding-for-everybody", "administrator-binding", "aggregated-role", OTHER_WORKSPACE],
  // Kubernetes' Pod Security Standards, Baseline
  ...["host-namespace", "privileged-container", "windows-host-process", "added-capability", "host-path", "host-port", "host-probe"],
  ...["apparmor", "selinux", "proc-mount", "seccomp", "sysctl"],
  // Restricted
  ...["privilege-escalation", "kept-capability", "maybe-root", "run-as-root", "no-seccomp-profile", "proc-mount-in-user-namespace"],
  "restricted-volume",
  // Ways in
  ...["node-port", "load-balancer", "external-ip"],
];

/** An item of `install.allow`. */
export interface Allowance {
  readonly rule: string;
  /** For the reviewer: why this extension needs it. */
  readonly reason: string;
}

/** What is wrong with the name of a rule, a sentence; undefined when there is one of that name. */
export const ruleMistake = (rule: string): string | undefined =>
  ALLOWABLE_RULES.includes(rule)
    ? undefined
    : `the name of a rule as ${LUBAN} policy tells it; the nearest is ${closest(rule, ALLOWABLE_RULES)}. docs/environments.md lists them all`;
