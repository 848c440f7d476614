/**
 * The rules on Pods beside Kubernetes' own judge: what it would keep out of a namespace at the level Baseline or Restricted, a stack's
 * reviewers are told. test/vectors/podSecurity.json holds Pods and the checks of k8s.io/pod-security-admission that each of them fails.
 */
import { readFileSync } from "fs";
import { join } from "path";
import { violations } from "../../policy/gate";
import { rules } from "../../policy/rules";

interface Vector {
  readonly metadata?: object;
  readonly spec: object;
  /** Ids of checks. */
  readonly failed: readonly string[];
}
const { pods } = JSON.parse(readFileSync(join(__dirname, "../vectors/podSecurity.json"), "utf8")) as { pods: Vector[] };

/** By Kubernetes' check the rules that together say the same. A rule of Restricted does not repeat what one of Baseline says. */
const RULES: Readonly<Record<string, readonly string[]>> = {
  hostNamespaces: ["host-namespace"],
  privileged: ["privileged-container"],
  windowsHostProcess: ["windows-host-process"],
  capabilities_baseline: ["added-capability"],
  hostPathVolumes: ["host-path"],
  hostPorts: ["host-port"],
  hostProbesAndHostLifecycle: ["host-probe"],
  appArmorProfile: ["apparmor"],
  seLinuxOptions: ["selinux"],
  procMount: ["proc-mount"],
  seccompProfile_baseline: ["seccomp"],
  sysctls: ["sysctl"],
  allowPrivilegeEscalation: ["privilege-escalation"],
  capabilities_restricted: ["added-capability", "kept-capability"],
  runAsNonRoot: ["maybe-root"],
  runAsUser: ["run-as-root"],
  seccompProfile_restricted: ["seccomp", "no-seccomp-profile"],
  procMount_restricted: ["proc-mount", "proc-mount-in-user-namespace"],
  restrictedVolumes: ["host-path", "restricted-volume"],
};
const RESTRICTED = [
  ...["privilege-escalation", "kept-capability", "maybe-root", "run-as-root", "no-seccomp-profile", "proc-mount-in-user-namespace"],
  "restricted-volume",
];

/** How a Pod comes: as itself, in a template, in a custom resource of some operator. */
const WRAPPED: Readonly<Record<string, (pod: object) => object>> = {
  Pod: (pod) => ({ kind: "Pod", ...pod }),
  ReplicaSet: (template) => ({ kind: "ReplicaSet", spec: { template } }),
  CronJob: (template) => ({ kind: "CronJob", spec: { jobTemplate: { spec: { template } } } }),
  PodTemplate: (template) => ({ kind: "PodTemplate", template }),
  Workflow: (pod) => ({ kind: "Workflow", spec: { steps: [{ anything: { pod } }] } }),
};

function told(object: object, production: boolean): Set<string> {
  const rendered = { metadata: { name: "it" }, ...object, templateFile: "t.yaml" } as never;
  const config = { "kubesphere:production": String(production) };
  return new Set(violations({ config, steps: [] }, [{ urn: "demo", objects: [rendered] }]).map(({ rule }) => rule));
}

test("every rule on Pods stands for a check of Kubernetes", () => {
  expect(pods.length).toBeGreaterThan(250);
  expect(new Set(pods.flatMap(({ failed }) => failed))).toEqual(new Set(Object.keys(RULES)));
  const names = rules.map(({ name }) => name);
  expect(names).toEqual(expect.arrayContaining(Object.values(RULES).flat()));
});

describe.each(Object.keys(WRAPPED))("as a %s", (kind) => {
  test("a Pod is refused in production for each check that it fails, and for no other", () => {
    for (const { failed, ...pod } of pods) {
      const found = told(WRAPPED[kind]?.(pod) ?? {}, true);
      const ours = Object.keys(RULES).filter((check) => RULES[check]?.some((rule) => found.has(rule)));
      expect({ pod, failed: ours.sort() }).toEqual({ pod, failed: [...failed].sort() });
    }
  });

  test("elsewhere it is refused for those of Baseline alone: few charts of others keep to Restricted", () => {
    for (const { failed, ...pod } of pods) {
      const found = told(WRAPPED[kind]?.(pod) ?? {}, false);
      expect([...found].filter((rule) => RESTRICTED.includes(rule))).toEqual([]);
      expect({ pod, isTold: found.size > 0 }).toEqual({
        pod,
        isTold: failed.some((check) => RULES[check]?.length === 1 && !RESTRICTED.includes(RULES[check][0] ?? "")),
      });
    }
  });
});
