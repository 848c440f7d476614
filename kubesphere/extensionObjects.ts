/** The objects that publish and install an extension, as the publishing tool and KubeSphere's controllers know them. */
import {
  CHART_KEY,
  CORE_API,
  SYSTEM_NAMESPACE,
  SYSTEM_WORKSPACE,
  chartConfigMapName,
  executorRole,
  executorServiceAccount,
  extensionVersionName,
  label,
  targetNamespace,
} from "./api";
import type { ExtensionMetadata, ExtensionPackage } from "./extensionPackage";
import { configHash, gateWait, planWait, withPackageDigest } from "./installPlan";

/** Waited for by Pulumi's Kubernetes provider: create and update return when the expression holds. */
const WAIT_FOR = "pulumi.com/waitFor";

/** What Extension and ExtensionVersion both say. `created` is left out: the publishing tool stamps the time of day, which is never the same twice. */
const presentation = ({ displayName, description, icon, provider }: ExtensionMetadata) => ({ displayName, description, icon, provider });

/** Holds the package; the ExtensionVersion points at it. */
export const chartConfigMap = ({ name, version, archive }: ExtensionPackage) => ({
  metadata: { name: chartConfigMapName(name, version), namespace: SYSTEM_NAMESPACE },
  binaryData: { [CHART_KEY]: archive.toString("base64") },
});

export const extensionVersion = ({ name, version, metadata }: ExtensionPackage) => ({
  apiVersion: CORE_API,
  kind: "ExtensionVersion",
  metadata: {
    name: extensionVersionName(name, version),
    labels: { [label.extensionRef]: name, [label.category]: metadata.category },
  },
  spec: {
    ...metadata,
    version,
    chartDataRef: { name: chartConfigMapName(name, version), namespace: SYSTEM_NAMESPACE, key: CHART_KEY },
  },
});

/**
 * The gate before the InstallPlan: KubeSphere's controller looks for the ExtensionVersion once and never comes back,
 * so a plan may exist only after the Extension's status lists the version.
 */
export const extension = ({ name, version, metadata }: ExtensionPackage) => ({
  apiVersion: CORE_API,
  kind: "Extension",
  metadata: {
    name,
    labels: { [label.category]: metadata.category, [label.managed]: "true" },
    annotations: { [WAIT_FOR]: gateWait(version) },
  },
  spec: presentation(metadata),
});

/** The namespace that the extension runs in; declared, since KubeSphere would leave its own behind. */
export const namespace = (name: string) => ({
  metadata: {
    name: targetNamespace(name),
    labels: { [label.extensionRef]: name, [label.managed]: "true", [label.workspace]: SYSTEM_WORKSPACE },
  },
});

/** The executor's rights outside that namespace; declared for the same reason. KubeSphere takes both as they are. */
export const clusterRole = ({ name, clusterRules }: ExtensionPackage) => ({
  metadata: { name: executorRole(name), labels: { [label.extensionRef]: name } },
  rules: [...clusterRules],
});

export const clusterRoleBinding = (name: string) => ({
  metadata: { name: executorRole(name), labels: { [label.extensionRef]: name } },
  roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: executorRole(name) },
  subjects: [{ kind: "ServiceAccount", name: executorServiceAccount(name), namespace: targetNamespace(name) }],
});

/**
 * @param values YAML of the values for the extension's chart, or "".
 * The package's digest ends the config: KubeSphere rolls out a changed config, never a chart changed under the same version.
 */
export function installPlan({ name, version, digest }: ExtensionPackage, enabled: boolean, values: string) {
  const config = withPackageDigest(values, digest);
  return {
    apiVersion: CORE_API,
    kind: "InstallPlan",
    metadata: { name, annotations: { [WAIT_FOR]: planWait({ configHash: configHash(config), version, enabled }) } },
    spec: { extension: { name, version }, enabled, upgradeStrategy: "Manual", config },
  };
}
