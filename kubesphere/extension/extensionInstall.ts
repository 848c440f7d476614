/** Which version of an extension is installed, where and how: checks the configuration against the packages. */
import * as semver from "semver";
import type { Allowance } from "./allowances";
import { INGRESS_NGINX_NAMESPACE, SECRET_LIMIT, SYSTEM_NAMESPACE, targetNamespace } from "../api";
import type { ClusterScheduling } from "./clusterScheduling";
import type { Labels } from "./namespaceLabels";
import { judgeRecord } from "../chart/releaseRecord";
import { explainConfigMap } from "./configMapSize";
import type { ExtensionIdentity } from "./draft";
import type { Problem } from "../errors";
import { configProblems, configText, valuesOf, type ExtensionConfig } from "./extensionConfig";
import type { ExtensionPackage } from "./extensionPackage";
import { mergeValues, valueAt } from "../chart/helmValues";
import { ROLLOUT_VALUE, withAddress } from "./installPlan";
import { STORAGE_CLASS_VALUE } from "../cluster/storage";

/** `install` of an extension in the configuration. */
export interface WantedInstall {
  /** Default: the highest release, or the highest prerelease if there is no release. */
  readonly version?: string | undefined;
  /** Whether the console shows it; a disabled one stays installed. */
  readonly enabled: boolean;
  /** Default: the package's own, else `extension-<name>`. */
  readonly namespace?: string | undefined;
  /** Labels of the namespace, over the program's own. Default: none. */
  readonly namespaceLabels?: Labels | undefined;
  /** The charts get it as `global.storageClass`. Default: the charts' own values. */
  readonly storageClass?: string | undefined;
  readonly config: ExtensionConfig;
  readonly clusterScheduling?: ClusterScheduling | undefined;
  /** A changed word rolls the same extension out again. */
  readonly attempt?: string | undefined;
  /** Exceptions from `policy/`. The cluster does not depend on them; they are in the state for the policy. */
  readonly allow?: readonly Allowance[] | undefined;
}

/** An installation with all defaults filled in. */
export interface Installation extends WantedInstall {
  readonly version: string;
  readonly namespace: string;
}

/** Namespaces that others use, so that destroying an extension must not delete them. */
const TAKEN = ["default", SYSTEM_NAMESPACE, "kubesphere-controls-system", INGRESS_NGINX_NAMESPACE];
const isTaken = (namespace: string) => TAKEN.includes(namespace) || namespace.startsWith("kube-");

/** The highest release, or the highest prerelease if there is no release. */
export const newest = (versions: readonly string[]): string => {
  const releases = versions.filter((version) => semver.prerelease(version) === null);
  return semver.rsort([...(releases.length > 0 ? releases : versions)])[0] ?? "";
};

/**
 * @param path the extension's configuration key, e.g. `kubesphere:extensions[0]`
 * @param packages the extension's packages, one for each version
 * @returns every problem at once; the installation is undefined where its version is unknown.
 */
export function resolveInstall(
  path: string,
  packages: readonly ExtensionIdentity[],
  wanted: WantedInstall,
): { readonly installation?: Installation; readonly problems: readonly Problem[] } {
  const versions = packages.map(({ version }) => version);
  const version = wanted.version ?? newest(versions);
  const pkg = packages.find((it) => it.version === version);
  if (pkg === undefined) return { problems: [unknownVersion(path, version, versions)] };
  const namespace = wanted.namespace ?? pkg.metadata.namespace ?? targetNamespace(pkg.name);
  const config = withStorageClass(wanted.config, wanted.storageClass);
  const installation = { ...wanted, version, namespace, config };
  return {
    installation,
    problems: [
      ...(isTaken(namespace) ? [takenNamespace(path, namespace, pkg.name)] : []),
      ...configProblems(`${path}.install.config`, pkg, wanted.config),
      ...storageClassProblems(`${path}.install.config`, wanted),
      ...schedulingProblems(`${path}.install.clusterScheduling`, pkg, wanted.clusterScheduling),
    ],
  };
}

