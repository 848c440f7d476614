/** What an extension is declared with. */
import type * as pulumi from "@pulumi/pulumi";
import type { Allowance } from "../kubesphere/extension/allowances";
import type { ClusterScheduling } from "../kubesphere/extension/clusterScheduling";
import type { ExtensionConfig } from "../kubesphere/extension/extensionConfig";
import type { Installation } from "../kubesphere/extension/extensionInstall";
import type { ExtensionPackage } from "../kubesphere/extension/extensionPackage";
import type { EarlierPlan } from "../kubesphere/extension/lostReleases";
import type { DeclaredCrd } from "./preparation/restoredCrds";
import type { Follow } from "./cluster/rollouts";

/** One version of an extension: what describes it, and where KubeSphere finds it. One of the two at least. */
export interface ExtensionPackageArgs {
  /**
   * A chart's folder or packed chart (.tgz), an extension's folder or a packed extension: a path, relative to the program's folder.
   * Packaged and put into a ConfigMap of the cluster, unless there is a `chartURL` too.
   */
  readonly source?: string | undefined;
  /** Where KubeSphere fetches the packed extension itself: `https://…`, or `oci://…:1.2.3` with a `source` that describes it. */
  readonly chartURL?: string | undefined;
}

/** How an extension is installed. */
export interface ExtensionInstallArgs {
  /** One of the versions declared. Default: the highest release, or the highest prerelease where there is nothing else. */
  readonly version?: string | undefined;
  /** Whether the console shows it; a disabled one stays installed. @default true */
  readonly enabled?: boolean | undefined;
  /** Made for it, and deleted with it. Default: the extension's own, else `extension-<name>`. */
  readonly namespace?: string | undefined;
  /** Labels of the namespace, over the program's own. Default: none. */
  readonly namespaceLabels?: Readonly<Record<string, string>> | undefined;
  /** Reaches the charts as `global.storageClass`. Default: what they say themselves. */
  readonly storageClass?: string | undefined;
  /** Values for the extension's charts, under the charts' names; a map, or a YAML map as text. A secret one stays secret in state. @default {} */
  readonly config?: pulumi.Input<ExtensionConfig> | undefined;
  /** Where the agents of a multi-cluster extension go. */
  readonly clusterScheduling?: ClusterScheduling | undefined;
  /** A number or a word; another one rolls the same out again. */
  readonly attempt?: string | number | undefined;
  /** What the policy of pull requests refuses, and this extension may do even so. */
  readonly allow?: readonly Allowance[] | undefined;
}

export interface ExtensionArgs extends ExtensionPackageArgs {
  /** Several versions, which the Marketplace all offers. Instead of `source` and `chartURL`. */
  readonly versions?: readonly ExtensionPackageArgs[] | undefined;
  /** `false` publishes it only, and uninstalls what was installed. @default {} */
  readonly install?: false | ExtensionInstallArgs | undefined;
  /** The extension's name before, where its chart has another one now: the preview says what that takes away. */
  readonly renamedFrom?: string | undefined;
}

/** An extension that is read, rendered and checked. */
export interface PreparedExtension {
  /** One extension's packages, each of another version; the Marketplace offers them all. */
  readonly versions: readonly ExtensionPackage[];
  /** Which of them is installed, and how. Default: they are only published, and what was installed goes. */
  readonly install?: Installation | undefined;
  /** Waits for KubeSphere to have it installed. */
  readonly follow: Follow;
  /** What the cluster has of its plan. Default: nothing. */
  readonly earlier?: EarlierPlan | undefined;
  /** Whether the install's config and overrides are secrets to state and preview. KubeSphere keeps them in clear. Default false. */
  readonly isSecret?: boolean;
  /** Whether what KubeSphere sets over the config is a secret to state and preview. Default false. */
  readonly isInjectedSecret?: boolean;
  /** The extension's name before, which the component has an alias for. Default: none. */
  readonly renamedFrom?: string | undefined;
  /** Those of its `crds/` that it declares itself. Default: none. */
  readonly crds?: readonly DeclaredCrd[];
  /** Whether it is declared beside any platform: one that finds its plan does not take it for an extension that leaves. Default false. */
  readonly isAlone?: boolean;
}
