/**
 * Names of KubeSphere 4: API groups, labels, annotations, name patterns and limits.
 * Read from the sources of KubeSphere v4.1.2 and checked on a running one; no other file of this program spells them.
 */

/** Extension, ExtensionVersion, InstallPlan, Category, Repository. */
export const CORE_API = "kubesphere.io/v1alpha1";
/** JSBundle, APIService, ReverseProxy, ExtensionEntry. */
export const EXTENSIONS_API = "extensions.kubesphere.io/v1alpha1";
/** Cluster: the host itself, and each member. */
export const CLUSTER_API = "cluster.kubesphere.io/v1alpha1";

/** ks-core works in this namespace only; its admission webhooks look nowhere else. */
export const SYSTEM_NAMESPACE = "kubesphere-system";
export const INGRESS_NGINX_NAMESPACE = "ingress-nginx";
/** ks-core must be installed under this release name for its hooks to find their objects. */
export const KS_CORE_RELEASE = "ks-core";
/** The Deployment of KubeSphere's controller manager, in its namespace. */
export const KS_CORE_MANAGER = "ks-controller-manager";
/** The Deployment of KubeSphere on a member cluster, in the same namespace. */
export const KS_AGENT = "ks-agent";
/** The name of the host among the Clusters, unless ks-core's value `multicluster.hostClusterName` says another. */
export const HOST_CLUSTER = "host";
/** The Service of the console, and so the host of KubeSphere's default issuer. */
export const CONSOLE_SERVICE = "ks-console";
/** Our own: the certificate that the console's Ingress presents. */
export const CONSOLE_TLS_SECRET = "ks-console-tls";

export const label = {
  /** On an ExtensionVersion, and on the objects of an installed extension: the extension's name. */
  extensionRef: "kubesphere.io/extension-ref",
  /** On Extension and ExtensionVersion: the Marketplace's filter. */
  category: "kubesphere.io/category",
  /** On an Extension and its target namespace: made by a publisher, not by a Repository. */
  managed: "kubesphere.io/managed",
  /** On an Extension and its ExtensionVersions: the Repository that made, or took, them. */
  repositoryRef: "kubesphere.io/repository-ref",
  /** On a namespace: the workspace it belongs to. */
  workspace: "kubesphere.io/workspace",
  /** On a Secret: which kind of configuration it holds. */
  configType: "config.kubesphere.io/type",
  /** On an OAuth client's Secret: the client's name. The admission webhook sets it. */
  oauthClient: "config.kubesphere.io/oauthclient",
  /** On the Cluster of the host. */
  hostCluster: "cluster-role.kubesphere.io/host",
} as const;

/** Our own, in a plan's label selector: no cluster has it, so the selector matches none. */
export const NO_CLUSTER_LABEL = "cluster.kubesphere.io/none";

/** On a Cluster, a workspace and the like: the name that the console shows, and finds. */
export const displayNameAnnotation = "kubesphere.io/alias-name";

/** On a Cluster: {@link import("./extension/installPlan").configHash} of the config that its ks-core was installed with last. */
export const configHashAnnotation = "kubesphere.io/config-hash";

/** On KubeSphere's namespace of a member: what its host calls it, and what the host calls itself. */
export const memberAnnotation = { name: "cluster.kubesphere.io/name", host: "cluster.kubesphere.io/host-cluster" } as const;

/** Our own, of a kubeconfig's cluster: its name says that it is a sandbox's, whose KubeSphere is played on this machine. */
export const SANDBOX_EXTENSION = "sandbox.kubesphere-luban";

/** On an InstallPlan that is being deleted, `true`: KubeSphere then uninstalls it without a Job, which could fail. */
export const forceDeleteAnnotation = "kubesphere.io/force-delete";

/** Our own, on KubeSphere's namespace: `cluster.identifier` of the stack that declared it. Another stack then refuses the cluster. */
export const clusterIdentifierAnnotation = "kubesphere-luban/cluster-identifier";

/** Our own, on an InstallPlan: the place of its package. If the package moves, the plan is updated, and the run waits for it again. */
export const chartURLAnnotation = "kubesphere-luban/chart-url";

/** Our own, on an InstallPlan: the plan that it replaced because that one's Helm release was lost. */
export const reinstalledAnnotation = "kubesphere-luban/reinstalled";

