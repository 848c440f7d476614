/** Objects that belong to an extension by KubeSphere's label, and which of them can be deleted with it. */
import { label } from "../../kubesphere/api";
import type { Cluster, StoredObject } from "./cluster";
import { inParallel } from "../../kubesphere/parallel";

/** The cluster-scoped kinds that KubeSphere labels. */
const LABELLED = [
  ...["JSBundle", "APIService", "ReverseProxy", "ExtensionEntry"].map((kind) => ({
    apiVersion: "extensions.kubesphere.io/v1alpha1",
    kind,
  })),
  ...["ClusterRoleBinding", "ClusterRole"].map((kind) => ({ apiVersion: "rbac.authorization.k8s.io/v1", kind })),
  { apiVersion: "v1", kind: "Namespace" },
];

/** @param name the extension's name; undefined for all extensions */
export const labelled = async (cluster: Pick<Cluster, "list">, name?: string): Promise<readonly StoredObject[]> => {
  const labelSelector = name === undefined ? label.extensionRef : `${label.extensionRef}=${name}`;
  return (await inParallel(LABELLED, (of) => cluster.list({ ...of, labelSelector }))).flat();
};

export const extensionOf = ({ metadata }: StoredObject) => metadata.labels?.[label.extensionRef] ?? "";

export interface Kept {
  readonly object: StoredObject;
  /** In the form of {@link import("./namespaceContents").contents}. */
  readonly holds: readonly string[];
  readonly why: string;
  readonly mend: string;
}

export interface Pieces {
  /** The extension still runs: none of its objects can be deleted. */
  readonly release: { readonly name: string; readonly namespace: string } | undefined;
  /** In the order of their deletion. */
  readonly removable: readonly StoredObject[];
  /** Namespaces with objects that may belong to others. */
  readonly kept: readonly Kept[];
}

/** Kinds that are not in this list come first. */
const ORDER = ["ClusterRoleBinding", "ClusterRole", "Namespace"];

/**
 * @param objects the objects of an extension that is no longer installed
 * @param contents the contents of its namespaces, in the form of {@link import("./namespaceContents").contents}
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

/** Its own namespace, or that of the Helm release that it belongs to. */
export const namespaceOf = ({ kind, metadata: { name, annotations = {} } }: StoredObject): readonly string[] =>
  kind === "Namespace" ? [name] : [annotations["meta.helm.sh/release-namespace"] ?? []].flat();

/** For a Namespace: the release with the name of its extension. */
function releaseOf(object: StoredObject): { readonly name: string; readonly namespace: string } | undefined {
  const { annotations = {}, name } = object.metadata;
  if (object.kind === "Namespace") return { name: extensionOf(object), namespace: name };
  const [release, namespace] = [annotations["meta.helm.sh/release-name"], annotations["meta.helm.sh/release-namespace"]];
  return release === undefined || namespace === undefined ? undefined : { name: release, namespace };
}
