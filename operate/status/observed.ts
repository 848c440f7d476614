/** All that is asked of a cluster for a status: a handful of lists, however many extensions there are. */
import { CORE_API, EXTENSIONS_API, label } from "../../kubesphere/api";
import type { Cluster, Listing, StoredObject } from "../shared/cluster";

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
} as const satisfies Readonly<Record<string, Listing>>;

/** The objects of all extensions, of the stack or not. */
export type Observed = Readonly<Record<keyof typeof LISTINGS, readonly StoredObject[]>>;

/** @throws Failure when one of the lists cannot be read */
export async function observe(cluster: Pick<Cluster, "list">): Promise<Observed> {
  const lists = await Promise.all(
    Object.entries(LISTINGS).map(async ([name, listing]: [string, Listing]) => [name, await cluster.list(listing)] as const),
  );
  return Object.fromEntries(lists) as Observed;
}
