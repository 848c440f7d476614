/**
 * Kubernetes' Pod Security Standards, level Baseline: what lets a Pod see or take over its node. The checks are those of
 * k8s.io/pod-security-admission v0.37 (policy/check_*.go), named in the comments; test/vectors/podSecurity.json holds its verdicts.
 */
import { isRecord, join, records, strings, type Rule } from "../rule";
import { baseline, findings } from "./podRule";
import { hasUserNamespace, isSet, placedItems, podSpecs, securityContexts, within, type Placed, type PodSpec } from "./spec";

const inContainers = (pod: PodSpec, ...keys: readonly string[]): Placed[] => pod.containers.flatMap((it) => within(it, ...keys));
const isTrue = (value: unknown) => value === true;
const isNonEmpty = (value: unknown) => isSet(value) && value !== "";
const TAKE_OUT = "Take it out of the chart, or set the chart's values in `install.config` so that it is not rendered.";

/** hostNamespaces */
export const hostNamespace = baseline(
  {
    name: "host-namespace",
    why: "The Pod sees the node's network, processes or memory, and with them those of every other Pod.",
    mend: TAKE_OUT,
  },
  (pod) => ["hostNetwork", "hostPID", "hostIPC"].flatMap((key) => findings([pod], key, isTrue)),
);

/** privileged */
export const privilegedContainer = baseline(
  { name: "privileged-container", why: "Such a container can take over its node, and with it every other Pod there.", mend: TAKE_OUT },
  (pod) => findings(inContainers(pod, "securityContext"), "privileged", isTrue),
);

/** windowsHostProcess */
export const windowsHostProcess = baseline(
  { name: "windows-host-process", why: "Such a container is a process of its Windows node, with the node's rights.", mend: TAKE_OUT },
  (pod) =>
    findings(
      securityContexts(pod).flatMap((it) => within(it, "windowsOptions")),
      "hostProcess",
      isTrue,
    ),
);

const DEFAULT_CAPABILITIES = new Set([
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP", "SETGID", "SETPCAP"],
  ...["SETUID", "SYS_CHROOT"],
]);
export const isDefaultCapability = (name: string) => DEFAULT_CAPABILITIES.has(name);

/** capabilities_baseline */
export const addedCapability = baseline(
  {
    name: "added-capability",
    why: "Capabilities beyond a container's default ones reach the node: SYS_ADMIN and others own it.",
    mend: TAKE_OUT,
  },
  (pod) =>
    findings(inContainers(pod, "securityContext", "capabilities"), "add", (added) => strings(added).some((it) => !isDefaultCapability(it))),
);

/** hostPathVolumes. A PersistentVolume leads to the node's files as well, and so past the standard. */
export const hostPath: Rule = {
  name: "host-path",
  why: "The Pod reads or writes the node's files: its credentials, its containers, its other Pods' secrets.",
  mend: "Use a volume of another type, such as emptyDir or a PersistentVolumeClaim.",
  object: (object) => [
    ...podSpecs(object).flatMap((pod) => findings(placedItems(pod, "volumes"), "hostPath", isSet)),
    ...(object.kind === "PersistentVolume"
      ? ["hostPath", "local"].flatMap((key) => findings(within({ path: "", fields: object }, "spec"), key, isSet))
      : []),
  ],
};

/** hostPorts; wherever there is a number, since a custom resource may have a list of ports without a container. */
export const hostPort: Rule = {
  name: "host-port",
  why: "A host port is open on the node, past Services, Ingresses and network policies.",
  mend: TAKE_OUT,
  object: (object) =>
    [...records(object)].flatMap(({ path, record }) =>
      findings([{ path, fields: record }], "hostPort", (port) => typeof port === "number" && port !== 0),
    ),
};

const PROBES = ["livenessProbe", "readinessProbe", "startupProbe"].map((key) => [key]);
const HOOKS = ["postStart", "preStop"].map((key) => ["lifecycle", key]);

/** hostProbesAndHostLifecycle */
export const hostProbe = baseline(
  {
    name: "host-probe",
    why: "A probe or hook with a host of its own has the node ask any address that the Pod names.",
    mend: "Leave `host` out.",
  },
  (pod) =>
    [...PROBES, ...HOOKS].flatMap((handler) =>
      ["httpGet", "tcpSocket"].flatMap((action) => findings(inContainers(pod, ...handler, action), "host", isNonEmpty)),
    ),
);

