/** What KubeSphere's label says belongs to an extension, and what of it can go with the extension. */
import { label } from "../../kubesphere/api";
import type { Cluster, StoredObject } from "./cluster";
import { inParallel } from "../../kubesphere/parallel";

/** The kinds that KubeSphere labels, all of the cluster's scope. */
const LABELLED = [
  ...["JSBundle", "APIService", "ReverseProxy", "ExtensionEntry"].map((kind) => ({
    apiVersion: "extensions.kubesphere.io/v1alpha1",
    kind,
  })),
  ...["ClusterRoleBinding", "ClusterRole"].map((kind) => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind })),
  { apiVersion: "v1", kind: "Namespace" },
];

/** @param name of the extension; without it, those of all of them */
export const labelled = async (cluster: Pick<Cluster, "list">, name?: string): Promise<readonly StoredObject[]> => {
  const labelSelector = name === undefined ? label.extensionRef : `${label.extensionRef}=${name}`;
  return (await inParallel(LABELLED, (of) => cluster.list({ ...of, labelSelector }))).flat();
};

export const extensionOf = ({ metadata }: StoredObject) => metadata.labels?.[label.extensionRef] ?? "";

export interface Kept {
  readonly object: StoredObject;
  /** As {@link import("./namespaceContents").contents} tells it. */
  readonly holds: readonly string[];
  readonly why: string;
  readonly mend: string;
}

export interface Pieces {
  /** It still runs: nothing of it can go. */
  readonly release: { readonly name: string; readonly namespace: string } | undefined;
  /** In the order to delete them. */
  readonly removable: readonly StoredObject[];
  /** Namespaces with what may be somebody's. */
  readonly kept: readonly Kept[];
}

/** What is not named here comes first. */
const ORDER = ["ClusterRoleBinding", "ClusterRole", "Namespace"];

/**
 * @param objects of one extension that is not installed any more
 * @param contents of its namespaces, as {@link import("./namespaceContents").contents} tells them
 */
export function piecesOf(objects: readonly StoredObject[], contents: ReadonlyMap<string, readonly string[]>): Pieces {
  const release = objects.map(releaseOf).find((it) => it !== undefined && contents.get(it.namespace)?.includes(`Release ${it.name}`));
  if (release !== undefined) return { release, removable: [], kept: [] };
  const isKept = ({ kind, metadata }: StoredObject) =>
    kind === "Namespace" && (metadata.labels?.[label.managed] !== "true" || contents.get(metadata.name)?.length !== 0);
  return {
    release,
    removable: objects.filter((it) => !isKept(it)).sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind)),
    kept: objects.filter(isKept).map((object) => keptFor(object, contents.get(object.metadata.name) ?? [])),
  };
}

function keptFor(object: StoredObject, holds: readonly string[]): Kept {
  const { name, labels = {} } = object.metadata;
  const why =
    holds.length > 0
      ? `it holds ${holds.join(", ")}`
      : `it was not made by KubeSphere: ${label.managed} is ${labels[label.managed] ?? "missing"}`;
  return { object, holds, why, mend: `look at it, keep what is needed, then: kubectl delete namespace ${name}` };
}

/** Its own namespace, or that of the Helm release that brought it. */
export const namespaceOf = ({ kind, metadata: { name, annotations = {} } }: StoredObject): readonly string[] =>
  kind === "Namespace" ? [name] : [annotations["meta.helm.sh/release-namespace"] ?? []].flat();

/** Of a Namespace, the release that is called as its extension. */
function releaseOf(object: StoredObject): { readonly name: string; readonly namespace: string } | undefined {
  const { annotations = {}, name } = object.metadata;
  if (object.kind === "Namespace") return { name: extensionOf(object), namespace: name };
  const [release, namespace] = [annotations["meta.helm.sh/release-name"], annotations["meta.helm.sh/release-namespace"]];
  return release === undefined || namespace === undefined ? undefined : { name: release, namespace };
}
