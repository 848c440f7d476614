/** The Kubernetes and KubeSphere objects that the simulator works on: of each, the fields that it reads or writes. */

export interface Metadata {
  name: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  finalizers?: string[];
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  ownerReferences?: { apiVersion: string; kind: string; name: string; uid: string; controller?: boolean }[];
}

export interface KubeObject {
  apiVersion?: string;
  kind?: string;
  metadata: Metadata;
}

export interface Condition {
  type: string;
  status: string;
  reason: string;
  message: string;
  /** RFC 3339, whole seconds. */
  lastTransitionTime: string;
}

export type State =
  | "Preparing"
  | "Installing"
  | "Installed"
  | "InstallFailed"
  | "Upgrading"
  | "UpgradeFailed"
  | "Uninstalling"
  | "UninstallFailed"
  | "Uninstalled";

export interface InstallPlanStatus {
  state?: State;
  /** FNV-1a 64, hex, of the config that the last Job was given. */
  configHash?: string;
  targetNamespace?: string;
  releaseName?: string;
  /** The installed chart's own version. */
  version?: string;
  jobName?: string;
  conditions?: Condition[];
  /** The last ten. */
  stateHistory?: { state: State; lastTransitionTime: string }[];
  /** Absent, not false, while disabled. */
  enabled?: boolean;
  /** By cluster, of its agent; absent where there is none. */
  clusterSchedulingStatuses?: Record<string, InstallPlanStatus>;
}

/** Kubernetes' own. */
export interface ClusterSelector {
  matchLabels?: Record<string, string>;
  matchExpressions?: { key: string; operator: string; values?: string[] }[];
}

export interface ClusterScheduling {
  placement?: { clusters?: string[]; clusterSelector?: ClusterSelector };
  /** By cluster, YAML. */
  overrides?: Record<string, string>;
}

export interface InstallPlan extends KubeObject {
  spec: { extension: { name: string; version: string }; enabled: boolean; config?: string; clusterScheduling?: ClusterScheduling };
  status?: InstallPlanStatus;
}

export interface ExtensionStatus {
  state?: State;
  enabled?: boolean;
  plannedInstallVersion?: string;
  installedVersion?: string;
  recommendedVersion?: string;
  versions?: { version: string; creationTimestamp: string }[];
  conditions?: Condition[];
  clusterSchedulingStatuses?: InstallPlanStatus["clusterSchedulingStatuses"];
}

export interface Extension extends KubeObject {
  status?: ExtensionStatus;
}

export interface ExtensionVersion extends KubeObject {
  spec: {
    version?: string;
    kubeVersion?: string;
    ksVersion?: string;
    namespace?: string;
    chartDataRef?: { name: string; namespace: string; key: string };
    chartURL?: string;
    /** The Repository that it is from. */
    repository?: string;
  };
}

export interface Repository extends KubeObject {
  spec: {
    url?: string;
    basicAuth?: { username?: string; password?: string };
    /** Base64 of PEM, as any bytes; a CRD of ks-core calls it a text. */
    caBundle?: string;
    insecure?: boolean;
    /** Go's durations: `1h30m`. */
    updateStrategy?: { registryPoll?: { interval?: string } };
  };
  /** RFC 3339, whole seconds. */
  status?: { lastSyncTime?: string };
}

export interface ClusterCondition extends Condition {
  /** As {@link Condition.lastTransitionTime}. */
  lastUpdateTime: string;
}

/** KubeSphere's object for a cluster: the host, or a member. */
export interface ClusterObject extends KubeObject {
  spec?: {
    /** Base64 of YAML: the values of the member's ks-core. */
    config?: string;
    /** The kubeconfig is in base64. */
    connection?: { type?: string; kubeconfig?: string; kubernetesAPIEndpoint?: string };
  };
  status?: {
    conditions?: ClusterCondition[];
    /** Of its namespace kube-system. */
    uid?: string;
    kubeSphereVersion?: string;
    kubernetesVersion?: string;
    nodeCount?: number;
  };
}

export interface JSBundle extends KubeObject {
  spec: {
    /** Bytes, so base64 in JSON; their content is base64 once more. */
    raw?: string;
    rawFrom?: {
      url?: string;
      service?: object;
      configMapKeyRef?: { name: string; namespace: string; key: string };
      secretKeyRef?: { name: string; namespace: string; key: string };
    };
  };
  status?: { state?: string; link?: string };
}

export interface ConfigMap extends KubeObject {
  data?: Record<string, string>;
  binaryData?: Record<string, string>;
}

export interface Job extends KubeObject {
  status?: { conditions?: { type: string; status: string; message?: string }[] };
}

export interface Pod extends KubeObject {
  spec?: { containers: { name: string; image: string }[] };
  status?: { phase?: string };
}

export interface Service extends KubeObject {
  spec: { type?: string; ports?: { name?: string; port: number; nodePort?: number }[] };
}

export interface EndpointSlice extends KubeObject {
  endpoints?: { conditions?: { ready?: boolean } }[];
  ports?: { name?: string; port?: number }[];
}

export interface IngressBackend {
  service?: { name: string; port: { name?: string; number?: number } };
}

export interface Ingress extends KubeObject {
  spec: {
    ingressClassName?: string;
    defaultBackend?: IngressBackend;
    tls?: { hosts?: string[]; secretName?: string }[];
    rules?: { host?: string; http?: { paths: { path?: string; pathType: string; backend: IngressBackend }[] } }[];
  };
}

export interface IngressClass extends KubeObject {
  spec: { controller?: string };
}

export interface Secret extends KubeObject {
  type?: string;
  data?: Record<string, string>;
}

export interface PersistentVolumeClaim extends KubeObject {
  spec: {
    accessModes?: string[];
    resources?: { requests?: Record<string, string> };
    storageClassName?: string;
    volumeMode?: string;
  };
  status?: { phase?: string };
}

export interface PersistentVolume extends KubeObject {
  spec: { persistentVolumeReclaimPolicy?: string };
  status?: { phase?: string };
}

/** The Deployment of KubeSphere's controller manager. */
export type Deployment = KubeObject;

/** KubeSphere's own ClusterRole or GlobalRole. */
export interface AggregatedRole extends KubeObject {
  aggregationRoleTemplates?: { roleSelector?: object; templateNames?: string[] };
}
