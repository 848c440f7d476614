/** The objects that publish and install an extension, as the publishing tool and KubeSphere's controllers know them. */
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

/** Waited for by Pulumi's Kubernetes provider: create and update return when the expression holds. */
export const WAIT_FOR = "pulumi.com/waitFor";
/**
 * With it a plan's dependents go after it, and not before, as they would by that provider's default: the Job that KubeSphere makes for the
 * uninstall is one of them, and the garbage collector may take it before it has begun.
 */
const DEPENDENTS_LAST = { "pulumi.com/deletionPropagationPolicy": "background" };

/** What Extension and ExtensionVersion both say. `created` is left out: the publishing tool stamps the time of day, which is never the same twice. */
const presentation = ({ displayName, description, icon, provider }: ExtensionMetadata) => ({ displayName, description, icon, provider });

/** Holds the package; the ExtensionVersion points at it. */
export const chartConfigMap = ({ name, version, archive }: ExtensionPackage) => ({
  metadata: { name: chartConfigMapName(name, version), namespace: SYSTEM_NAMESPACE },
  binaryData: { [CHART_KEY]: archive.toString("base64") },
});

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
    // KubeSphere's own default goes unsaid, as the publishing tool leaves it.
    ...(namespace !== undefined && namespace !== (metadata.namespace ?? targetNamespace(name)) && { namespace }),
    version,
    ...(chartURL === undefined
      ? { chartDataRef: { name: chartConfigMapName(name, version), namespace: SYSTEM_NAMESPACE, key: CHART_KEY } }
      : { chartURL }),
  },
});

/** KubeSphere takes any text for a category, and the API server not any for a label. */
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

/** The namespace that the extension runs in; declared, since KubeSphere would leave its own behind. */
export const namespace = (name: string, { namespace, namespaceLabels: given }: Pick<Installation, "namespace" | "namespaceLabels">) => ({
  metadata: { name: namespace, labels: namespaceLabels(name, given) },
});

/**
 * The executor's rights outside that namespace; declared for the same reason. KubeSphere takes both as they are.
 * @param leaving of {@link ./leavingRights}
 */
export const clusterRole = ({ name, clusterRules }: ExtensionPackage, leaving: readonly PolicyRule[]) => ({
  metadata: { name: executorRole(name), labels: { [label.extensionRef]: name } },
  rules: [...clusterRules, ...leaving],
});

export const clusterRoleBinding = (name: string, namespace: string) => ({
  metadata: { name: executorRole(name), labels: { [label.extensionRef]: name } },
  ...bound("ClusterRole", executorRole(name), { name, namespace }),
});

/** Beside the Role that KubeSphere makes of the installed version's permissions.yaml, and under another name. */
export const leavingRole = (name: string, namespace: string, leaving: readonly PolicyRule[]) => ({
  metadata: { name: leavingRoleName(name), namespace, labels: { [label.extensionRef]: name } },
  rules: [...leaving],
});

export const leavingRoleBinding = (name: string, namespace: string) => ({
  metadata: { name: leavingRoleName(name), namespace, labels: { [label.extensionRef]: name } },
  ...bound("Role", leavingRoleName(name), { name, namespace }),
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
}

/**
 * What else is rolled out ends the config: KubeSphere rolls out a changed config, never a chart changed under the same version.
 * A multi-cluster plan always says where its agents go: they would stay where they are if it fell silent.
 * @param marks that its annotations keep from run to run. Default: none
 */
export function installPlan(
  pkg: ExtensionPackage,
  install: Installation,
  { reinstalled, repaired, restoredCrds, isAlone = false }: PlanMarks = {},
) {
  const { name, version, metadata, chartURL } = pkg;
  const { enabled, clusterScheduling = metadata.installationMode === "Multicluster" ? { placement: {} } : undefined } = install;
  const config = withAddress(configText(install.config), { ...pkg, attempt: install.attempt, repaired });
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
      },
    },
    spec: {
      extension: { name, version },
      enabled,
      upgradeStrategy: "Manual",
      config,
      ...(clusterScheduling && { clusterScheduling: clusterSchedulingSpec(clusterScheduling) }),
    },
  };
}
