/** The members of a stack, with the agents of extensions on them. */
import { CORE_API } from "../../kubesphere/api";
import { memberKubeconfig } from "../../kubesphere/member/memberKubeconfig";
import { ConfigurationError } from "../../kubesphere/errors";
import { inParallel } from "../../kubesphere/parallel";
import { connect, nameOf, type Cluster, type StoredObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { releaseOf } from "../shared/helmReleases";
import type { DeclaredMember } from "../shared/members";

/** A Deployment and the like, of an agent. */
export interface Workload {
  /** `Kind name`. */
  readonly object: string;
  readonly ready: number;
  readonly wanted: number;
}

export interface AgentWorkloads {
  readonly extension: string;
  readonly namespace: string;
  /** Asks the member. */
  workloads(): Promise<readonly Workload[] | { readonly unread: string }>;
}

export interface Member {
  readonly name: string;
  /** Those that KubeSphere has installed there. */
  readonly agents: readonly AgentWorkloads[];
}

interface Plan extends StoredObject {
  readonly status?: {
    readonly targetNamespace?: string;
    readonly clusterSchedulingStatuses?: Readonly<Record<string, { readonly releaseName?: string; readonly targetNamespace?: string }>>;
  };
}

/** @param host undefined where it cannot be asked: its members then are checked without their agents */
export async function membersOf(host: Cluster | undefined, declared: readonly DeclaredMember[]): Promise<readonly Member[]> {
  if (declared.length === 0) return [];
  const plans = ((await host?.list({ apiVersion: CORE_API, kind: "InstallPlan" }).catch(() => [])) ?? []) as readonly Plan[];
  return declared.map(({ name, kubeconfig }) => ({
    name,
    agents: plans.flatMap(({ metadata, status }): AgentWorkloads[] => {
      const agent = status?.clusterSchedulingStatuses?.[name];
      const { releaseName: release, targetNamespace: namespace = status?.targetNamespace } = agent ?? {};
      if (release === undefined || namespace === undefined) return [];
      return [{ extension: metadata.name, namespace, workloads: () => workloadsOf(name, kubeconfig, namespace, release) }];
    }),
  }));
}

async function workloadsOf(
  member: string,
  kubeconfig: string,
  namespace: string,
  release: string,
): Promise<readonly Workload[] | { readonly unread: string }> {
  try {
    const { text } = memberKubeconfig(`the kubeconfig of ${member}`, kubeconfig);
    const cluster = await connect({ kubeconfig: text, context: undefined });
    const stored = await releaseOf(cluster, namespace, release);
    if (stored === undefined) return [{ object: `Release ${namespace}/${release}`, ready: 0, wanted: 1 }];
    const made = stored.objects.filter(({ kind }) => kind in READY);
    return await inParallel(made, async (object) => {
      const placed = { ...object, metadata: { namespace, ...object.metadata } };
      const live = (await cluster.read(placed)) as Live | undefined;
      const { ready = 0, wanted = 1 } = READY[object.kind]?.(live ?? {}) ?? {};
      return { object: nameOf(placed), ready, wanted };
    });
  } catch (error) {
    if (error instanceof Failure || error instanceof ConfigurationError) return { unread: error.message };
    throw error;
  }
}

interface Live {
  readonly spec?: { readonly replicas?: number };
  readonly status?: { readonly readyReplicas?: number; readonly numberReady?: number; readonly desiredNumberScheduled?: number };
}

type Counted = (live: Live) => { readonly ready: number | undefined; readonly wanted: number | undefined };
const replicas: Counted = ({ spec, status }) => ({ ready: status?.readyReplicas, wanted: spec?.replicas });
const READY: Readonly<Record<string, Counted>> = {
  Deployment: replicas,
  StatefulSet: replicas,
  DaemonSet: ({ status }) => ({ ready: status?.numberReady, wanted: status?.desiredNumberScheduled }),
};
