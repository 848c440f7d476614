/** The arguments of an extension. */
import type * as pulumi from "@pulumi/pulumi";
import type { ChartAccess } from "../kubesphere/chart/chartAccess";
import type { Allowance } from "../kubesphere/extension/allowances";
import type { ClusterScheduling } from "../kubesphere/extension/clusterScheduling";
import type { ExtensionConfig } from "../kubesphere/extension/extensionConfig";
import type { Installation } from "../kubesphere/extension/extensionInstall";
import type { ExtensionPackage } from "../kubesphere/extension/extensionPackage";
import type { EarlierPlan } from "../kubesphere/extension/lostReleases";
import type { DeclaredCrd } from "./preparation/restoredCrds";
import type { Follow } from "./cluster/rollouts";
import type { MemberCluster } from "./memberCluster";

/**
 * One version of an extension. Give `source`, `chartURL` or both. With a login or certificates beside `chartURL`, the component fetches the
 * package and puts it into a ConfigMap, since KubeSphere's Job has neither.
 */
export interface ExtensionPackageArgs extends ChartAccess<pulumi.Input<string>> {
  /**
   * The path of a chart's folder, a packed chart (.tgz), an extension's folder or a packed extension, relative to the program's folder.
   * The component packages it and puts the package into a ConfigMap of the cluster, unless `chartURL` is given as well.
   */
  readonly source?: string | undefined;
  /** The address from which KubeSphere fetches the packed extension itself: `https://…`, or `oci://…:1.2.3`, which needs a `source` as well. */
  readonly chartURL?: string | undefined;
}

/** How an extension is installed. */
export interface ExtensionInstallArgs {
  /** The version to install, one of those declared. Default: the highest release, or the highest prerelease if there is no release. */
  readonly version?: string | undefined;
  /** Whether the console shows the extension. A disabled extension stays installed. @default true */
  readonly enabled?: boolean | undefined;
  /** The namespace of its release, made for it and deleted with it. Default: the one that the extension itself names, else `extension-<name>`. */
  readonly namespace?: string | undefined;
  /** Labels of the namespace. They win over the labels that the program sets. Default: none. */
  readonly namespaceLabels?: Readonly<Record<string, string>> | undefined;
  /** The StorageClass, which the charts get as `global.storageClass`. Default: the charts' own values. */
  readonly storageClass?: string | undefined;
  /** Values for the extension's charts, under the charts' names: a map, or a YAML map as text. A secret stays one in state. @default {} */
  readonly config?: pulumi.Input<ExtensionConfig> | undefined;
  /** The member clusters on which the agents of a multi-cluster extension are installed. Default: none. */
  readonly clusterScheduling?: ClusterScheduling | undefined;
  /** Any number or word. A changed one rolls the same extension out again. Default: none. */
  readonly attempt?: string | number | undefined;
  /** Exceptions of this extension from the policy of pull requests. Default: none. */
  readonly allow?: readonly Allowance[] | undefined;
}

/** The arguments of an {@link Extension}: its package or packages, and how it is installed. */
export interface ExtensionArgs extends ExtensionPackageArgs {
  /** Several versions, all offered in the Marketplace. Instead of `source` and `chartURL`. */
  readonly versions?: readonly ExtensionPackageArgs[] | undefined;
  /** How the extension is installed. `false` only publishes it, and uninstalls an installed one. @default {} */
  readonly install?: false | ExtensionInstallArgs | undefined;
  /** The extension's former name, if its chart was renamed. The preview then says what is deleted. */
  readonly renamedFrom?: string | undefined;
  /**
   * The members that the same program declares and that may take its agents. On those that the placement takes, the extension's namespace and
   * its executor's rights are declared, too, so that they go with it: KubeSphere would leave them behind. Default: none.
   */
  readonly members?: readonly MemberCluster[] | undefined;
}

/** An extension after it was read, rendered and checked. */
export interface PreparedExtension {
  /** The extension's packages, one for each version. The Marketplace offers all of them. */
  readonly versions: readonly ExtensionPackage[];
  /** Which version is installed, and how. Default: the versions are only published, and an installed one is uninstalled. */
  readonly install?: Installation | undefined;
  /** Waits until KubeSphere has installed it. */
  readonly follow: Follow;
  /** The clusters that take its agents. Default: those that its placement names, or where it names none, those that have one. */
  readonly clusters?: readonly string[] | undefined;
  /** The members on which its namespace and its executor's rights are declared. Default: none. */
  readonly members?: readonly MemberCluster[] | undefined;
  /** The InstallPlan that the cluster has of it. Default: none. */
  readonly earlier?: EarlierPlan | undefined;
  /** Whether the install's config and overrides are secrets to state and preview. KubeSphere keeps them in clear. Default false. */
  readonly isSecret?: boolean;
  /** Whether the values that KubeSphere sets over the config are secrets to state and preview. Default false. */
  readonly isInjectedSecret?: boolean;
  /** The extension's former name, for which the component has an alias. Default: none. */
  readonly renamedFrom?: string | undefined;
  /** The CRDs of its `crds/` that the component declares itself. Default: none. */
  readonly crds?: readonly DeclaredCrd[];
  /** Whether it is declared outside of any platform. A platform that finds its plan then does not take it for one that is to be uninstalled. Default false. */
  readonly isAlone?: boolean;
}
