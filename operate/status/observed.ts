/** All that is asked of a cluster for a status: a handful of lists, however many extensions there are. */
import { CORE_API, EXTENSIONS_API, label } from "../../kubesphere/api";
import type { Cluster, Listing, StoredObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { whyUnread } from "../shared/unread";
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
  warnings: { apiVersion: "v1", kind: "Event", fieldSelector: "type=Warning" },
} satisfies Readonly<Record<string, Listing>>;

type List = keyof typeof LISTINGS;
/** Without these there is nothing to tell. */
const VITAL: readonly List[] = ["plans", "extensions"];
/** These are told of, and prove nothing. */
const TOLD_ONLY: readonly List[] = ["ingresses", "endpointSlices", "warnings"];

/** The objects of all extensions, of the stack or not; none of a kind that may not be read. */
export type Observed = Readonly<Record<List, readonly StoredObject[]>> & { readonly unread: readonly Unread[] };

/** @throws Failure when what there is to tell of cannot be read */
export async function observe(cluster: Pick<Cluster, "list">): Promise<Observed> {
  const unread: Unread[] = [];
  const read = async (name: List): Promise<readonly StoredObject[]> => {
    const { kind } = LISTINGS[name];
    try {
      return await cluster.list(LISTINGS[name]);
    } catch (error) {
      if (!(error instanceof Failure) || VITAL.includes(name)) throw error;
      unread.push({ kind, why: whyUnread(error), matters: !TOLD_ONLY.includes(name) });
      return [];
    }
  };
  const names = Object.keys(LISTINGS) as List[];
  const lists = await Promise.all(names.map(async (name) => [name, await read(name)] as const));
  unread.sort((a, b) => a.kind.localeCompare(b.kind));
  return { ...(Object.fromEntries(lists) as Readonly<Record<List, readonly StoredObject[]>>), unread };
}
