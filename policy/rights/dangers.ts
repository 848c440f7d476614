/**
 * Rights in the whole cluster from which its holder comes to all others: those that Kubernetes' RBAC good practices warn of
 * (https://kubernetes.io/docs/concepts/security/rbac-good-practices/#privilege-escalation-risks).
 */
import { join, type Finding, type RenderedObject, type Rule } from "../rule";
import { adminRules, grants, isNamed, type GrantingRule, type Right } from "./grants";
import { chartRules, executorRules, type RoleRules } from "./roles";

const MEND =
  "Write into permissions.yaml, or the chart's role, the verbs and resources that are needed, in a Role instead of a ClusterRole.";

const roleRule = (name: string, why: string, check: (role: RoleRules) => Finding[], object?: Rule["object"]): Rule => ({
  ...{ name, why, mend: MEND },
  resource: (resource) => executorRules(resource).flatMap(check),
  object: (rendered, stack, siblings) => [
    ...chartRules(rendered, siblings).flatMap(check),
    ...(object === undefined ? [] : object(rendered, stack, siblings)),
  ],
});

export const clusterAdmin = roleRule(
  "cluster-admin",
  "Whoever can change the extension's chart then owns the cluster.",
  ({ path, rules }) =>
    adminRules(rules).map((some) =>
      some.length === 1
        ? { property: `${path}[${rules.indexOf(some[0] as GrantingRule)}]`, given: some[0] }
        : { property: path, given: some },
    ),
);

interface Danger {
  readonly name: string;
  readonly why: string;
  readonly rights: readonly Right[];
  /** Whether resourceNames make it no better. @default false */
  readonly evenNamed?: boolean;
  readonly object?: Rule["object"];
}

/** What cluster-admin tells is not told again. */
const danger = ({ name, why, rights, evenNamed = false, object }: Danger): Rule =>
  roleRule(
    name,
    why,
    ({ path, rules }) => {
      const told = new Set(adminRules(rules).flat());
      return rules.flatMap((rule, index) =>
        !told.has(rule) && (evenNamed || !isNamed(rule)) && rights.some((right) => grants(rule, right))
          ? [{ property: `${path}[${index}]`, given: rule }]
          : [],
      );
    },
    object,
  );

const RBAC = "rbac.authorization.k8s.io";
const WRITE = ["create", "update", "patch"];

export const escalation = danger({
  name: "escalate-bind-impersonate",
  why: "Who may hand on rights that he does not hold, or act as somebody else, holds all of them.",
  evenNamed: true,
  rights: [
    { group: RBAC, resources: ["roles", "clusterroles"], verbs: ["escalate", "bind"] },
    { group: "", resources: ["users", "groups", "serviceaccounts"], verbs: ["impersonate"] },
    { group: "authentication.k8s.io", resources: ["users", "groups", "serviceaccounts", "userextras", "uids"], verbs: ["impersonate"] },
  ],
});

export const secretReading = danger({
  name: "secrets-of-all",
  why: "Among the secrets of the whole cluster are the tokens and passwords of whoever owns it.",
  rights: [{ group: "", resources: ["secrets"], verbs: ["get", "list", "watch"] }],
});

export const workloads = danger({
  name: "workloads-everywhere",
  why: "A Pod in any namespace acts as any ServiceAccount there and mounts any Secret.",
  rights: [
    { group: "", resources: ["pods", "replicationcontrollers", "podtemplates"], verbs: WRITE },
    { group: "apps", resources: ["daemonsets", "deployments", "replicasets", "statefulsets"], verbs: WRITE },
    { group: "batch", resources: ["cronjobs", "jobs"], verbs: WRITE },
  ],
});

export const podAccess = danger({
  name: "exec-everywhere",
  why: "Who gets into any Pod of the cluster has its secrets and its rights.",
  rights: [
    { group: "", resources: ["pods/exec", "pods/attach", "pods/portforward"], verbs: ["create", "get"] },
    { group: "", resources: ["pods/ephemeralcontainers"], verbs: ["update", "patch"] },
  ],
});

export const nodeProxy = danger({
  name: "node-proxy",
  why: "Through a node's kubelet commands run in each of its Pods, past admission and audit.",
  evenNamed: true,
  rights: [{ group: "", resources: ["nodes/proxy"], verbs: ["get", "create", "update", "patch", "delete"] }],
});

export const tokens = danger({
  name: "service-account-tokens",
  why: "A token of any ServiceAccount gives all of its rights.",
  rights: [{ group: "", resources: ["serviceaccounts/token"], verbs: ["create"] }],
});

export const certificates = danger({
  name: "certificate-approval",
  why: "An approved certificate request is a login under any name, also an administrator's.",
  evenNamed: true,
  rights: [
    { group: "certificates.k8s.io", resources: ["certificatesigningrequests/approval"], verbs: ["update", "patch"] },
    { group: "certificates.k8s.io", resources: ["signers"], verbs: ["approve", "sign"] },
  ],
});

const HOOKS = [
  "mutatingwebhookconfigurations",
  "validatingwebhookconfigurations",
  "mutatingadmissionpolicies",
  "mutatingadmissionpolicybindings",
];
const HOOK_KINDS = [
  "MutatingWebhookConfiguration",
  "ValidatingWebhookConfiguration",
  "MutatingAdmissionPolicy",
  "MutatingAdmissionPolicyBinding",
];
const API_GROUP = "apiregistration.k8s.io/";

/** KubeSphere has a kind APIService too, which only the console's gateway reads. */
const isHook = ({ kind, apiVersion }: RenderedObject) =>
  HOOK_KINDS.includes(kind) || (kind === "APIService" && String(apiVersion).startsWith(API_GROUP));

export const admission = danger({
  name: "admission-webhook",
  why: "It sees what is written in the whole cluster, secrets among it, and may change or refuse it; or it answers for a part of the API.",
  rights: [
    { group: "admissionregistration.k8s.io", resources: HOOKS, verbs: WRITE },
    { group: "apiregistration.k8s.io", resources: ["apiservices"], verbs: WRITE },
  ],
  object: (object) => (isHook(object) ? [{ property: join("", "kind"), given: object.kind }] : []),
});

export const dangerRules: readonly Rule[] = [
  ...[clusterAdmin, escalation, secretReading, workloads, podAccess, nodeProxy, tokens, certificates, admission],
];
