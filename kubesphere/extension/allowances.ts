/** Exceptions from the policy of pull requests, which a stack may allow one of its extensions. */
import { LUBAN } from "../luban";
import { closest } from "fastest-levenshtein";

/** A rule of the policy; `production: true` enforces it, too. */
export const OTHER_WORKSPACE = "other-workspace";

/** A rule of the policy in production. */
export const PRIVILEGED_ON_MEMBERS = "privileged-on-members";

/** The rules of `policy/` that look at what an extension brings. */
export const ALLOWABLE_RULES = [
  // What it may do in the cluster
  ...["cluster-admin", "escalate-bind-impersonate", "secrets-of-all", "workloads-everywhere", "exec-everywhere", "node-proxy"],
  ...["service-account-tokens", "certificate-approval", "admission-webhook"],
  ...["binding-for-everybody", "administrator-binding", "aggregated-role", OTHER_WORKSPACE, PRIVILEGED_ON_MEMBERS],
  // Kubernetes' Pod Security Standards, Baseline
  ...["host-namespace", "privileged-container", "windows-host-process", "added-capability", "host-path", "host-port", "host-probe"],
  ...["apparmor", "selinux", "proc-mount", "seccomp", "sysctl"],
  // Restricted
  ...["privilege-escalation", "kept-capability", "maybe-root", "run-as-root", "no-seccomp-profile", "proc-mount-in-user-namespace"],
  "restricted-volume",
  // Ways in
  ...["node-port", "load-balancer", "external-ip"],
];

/** An exception from one rule of the policy of pull requests, for one extension: an item of `install.allow`. */
export interface Allowance {
  /** The name of the rule, as `luban policy` reports it. docs/environments.md lists them all. */
  readonly rule: string;
  /** Why this extension needs the exception. Reviewers read it in every report. */
  readonly reason: string;
}

/** Says what is wrong with the name of a rule; undefined if a rule has this name. */
export const ruleMistake = (rule: string): string | undefined =>
  ALLOWABLE_RULES.includes(rule)
    ? undefined
    : `the name of a rule as ${LUBAN} policy tells it; the nearest is ${closest(rule, ALLOWABLE_RULES)}. docs/environments.md lists them all`;