const APPARMOR_ANNOTATION = "container.apparmor.security.beta.kubernetes.io/";
const isProfile = (type: unknown) => type === "RuntimeDefault" || type === "Localhost";
const isProfileAnnotation = (value: unknown) => value === "" || value === "runtime/default" || String(value).startsWith("localhost/");

/** appArmorProfile */
export const appArmor: Rule = {
  name: "apparmor",
  why: "Without the runtime's AppArmor profile a container reaches more of the node's kernel.",
  mend: "Leave the profile out, or say RuntimeDefault or Localhost.",
  object: (object) => [
    ...podSpecs(object).flatMap((pod) =>
      findings(
        securityContexts(pod).flatMap((it) => within(it, "appArmorProfile")),
        "type",
        (type) => !isProfile(type),
      ),
    ),
    ...[...records(object)].flatMap(({ path, record }) =>
      !/(?:^|\.)metadata$/.test(path) || !isRecord(record["annotations"])
        ? []
        : Object.entries(record["annotations"])
            .filter(([key, value]) => key.startsWith(APPARMOR_ANNOTATION) && !isProfileAnnotation(value))
            .map(([key, given]) => ({ property: join(path, `annotations["${key}"]`), given })),
    ),
  ],
};

const SELINUX_TYPES = ["container_t", "container_init_t", "container_kvm_t", "container_engine_t"];

/** seLinuxOptions */
export const seLinux = baseline(
  { name: "selinux", why: "Another SELinux type, user or role lets a container out of what confines it.", mend: TAKE_OUT },
  (pod) => {
    const options = securityContexts(pod).flatMap((it) => within(it, "seLinuxOptions"));
    return [
      ...findings(options, "type", (type) => isNonEmpty(type) && !SELINUX_TYPES.includes(type as string)),
      ...["user", "role"].flatMap((key) => findings(options, key, isNonEmpty)),
    ];
  },
);

export const isUnmasked = (procMount: unknown) => isSet(procMount) && procMount !== "Default";

/** procMount */
export const procMount = baseline(
  { name: "proc-mount", why: "An unmasked /proc shows a container what the kernel tells of the node.", mend: "Leave `procMount` out." },
  (pod) => (hasUserNamespace(pod) ? [] : findings(inContainers(pod, "securityContext"), "procMount", isUnmasked)),
);

/** seccompProfile_baseline */
export const seccomp = baseline(
  {
    name: "seccomp",
    why: "Without a seccomp profile a container may ask the node's kernel for anything.",
    mend: "Say RuntimeDefault or Localhost.",
  },
  (pod) =>
    findings(
      securityContexts(pod).flatMap((it) => within(it, "seccompProfile")),
      "type",
      (type) => !isProfile(type),
    ),
);

const SAFE_SYSCTLS = new Set([
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range"],
  ...["net.ipv4.ip_unprivileged_port_start", "net.ipv4.ip_local_reserved_ports", "net.ipv4.tcp_keepalive_time"],
  ...["net.ipv4.tcp_fin_timeout", "net.ipv4.tcp_keepalive_intvl", "net.ipv4.tcp_keepalive_probes", "net.ipv4.tcp_rmem"],
  ...["net.ipv4.tcp_wmem", "net.ipv4.tcp_slow_start_after_idle", "net.ipv4.tcp_notsent_lowat"],
]);

/** sysctls */
export const sysctls = baseline(
  { name: "sysctl", why: "Such a kernel setting may disable what protects the node, or change it for all its Pods.", mend: TAKE_OUT },
  (pod) =>
    findings(
      within(pod, "securityContext").flatMap((it) => placedItems(it, "sysctls")),
      "name",
      (name) => !SAFE_SYSCTLS.has(name as string),
    ),
);

export const baselineRules: readonly Rule[] = [
  ...[hostNamespace, privilegedContainer, windowsHostProcess, addedCapability, hostPath, hostPort, hostProbe],
  ...[appArmor, seLinux, procMount, seccomp, sysctls],
];
