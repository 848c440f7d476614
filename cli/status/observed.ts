/** All that is asked of a cluster for a status: a list for each kind of objects, however many extensions there are. */
import { CLUSTER_API, CORE_API, EXTENSIONS_API, label } from "../../kubesphere/api";
import { inParallel } from "../../kubesphere/parallel";
import type { Cluster, Listing, StoredObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { lossesOf, type Loss } from "../shared/losses";
import { seenMembers, type DeclaredMember, type HostCluster, type SeenMember } from "../shared/members";
import { whyUnread } from "../shared/unread";
import type { Plan } from "./objects";
import type { Unread } from "./status";

/** KubeSphere's executor labels whatever an extension's chart renders, and EndpointSlices take their Service's labels over. */
const OF_EXTENSIONS = { labelSelector: label.extensionRef };

const LISTINGS = {
  plans: { apiVersion: CORE_API, kind: "InstallPlan" },
  extensions: { apiVersion: CORE_API, kind: "Extension" },
  bundles: { apiVersion: EXTENSIONS_API, kind: "JSBundle" },
  deployments: { apiVersion: "apps/v1", kind: "Deployment", ...OF_EXTENSIONS },
  statefulSets: { apiVersion: "apps/v1", kind: "StatefulSet", ...OF_EXTENSIONS },
  daemonSets: { apiVersion: "apps/v1", kind: "DaemonSet", ...OF_EXTENSIONS },
  ingresses: { apiVersion: "networking.k8s.io/v1", kind: "Ingress", ...OF_EXTENSIONS },
  endpointSlices: { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice", ...OF_EXTENSIONS },
  clusters: { apiVersion: CLUSTER_API, kind: "Cluster" },
  warnings: { apiVersion: "v1", kind: "Event", fieldSelector: "type=Warning" },
} satisfies Readonly<Record<string, Listing>>;

type List = keyof typeof LISTINGS;
/** Without these there is nothing to tell. */
const VITAL: readonly List[] = ["plans", "extensions"];
/** These are shown, and prove nothing. */
const TOLD_ONLY: readonly List[] = ["ingresses", "endpointSlices", "warnings"];

/** The objects of all extensions, of the stack or not; none of a kind that may not be read. */
export type Observed = Readonly<Record<List, readonly StoredObject[]>> & {
  readonly unread: readonly Unread[];
  /** What was installed and has been taken away, by extension. */
  readonly losses: ReadonlyMap<string, readonly Loss[]>;
  /** Of the CRDs that were asked for, those that the cluster does not have. */
  readonly missingCrds: ReadonlySet<string>;
  /** The clusters beside the host, each asked. */
  readonly members: readonly SeenMember[];
};

export interface Subject {
  /** CRDs whose absence is to be told, by name. */
  readonly crds?: readonly string[];
  /** Those of the stack. */
  readonly members?: readonly DeclaredMember[];
  /** As of {@link lossesOf}. */
  readonly option?: string;
}

/** @throws Failure when what there is to tell of cannot be read */
export async function observe(
  cluster: Pick<Cluster, "list" | "read">,
  { crds = [], members = [], option = "" }: Subject = {},
): Promise<Observed> {
  const unread: Unread[] = [];
  const read = async (name: List): Promise<readonly StoredObject[]> => {
    const { kind } = LISTINGS[name];
    try {
      return await cluster.list(LISTINGS[name]);
    } catch (error) {
      if (!(error instanceof Failure) || VITAL.includes(name)) throw error;
      const matters = name === "clusters" ? members.length > 0 : !TOLD_ONLY.includes(name);
      unread.push({ kind, why: whyUnread(error), matters });
      return [];
    }
  };
  const names = Object.keys(LISTINGS) as List[];
  const lists = await Promise.all(names.map(async (name) => [name, await read(name)] as const));
  const all = Object.fromEntries(lists) as Readonly<Record<List, readonly StoredObject[]>>;
  const [losses, seen] = await Promise.all([
    lossesOf(cluster, all.plans as readonly Plan[], option),
    seenMembers(all.clusters as readonly HostCluster[], members),
  ]);
  const known = new Set(unread.map(({ kind }) => kind));
  unread.push(...losses.unread.filter(({ kind }) => !known.has(kind)).map((it) => ({ ...it, matters: true })));
  const missingCrds = new Set(await missing(cluster, crds, unread));
  unread.sort((a, b) => a.kind.localeCompare(b.kind));
  return { ...all, unread, losses: losses.found, missingCrds, members: seen };
}

const CRD = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };

async function missing(cluster: Pick<Cluster, "read">, names: readonly string[], unread: Unread[]): Promise<readonly string[]> {
  try {
    const found = await inParallel(names, async (name) => ({ name, crd: await cluster.read({ ...CRD, metadata: { name } }) }));
    return found.flatMap(({ name, crd }) => (crd === undefined ? [name] : []));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    unread.push({ kind: CRD.kind, why: whyUnread(error), matters: true });
    return [];
  }
}
