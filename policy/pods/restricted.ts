/**
 * Kubernetes' Pod Security Standards, level Restricted, beyond Baseline: what a Pod of a stack in production gives up. What a rule of
 * Baseline tells already is not told again.
 */
import { join, strings, type Finding, type Rule } from "../rule";
import { isDefaultCapability, isUnmasked } from "./baseline";
import { findings, restricted } from "./podRule";
import { hasUserNamespace, isSet, isWindows, placedItems, within, type Placed, type PodSpec } from "./spec";

/** A container's own security context; where it has none, an empty one in its place. */
const contexts = (pod: PodSpec): Placed[] =>
  pod.containers.map((it) => within(it, "securityContext")[0] ?? { path: join(it.path, "securityContext"), fields: {} });

const podContext = (pod: PodSpec) => within(pod, "securityContext");

/** allowPrivilegeEscalation */
export const privilegeEscalation = restricted(
  {
    name: "privilege-escalation",
    why: "A program with set-user-ID makes a process in the container root.",
    mend: "Set `allowPrivilegeEscalation: false`.",
  },
  (pod) => (isWindows(pod) ? [] : findings(contexts(pod), "allowPrivilegeEscalation", (allowed) => allowed !== false)),
);

/** capabilities_restricted */
export const keptCapability = restricted(
  {
    name: "kept-capability",
    why: "What a container may do beyond an ordinary process, whoever gets into it may do too.",
    mend: "Drop ALL, and add nothing but NET_BIND_SERVICE.",
  },
  (pod) => (isWindows(pod) ? [] : contexts(pod).flatMap(keptCapabilities)),
);

function keptCapabilities(context: Placed): Finding[] {
  const [{ path, fields } = { path: join(context.path, "capabilities"), fields: {} }] = within(context, "capabilities");
  const added = strings(fields["add"]).filter((it) => isDefaultCapability(it) && it !== "NET_BIND_SERVICE");
  return [
    ...(strings(fields["drop"]).includes("ALL") ? [] : [{ property: join(path, "drop"), given: fields["drop"] ?? undefined }]),
    ...(added.length === 0 ? [] : [{ property: join(path, "add"), given: fields["add"] }]),
  ];
}

/** runAsNonRoot. The Pod's own word counts for the containers that say nothing. */
export const maybeRoot = restricted(
  {
    name: "maybe-root",
    why: "An image may start as root, and root in a container is one step from root on the node.",
    mend: "Set `runAsNonRoot: true`.",
  },
  (pod) => {
    if (hasUserNamespace(pod)) return [];
    const [own] = podContext(pod);
    return [
      ...findings(podContext(pod), "runAsNonRoot", (value) => value === false),
      ...findings(contexts(pod), "runAsNonRoot", (value) => value !== true && (isSet(value) || own?.fields["runAsNonRoot"] !== true)),
    ];
  },
);

/** runAsUser */
export const runAsRoot = restricted(
  {
    name: "run-as-root",
    why: "Root in a container is one step from root on the node.",
    mend: "Leave `runAsUser` out, or name another user than 0.",
  },
  (pod) => (hasUserNamespace(pod) ? [] : findings([...podContext(pod), ...contexts(pod)], "runAsUser", (user) => user === 0)),
);

/** seccompProfile_restricted */
export const noSeccompProfile = restricted(
  {
    name: "no-seccomp-profile",
    why: "Without a seccomp profile a container may ask the node's kernel for anything.",
    mend: "Set `seccompProfile: {type: RuntimeDefault}`.",
  },
  (pod) =>
    isWindows(pod) || podContext(pod).some(hasProfile)
      ? []
      : contexts(pod)
          .filter((context) => !hasProfile(context))
          .map(({ path }) => ({ property: join(path, "seccompProfile"), given: undefined })),
);

const hasProfile = (context: Placed) => within(context, "seccompProfile").length > 0;

/** procMount_restricted: what Baseline lets pass in a user namespace. */
export const procMountInNamespace = restricted(
  {
    name: "proc-mount-in-user-namespace",
    why: "An unmasked /proc shows a container what the kernel tells of the node.",
    mend: "Leave `procMount` out.",
  },
  (pod) => (hasUserNamespace(pod) ? findings(contexts(pod), "procMount", isUnmasked) : []),
);

/** hostPath is reported by a rule of Baseline. */
const VOLUMES = [
  ...["configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "image", "persistentVolumeClaim", "projected", "secret", "hostPath"],
];

/** restrictedVolumes */
export const restrictedVolume = restricted(
  {
    name: "restricted-volume",
    why: "A volume by its server's address passes by what the cluster says of storage: classes, quotas, credentials.",
    mend: "Use a PersistentVolumeClaim, or one of the types that hold nothing of others.",
  },
  (pod) =>
    placedItems(pod, "volumes")
      .map(({ path, fields }) => ({ property: path, types: Object.keys(fields).filter((key) => key !== "name" && isSet(fields[key])) }))
      // Without a type it is an emptyDir: the API server says so before it looks at the standard.
      .filter(({ types }) => types.length > 0 && !VOLUMES.some((type) => types.includes(type)))
      .map(({ property, types }) => ({ property, given: types.join(", ") })),
);

export const restrictedRules: readonly Rule[] = [
  ...[privilegeEscalation, keptCapability, maybeRoot, runAsRoot, noSeccompProfile, procMountInNamespace, restrictedVolume],
];
