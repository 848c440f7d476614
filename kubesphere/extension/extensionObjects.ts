/** The objects that publish and install an extension, in the form of the publishing tool and of KubeSphere's controllers. */
import {
  aloneAnnotation,
  CHART_KEY,
  CORE_API,
  SYSTEM_NAMESPACE,
  chartConfigMapName,
  chartURLAnnotation,
  executorRole,
  executorServiceAccount,
  extensionVersionName,
  label,
  membersAnnotation,
  reinstalledAnnotation,
  repairedAnnotation,
  restoredCrdsAnnotation,
  targetNamespace,
} from "../api";
import { clusterSchedulingSpec } from "./clusterScheduling";
import { configText } from "./extensionConfig";
import type { Installation } from "./extensionInstall";
import type { ExtensionMetadata, ExtensionPackage, PolicyRule } from "./extensionPackage";
import { gateWait, withAddress } from "./installPlan";
import { namespaceLabels } from "./namespaceLabels";

/** For Pulumi's Kubernetes provider: create and update return when the expression holds. */
export const WAIT_FOR = "pulumi.com/waitFor";
/**
 * With it, a plan's dependents are deleted after the plan. By that provider's default they would be deleted before it, also the Job that
 * KubeSphere makes for the uninstallation, possibly before the Job has begun.
 */
const DEPENDENTS_LAST = { "pulumi.com/deletionPropagationPolicy": "background" };
/** The common part of Extension and ExtensionVersion. `created` is left out: the publishing tool writes the current time, which differs each time. */
const presentation = ({ displayName, description, icon, provider }: ExtensionMetadata) => ({ displayName, description, icon, provider });

/** Holds the package; the ExtensionVersion points at it. */
export function chartConfigMap({ name, version, archive }: ExtensionPackage) {
  // It was refused before.
  if (archive === undefined) throw new Error(`the package ${name} ${version} does not fit into a ConfigMap`);
  return {
    metadata: { name: chartConfigMapName(name, version), namespace: SYSTEM_NAMESPACE },
    binaryData: { [CHART_KEY]: archive.toString("base64") },
  };
}

/** @param namespace that the extension is installed in; undefined leaves it to the package. */
export const extensionVersion = (
  { name, version, metadata: { annotations, ...metadata }, chartURL }: ExtensionPackage,
  namespace: string | undefined,
) => ({
  apiVersion: CORE_API,
  kind: "ExtensionVersion",
  metadata: {
    name: extensionVersionName(name, version),
    labels: { [label.extensionRef]: name, ...categoryLabel(metadata) },
    ...(annotations && { annotations }),
  },
  spec: {
    ...metadata,
    // KubeSphere's own default is left out, as the publishing tool does.
    ...(namespace !== undefined && namespace !== (metadata.namespace ?? targetNamespace(name)) && { namespace }),
    version,
    ...(chartURL === undefined
      ? { chartDataRef: { name: chartConfigMapName(name, version), namespace: SYSTEM_NAMESPACE, key: CHART_KEY } }
      : { chartURL }),
  },
});

/** KubeSphere accepts any text as a category, but the API server does not accept any text as a label. */
const categoryLabel = ({ category }: Pick<ExtensionMetadata, "category">) =>
  /^[A-Za-z0-9](?:[-\w.]{0,61}[A-Za-z0-9])?$/.test(category) ? { [label.category]: category } : {};

/**
 * The gate before the InstallPlan: KubeSphere's controller looks for the ExtensionVersion once and never comes back,
 * so a plan may exist only after the Extension's status lists the version.
 * @param versions all that are published; the package is the one that the Marketplace presents
 */
export const extension = ({ name, metadata }: ExtensionPackage, versions: readonly string[]) => ({
  apiVersion: CORE_API,
  kind: "Extension",
  metadata: {
    name,
    labels: { ...categoryLabel(metadata), [label.managed]: "true" },
    annotations: { [WAIT_FOR]: gateWait(versions) },
  },
  spec: presentation(metadata),
});

/** The extension's namespace. It is declared, since KubeSphere would not delete a namespace that it makes itself. */
export const namespace = (name: string, { namespace, namespaceLabels: given }: Pick<Installation, "namespace" | "namespaceLabels">) => ({
  metadata: { name: namespace, labels: namespaceLabels(name, given) },
});

