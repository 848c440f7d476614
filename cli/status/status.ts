/** What wants telling of a stack's extensions, as one value: text, JSON and page are made of it alone. */
import type { Bundle, Endpoints, Ingress, Warning, Workload } from "./objects";
import type { Rollout, State } from "./states";

/** From good to bad. */
export const HEALTH = ["asWanted", "rollingOut", "differs", "failed"] as const;
export type Health = (typeof HEALTH)[number];

/** What `--json` prints. Fields may be added; those that are here keep their names and meanings. */
export interface StackStatus {
  readonly stack: string;
  /** RFC 3339: when the cluster was asked. */
  readonly time: string;
  /** The worst of the stack's own extensions and members. */
  readonly health: Health;
  /** What may not be read; all else is reported without it. */
  readonly unread: readonly Unread[];
  /** The stack's in the configuration's order, then those that the cluster has installed besides. */
  readonly extensions: readonly ExtensionStatus[];
  /** Clusters beside the host: the stack's in the configuration's order, then others that the host has. */
  readonly members: readonly MemberStatus[];
}

export interface MemberStatus {
  readonly name: string;
  /** What the console shows, if that is another text. */
  readonly displayName?: string;
  /** Whether the stack's configuration declares it. Others count for nothing. */
  readonly ofStack: boolean;
  readonly health: Health;
  /** Why it is not as wanted, in sentences; empty when it is. */
  readonly reasons: readonly string[];
  /** The condition Ready of its Cluster object: `True`, `False`, or empty until the host has looked. It stays when the member goes away. */
  readonly ready: string;
  /** RFC 3339: when the host looked. */
  readonly lookedAt?: string;
  /** Whether it answers now, asked from here. */
  readonly answers: boolean;
  /** As the host says. */
  readonly kubeSphereVersion?: string;
  readonly kubernetesVersion?: string;
  readonly nodes?: number;
  /** KubeSphere's pods on it, as it says itself; absent where it has none, or does not answer. */
  readonly agent?: { readonly ready: number; readonly wanted: number };
}

export interface Unread {
  readonly kind: string;
  readonly why: string;
  /** Whether the health depends on it. */
  readonly matters: boolean;
}

export interface ExtensionStatus {
  readonly name: string;
  /** Whether the stack's configuration declares it. One that it does not is held against its own InstallPlan. */
  readonly ofStack: boolean;
  readonly health: Health;
  /** Why it is not as wanted, in sentences; empty when it is. */
  readonly reasons: readonly string[];
  /** By the configuration; absent when it is only to be published, and of extensions that are not of the stack. */
  readonly wanted?: { readonly version: string; readonly configHash: string; readonly enabled: boolean };
  /** As KubeSphere says; absent when there is no InstallPlan. */
  readonly actual?: {
    readonly version?: string;
    readonly configHash?: string;
    readonly enabled: boolean;
    /** The InstallPlan's state; empty until KubeSphere has begun. */
    readonly state: string;
    readonly namespace?: string;
  };
  /** Whether the config that runs is the one that the configuration asks for; absent where there is nothing to compare. */
  readonly configMatches?: boolean;
  /** The last ten, the oldest first. */
  readonly states: readonly State[];
  readonly rollout?: Rollout;
  readonly workloads: readonly Workload[];
  readonly bundles: readonly Bundle[];
  readonly ingresses: readonly Ingress[];
  readonly endpoints: readonly Endpoints[];
  /** The last three, the newest first. Kubernetes forgets its events after an hour. */
  readonly warnings: readonly Warning[];
  /** Of a multi-cluster extension: its agents. */
  readonly clusters: readonly AgentStatus[];
}

export interface AgentStatus {
  readonly cluster: string;
  /** Empty until KubeSphere has begun. */
  readonly state: string;
  readonly version?: string;
  readonly configHash?: string;
  /** Whether that is what its InstallPlan asks for on this cluster; absent where nobody here can say. */
  readonly configMatches?: boolean;
  /** Why its rollout has failed, in KubeSphere's words. */
  readonly reason?: string;
  /** The Job of that, on the host, as `namespace/name`. */
  readonly job?: string;
  /** Whether the InstallPlan does not ask for it any more. */
  readonly isLeaving?: boolean;
  readonly states: readonly State[];
}

export const worst = (healths: readonly Health[]): Health => HEALTH[Math.max(0, ...healths.map((it) => HEALTH.indexOf(it)))] ?? "asWanted";

/** Nothing speaks against its being as wanted, and not all that might was to be seen. */
export const isUnproven = ({ health, unread }: StackStatus): boolean => health === "asWanted" && unread.some(({ matters }) => matters);

/** For people. */
export const WORDS: Readonly<Record<Health, string>> = {
  asWanted: "as wanted",
  rollingOut: "rolling out",
  differs: "differs",
  failed: "failed",
};

/** Of the whole stack. */
export const words = (status: StackStatus): string =>
  isUnproven(status) ? `${WORDS[status.health]} in what could be read` : WORDS[status.health];

export const unreadLine = ({ kind, why }: Unread): string => `${kind}: not read: ${why}`;
