/** All that the checks go by, read once. */
import type { PlanScheduling } from "../../../kubesphere/extension/clusterScheduling";
import type { AgentStatus } from "../../../kubesphere/extension/installPlan";
import type { Revision } from "../../recover/release";
import type { ChartAccess } from "../../../kubesphere/chart/chartAccess";
import type { StoredObject } from "../../shared/cluster";
import type { Keeper } from "../../shared/heldNamespaces";
import type { Loss } from "../../shared/losses";
import type { HostCluster, SeenMember } from "../../shared/members";
import type { StatedIngress } from "../../shared/statedIngress";
import type { DataReference, MissingCrds } from "../../shared/missingCrds";

export interface Facts {
  readonly stack: StackFacts;
  /** Milliseconds, by the clock of this machine. */
  readonly now: number;
  readonly plans: readonly Plan[];
  readonly extensions: readonly StoredObject[];
  readonly versions: readonly ExtensionVersion[];
  /** Cluster objects, the host's own too. */
  readonly clusters: readonly HostCluster[];
  /** The clusters beside the host, each asked. */
  readonly members: readonly SeenMember[];
  /** Of the plans that are not settled, by their names; of agents that failed, by {@link import("./plans").agentKey}. */
  readonly executions: ReadonlyMap<string, Execution>;
  /** The ConfigMaps of KubeSphere's namespace, and those elsewhere that ExtensionVersions name. */
  readonly configMaps: readonly ConfigMapKeys[];
  /** What was installed and has been taken away, by extension. */
  readonly losses: ReadonlyMap<string, readonly Loss[]>;
  readonly missingCrds: readonly MissingCrds[];
  readonly webhooks: readonly Probe[];
  /** Those whose last revision Helm has left half-way. */
  readonly unfinishedReleases: UnfinishedReleases;
  readonly ingressClasses: readonly IngressClass[];
  /** Of extensions. */
  readonly ingresses: readonly Ingress[];
  readonly services: readonly Service[];
  /** Of the API server's own kinds, too. */
  readonly apiServices: readonly ApiService[];
  readonly issuer: IssuerAnswer;
  /** Why the address of ks-core's chart serves none; undefined where it does, and where it is no URL or cannot be asked from here. */
  readonly ksCoreChart: { readonly url: string; readonly why: string } | undefined;
  readonly serverClock: ServerClock;
  readonly nodeClocks: readonly NodeClock[];
  /** What KubeSphere's label says belongs to an extension. */
  readonly labelled: readonly StoredObject[];
  readonly namespaces: readonly StoredObject[];
  /** Who takes KubeSphere's finalizers off them. */
  readonly keeper: Keeper;
  /** What KubeSphere has left in a cluster that it is gone from: CRDs, webhooks, roles. */
  readonly remains: readonly StoredObject[];
  /** Of the namespaces that may be left over: what is in them that is not KubeSphere's or Kubernetes' own, as `Kind name`. */
  readonly contents: ReadonlyMap<string, readonly string[]>;
}

/** What the configuration and the state say. */
export interface StackFacts {
  /** What follows a command of ours to mean this stack: ` --stack prod`, or nothing for the selected one. */
  readonly option: string;
  /** The objects in the state, as `Kind name` or `Kind namespace/name`. */
  readonly declared: ReadonlySet<string>;
  readonly ports: { readonly ingress: number; readonly ingressHttps?: number; readonly console: number };
  readonly ingress: StatedIngress;
  /** ks-core's chart where it is at a URL, and how that is asked. */
  readonly ksCoreChart?: (ChartAccess & { readonly chart: string }) | undefined;
  /** An output of the stack; undefined before its first `up`. */
  readonly issuer: string | undefined;
}

export interface Plan extends StoredObject {
  readonly spec: {
    readonly extension: { readonly name: string; readonly version: string };
    readonly enabled: boolean;
    readonly config?: string;
    readonly clusterScheduling?: PlanScheduling;
  };
  readonly status?: {
    readonly state?: string;
    readonly version?: string;
    readonly configHash?: string;
    readonly jobName?: string;
    readonly releaseName?: string;
    readonly targetNamespace?: string;
    readonly conditions?: readonly Condition[];
    /** The oldest first. */
    readonly stateHistory?: readonly { readonly state: string; readonly lastTransitionTime: string }[];
    /** Of its agents, by cluster. */
    readonly clusterSchedulingStatuses?: Readonly<Record<string, AgentStatus>>;
  };
}

export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  /** RFC 3339 */
  readonly lastTransitionTime?: string;
}

export interface ExtensionVersion extends StoredObject {
  readonly spec: {
    readonly version?: string;
    readonly repository?: string;
    readonly chartDataRef?: DataReference;
  };
}

/** The executor of a plan. */
export interface Execution {
  /** undefined: the plan names none, or it is gone. */
  readonly job?: StoredObject;
  /** The Job's own. */
  readonly pods: readonly StoredObject[];
  /** What the last of them said last; undefined where nothing can be had. */
  readonly log?: string;
  /** The other pods of the namespace, which Helm waits for. */
  readonly workloads: readonly StoredObject[];
  /** The namespace's events of that type, the oldest first, as `Kind name: Reason: message`. */
  readonly warnings: readonly string[];
  /** Why Job, pods or events could not be read. */
  readonly unread?: string;
}

export interface ConfigMapKeys {
  readonly namespace: string;
  readonly name: string;
  /** Of `binaryData`, which is where KubeSphere looks. */
  readonly keys: readonly string[];
}

/** A write of which nothing comes, for KubeSphere's admission webhooks to see. */
export interface Probe {
  /** Such as `InstallPlan`. */
  readonly kind: string;
  /** What the API server said of the webhook; undefined when it answered. */
  readonly failure: string | undefined;
}

export interface UnfinishedReleases {
  readonly releases: readonly { readonly name: string; readonly namespace: string; readonly revisions: readonly Revision[] }[];
  /** Who is at work on the stack, so that its own releases are no finding; undefined: nobody. */
  readonly atWork: string | undefined;
}

export interface IngressClass {
  readonly name: string;
  readonly isDefault: boolean;
  readonly controller: string;
  /** Pods with the labels of the class, which are those of the chart that brought both; undefined where it has none. */
  readonly pods: { readonly labels: string; readonly ready: number; readonly total: number } | undefined;
}

export interface Ingress extends StoredObject {
  readonly spec?: { readonly ingressClassName?: string };
}

export interface Service extends StoredObject {
  readonly spec: { readonly ports?: readonly { readonly name?: string; readonly nodePort?: number }[] };
}

/** Who answers one version of one API group: `apiregistration.k8s.io`. */
export interface ApiService extends StoredObject {
  readonly spec: {
    readonly group?: string;
    readonly version?: string;
    /** Absent where the API server answers itself. */
    readonly service?: { readonly namespace?: string; readonly name?: string } | undefined;
  };
}

export type IssuerAnswer =
  /** `code` is Node's, such as ENOTFOUND. */
  | { readonly url: string; readonly failure: { readonly code: string; readonly message: string } }
  | { readonly url: string; readonly status: number; readonly issuer: string | undefined }
  /** The stack has no issuer yet. */
  | undefined;

export interface ServerClock {
  /** Milliseconds, by the API server; it tells whole seconds. */
  readonly server: number;
  /** The same by this machine: before it was asked and after it answered. */
  readonly asked: number;
  readonly answered: number;
}

export interface NodeClock {
  readonly node: string;
  /** Milliseconds, by the node: when it last said that it lives. */
  readonly renewed: number;
  /** Milliseconds, by the API server: when that was read. */
  readonly read: number;
}