const unknownVersion = (path: string, version: string, versions: readonly string[]): Problem => ({
  path: `${path}.install.version`,
  given: version,
  allowed: versions.join(", "),
  mend: "An installed version must stay listed: to remove it, install another one first, keep both listed until that has rolled out, then remove it",
});

export const takenNamespace = (path: string, namespace: string, name: string): Problem => ({
  path: `${path}.install.namespace`,
  given: namespace,
  allowed: "a namespace of the extension's own, which comes and goes with it",
  mend: `Leave it out for ${targetNamespace(name)}, or choose another`,
});

/** A changed text is no longer kept as written. */
const withStorageClass = (config: ExtensionConfig, storageClass: string | undefined): ExtensionConfig =>
  storageClass === undefined ? config : mergeValues(valuesOf(config), { global: { storageClass } });

const storageClassProblems = (path: string, { config, storageClass }: WantedInstall): Problem[] =>
  storageClass === undefined || valueAt(valuesOf(config), STORAGE_CLASS_VALUE) === undefined
    ? []
    : [
        {
          ...{ path: `${path}.${STORAGE_CLASS_VALUE}`, given: "[not shown]" },
          allowed: "nothing beside install.storageClass, which says the same",
          mend: "Keep one of the two",
        },
      ];

/**
 * Whether package and config fit into the executor's ConfigMap, and the rendered release into Helm's record.
 * @param path the extension's configuration key
 * @param memberKubeconfig as in {@link import("./configMapSize").judgeConfigMap}
 */
export async function sizeProblems(
  path: string,
  pkg: ExtensionPackage,
  { config, attempt, clusterScheduling }: Pick<Installation, "config" | "attempt" | "clusterScheduling">,
  memberKubeconfig = 0,
): Promise<Problem[]> {
  const own = withAddress(configText(config), { ...pkg, attempt });
  const overrides = Object.entries(clusterScheduling?.overrides ?? {}).map(([cluster, override]) => ({
    key: `clusterScheduling.overrides.${cluster}`,
    // An agent's values are merged of both, and so about as long as both.
    text: own + configText(override),
  }));
  for (const { key, text } of [{ key: "config", text: own }, ...overrides]) {
    const configMap = await explainConfigMap(pkg, text, memberKubeconfig);
    if (configMap !== undefined)
      return [{ path: `${path}.install.${key}`, given: configMap.found, allowed: configMap.allowed, mend: configMap.mend }];
  }
  const record = judgeRecord(pkg.learnt.record);
  if (record?.isTooLarge !== true) return [];
  return [{ path, given: record.found, allowed: `what a Secret holds, ${SECRET_LIMIT} bytes`, mend: record.mend }];
}

const takenValue = (path: string, override: ExtensionConfig): Problem[] =>
  valueAt(valuesOf(override), ROLLOUT_VALUE) === undefined
    ? []
    : [
        {
          ...{ path: `${path}.${ROLLOUT_VALUE}`, given: "[not shown]" },
          allowed: "nothing: the program says there which package the cluster's agent is rolled out with",
          mend: "Remove it, or give the value another name",
        },
      ];

function schedulingProblems(path: string, pkg: ExtensionIdentity, scheduling: ClusterScheduling | undefined): Problem[] {
  if (scheduling === undefined) return [];
  if (pkg.metadata.installationMode === "HostOnly") {
    const mend = "Remove clusterScheduling, or have the package say installationMode: Multicluster in its extension.yaml";
    return [
      { path, given: `${pkg.name} ${pkg.version}, which is HostOnly`, allowed: "an extension with agents for member clusters", mend },
    ];
  }
  return Object.entries(scheduling.overrides ?? {}).flatMap(([cluster, config]) => {
    const key = `${path}.overrides.${cluster}`;
    return [...configProblems(key, pkg, config), ...takenValue(key, config)];
  });
}