/**
 * The executor's rights outside that namespace, declared for the same reason. KubeSphere writes the same over them with each rollout.
 * Without rules it has no list of them: the API server makes null of an empty one, which the official provider takes for a change in every preview.
 */
export const clusterRole = ({ name, clusterRules: rules }: ExtensionPackage) => ({
  metadata: { name: executorRole(name), labels: { [label.extensionRef]: name } },
  ...(rules.length > 0 && { rules: [...rules] }),
});

export const clusterRoleBinding = (name: string, namespace: string) => ({
  metadata: { name: executorRole(name), labels: { [label.extensionRef]: name } },
  ...bound("ClusterRole", executorRole(name), { name, namespace }),
});

/**
 * A Role, or without a namespace a ClusterRole, in addition to those that KubeSphere makes of the installed version's permissions.yaml: under
 * another name, since it writes its own over what it finds.
 * @param leaving of {@link ./leavingRights}
 */
export const leavingRole = (name: string, namespace: string | undefined, leaving: readonly PolicyRule[]) => ({
  metadata: leavingMetadata(name, namespace),
  rules: [...leaving],
});

export const leavingRoleBinding = (name: string, namespace: string) => ({
  metadata: leavingMetadata(name, namespace),
  ...bound("Role", leavingRoleName(name), { name, namespace }),
});

export const leavingClusterRoleBinding = (name: string, namespace: string) => ({
  metadata: leavingMetadata(name, undefined),
  ...bound("ClusterRole", leavingRoleName(name), { name, namespace }),
});

const leavingMetadata = (name: string, namespace: string | undefined) => ({
  name: leavingRoleName(name),
  ...(namespace !== undefined && { namespace }),
  labels: { [label.extensionRef]: name },
});

const leavingRoleName = (name: string) => `${executorRole(name)}-leaving`;

const bound = (kind: "Role" | "ClusterRole", role: string, { name, namespace }: { readonly name: string; readonly namespace: string }) => ({
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind, name: role },
  subjects: [{ kind: "ServiceAccount", name: executorServiceAccount(name), namespace }],
});

export interface PlanMarks {
  /** Of {@link reinstalledAnnotation}. */
  readonly reinstalled?: string | undefined;
  /** Of {@link repairedAnnotation}. */
  readonly repaired?: string | undefined;
  /** Of {@link aloneAnnotation}. */
  readonly isAlone?: boolean | undefined;
  /** Of {@link restoredCrdsAnnotation}. */
  readonly restoredCrds?: string | undefined;
  /** The names of {@link membersAnnotation}. */
  readonly members?: readonly string[] | undefined;
}

/**
 * The config ends with comments for everything else that is rolled out: KubeSphere rolls out a changed config, but not a chart that changed
 * under the same version. A multi-cluster plan always says where its agents are: without that, they would stay.
 * @param marks the marks that its annotations keep between runs. Default: none
 */
export function installPlan(
  pkg: ExtensionPackage,
  install: Installation,
  { reinstalled, repaired, restoredCrds, members = [], isAlone = false }: PlanMarks = {},
) {
  const { name, version, metadata, chartURL } = pkg;
  const { enabled, clusterScheduling = metadata.installationMode === "Multicluster" ? { placement: {} } : undefined } = install;
  const address = { ...pkg, attempt: install.attempt };
  const config = withAddress(configText(install.config), { ...address, repaired });
  return {
    apiVersion: CORE_API,
    kind: "InstallPlan",
    metadata: {
      name,
      annotations: {
        ...DEPENDENTS_LAST,
        ...(chartURL !== undefined && { [chartURLAnnotation]: chartURL }),
        ...(reinstalled !== undefined && { [reinstalledAnnotation]: reinstalled }),
        ...(repaired !== undefined && { [repairedAnnotation]: repaired }),
        ...(isAlone && { [aloneAnnotation]: "true" }),
        ...(restoredCrds !== undefined && { [restoredCrdsAnnotation]: restoredCrds }),
        ...(members.length > 0 && { [membersAnnotation]: [...members].sort().join(",") }),
      },
    },
    spec: {
      extension: { name, version },
      enabled,
      upgradeStrategy: "Manual",
      config,
      ...(clusterScheduling && { clusterScheduling: clusterSchedulingSpec(clusterScheduling, address) }),
    },
  };
}