/** Our own, on an InstallPlan: the lost objects for which it was rolled out again. */
export const repairedAnnotation = "kubesphere-luban/repaired";

/** Our own, on a Cluster: the UID of its namespace kube-system. Another one is another cluster, and another member. */
export const memberUidAnnotation = "kubesphere-luban/cluster-uid";

/** Our own, on an InstallPlan, or a Cluster, that is declared outside of any platform: so no platform uninstalls it for being absent from its list. */
export const aloneAnnotation = "kubesphere-luban/alone";

/** Our own, on an InstallPlan: the CRDs of its package's `crds/` that the stack has made anew and still declares, and how often each was made. */
export const restoredCrdsAnnotation = "kubesphere-luban/restored-crds";

/** Our own, on an InstallPlan: the members, with commas, on which the stack declares the extension's namespace and its executor's rights. */
export const membersAnnotation = "kubesphere-luban/members";

/** Our own, on such a CRD: how often it was made. */
export const restoredAnnotation = "kubesphere-luban/restored";

/** Our own, on objects that `luban adopt` imported: until an `up` changes them, nothing else distinguishes them from objects of others. */
export const adoptedAnnotation = "kubesphere-luban/adopted";

/** The workspace that extensions' namespaces belong to. */
export const SYSTEM_WORKSPACE = "system-workspace";

/** `type` of an OAuth client's Secret; its label {@link label.configType} is `oauthclient`. */
export const OAUTH_CLIENT_SECRET_TYPE = "config.kubesphere.io/oauthclient";
/** The name of ks-core's own client. */
export const BUILT_IN_OAUTH_CLIENT = "kubesphere";
/** The Secret's name of an OAuth client, in ks-core's own pattern; KubeSphere finds a client in a Secret of any name. */
export const oauthClientSecretName = (client: string) => `oauthclient-${client}`;

/** The Marketplace's categories: the Category objects of ks-core 4.1.2. */
export const CATEGORIES = [
  "ai-machine-learning",
  "computing",
  "database",
  "dev-tools",
  "integration-delivery",
  "networking",
  "observability",
  "security",
  "storage",
  "streaming-messaging",
] as const;

export const finalizer = {
  extension: "kubesphere.io/extension-protection",
  installPlan: "kubesphere.io/installplan-protection",
} as const;

/** The key of the chart in its ConfigMap's `binaryData`. */
export const CHART_KEY = "chart.tgz";

/** `helm-executor-<action>-<extension>-<6 random>` must be a valid Job name, so 32 characters are the maximum. */
export const MAX_EXTENSION_NAME_LENGTH = 32;
/** The same for an extension with agents on 4.1.2: their Jobs have `-agent` behind the name. 4.1.3 has shorter names, with room for 35. */
export const MAX_AGENT_EXTENSION_NAME_LENGTH = 26;

/** etcd's limit for a ConfigMap, in bytes; chart, values and kubeconfig of the executor share one. */
export const CONFIG_MAP_LIMIT = 1024 * 1024;

/** The API server's limit for the data of a Secret, in bytes; Helm keeps a release in one Secret. */
export const SECRET_LIMIT = 1024 * 1024;

export const extensionVersionName = (extension: string, version: string) => `${extension}-${version}`;
export const chartConfigMapName = (extension: string, version: string) => `extension-${extension}-${version}-chart`;
/** The namespace of an extension, unless its ExtensionVersion names another one. */
export const targetNamespace = (extension: string) => `extension-${extension}`;
/** ClusterRole, ClusterRoleBinding, Role and RoleBinding of the executor. */
export const executorRole = (extension: string) => `kubesphere:${extension}:helm-executor`;
export const executorServiceAccount = (extension: string) => `helm-executor.${extension}`;
/** The path at which ks-apiserver serves an extension's JSBundle; the console serves it under `/pstatic`. */
export const bundleLink = (extension: string) => `/dist/${extension}/index.js`;

/** Whether a Pulumi program has made, changed or adopted it: the stack's next `up` then undoes the changes of others. */
export const isOfStack = ({
  metadata,
}: {
  readonly metadata: {
    readonly annotations?: Readonly<Record<string, string>> | undefined;
    readonly managedFields?: readonly { readonly manager?: string }[];
  };
}): boolean =>
  adoptedAnnotation in (metadata.annotations ?? {}) ||
  (metadata.managedFields?.some(({ manager }) => manager?.startsWith("pulumi-kubernetes")) ?? false);
