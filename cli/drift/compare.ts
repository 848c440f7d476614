/** One object as it was deployed against the same in the cluster: a dry run of server-side apply says what applying it again would change. */
import { CLUSTER_API } from "../../kubesphere/api";
import { groupOf } from "../../kubesphere/chart/renderedObject";
import { nameOf, UnknownKind, type Cluster, type KubernetesObject, type StoredObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { isSecretPath, SECRET } from "../shared/mask";
import { changesOf, isSameOrWithin } from "../shared/objectDiff";
import { writersOf, type Writer } from "./owners";

export interface Property {
  /** Such as `spec.replicas`. */
  readonly path: string;
  /** As it is in the cluster; absent where it is gone. `[secret]` of a Secret. */
  readonly is?: unknown;
  /** As it was deployed; absent where the cluster has more. */
  readonly wanted?: unknown;
  /** Who may have changed it, last one first; empty when the property is gone and nobody owns it. */
  readonly by: readonly Writer[];
}

/** A controller of Kubernetes itself, such as the autoscaler, writes what the cluster is to decide. */
const CLUSTERS_OWN = "kube-controller-manager";
/** KubeSphere's controllers write into its own kinds what they work out, such as the role templates that a role is made of. */
const KUBESPHERES_OWN = ["controller-manager", "ks-controller-manager"];

const isControllers = (manager = "", apiVersion: string): boolean =>
  manager === CLUSTERS_OWN || (KUBESPHERES_OWN.includes(manager) && /(?:^|\.)kubesphere\.io$/.test(groupOf(apiVersion)));

/** KubeSphere puts another kubeconfig in the place of one whose certificate is about to end: that is no state of its own, and the next `up` undoes it. */
const isRewritten = ({ kind, apiVersion }: StoredObject, path: string): boolean =>
  kind === "Cluster" && apiVersion === CLUSTER_API && path === "spec.connection.kubeconfig";

export interface Compared {
  /** `Kind name`, or `Kind namespace/name`. */
  readonly object: string;
  readonly drift: "changed" | "missing" | "unknown";
  readonly properties: readonly Property[];
  /** Why it could not be looked at, or why it cannot be there. */
  readonly reason?: string;
}

/** @param namespace of the release, into which its objects go that name none */
export async function compare(cluster: Cluster, object: KubernetesObject, namespace?: string): Promise<Compared | undefined> {
  const placed = namespace === undefined ? object : inNamespace(object, namespace);
  try {
    const live = await cluster.read(placed);
    if (live === undefined) return { object: nameOf(object), drift: "missing", properties: [] };
    // Only the API server knows which kinds have no namespace.
    const applied = await cluster.dryApply(live.metadata.namespace === undefined ? object : placed);
    const properties = differing(object, live, applied);
    return properties.length === 0 ? undefined : { object: nameOf(live), drift: "changed", properties };
  } catch (error) {
    if (error instanceof UnknownKind)
      return {
        object: nameOf(object),
        drift: "missing",
        properties: [],
        reason: `the cluster has no ${object.kind} of ${object.apiVersion}`,
      };
    // One object that cannot be looked at, for lack of rights or a webhook that refuses dry runs, hides no other.
    if (error instanceof Failure) return { object: nameOf(object), drift: "unknown", properties: [], reason: error.message };
    throw error;
  }
}

const inNamespace = ({ metadata, ...rest }: KubernetesObject, namespace: string): KubernetesObject => ({
  ...rest,
  metadata: { namespace, ...metadata },
});

/**
 * What applying again would change, of what was declared in another way than it is: admission webhooks may add to either, and a webhook
 * that was not there yet when the object was made would now write the same in other words.
 */
function differing(declared: KubernetesObject, live: StoredObject, applied: StoredObject): readonly Property[] {
  const declaredOtherwise = changesOf(live, inData(declared)).filter(({ after }) => after !== undefined);
  return changesOf(comparable(live), comparable(applied)).flatMap(({ path, before, after }): Property[] => {
    if (!declaredOtherwise.some((other) => isSameOrWithin(other.path, path) || isSameOrWithin(path, other.path))) return [];
    const by = writersOf(live, path);
    if (isControllers(by[0]?.manager, live.apiVersion) && !isRewritten(live, path)) return [];
    const shown = (value: unknown) => (isSecretPath(live.kind, path) ? SECRET : value);
    return [{ path, ...(before !== undefined && { is: shown(before) }), ...(after !== undefined && { wanted: shown(after) }), by }];
  });
}

/** A Secret's texts, as the API server stores them. */
function inData({ stringData, ...object }: KubernetesObject & { stringData?: Readonly<Record<string, string>>; data?: object }) {
  if (stringData === undefined) return object;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  return { ...object, data: { ...object.data, ...Object.fromEntries(encoded) } };
}

/** What every write changes. */
const VOLATILE = new Set(["managedFields", "generation", "resourceVersion"]);

/** Without that, and without what the cluster says rather than the program. */
const comparable = ({ metadata, ...rest }: StoredObject) => ({
  ...rest,
  status: undefined,
  metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !VOLATILE.has(key))),
});
