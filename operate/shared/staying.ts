/** What stays in a cluster when a Helm release goes: CRDs of its chart's folders `crds/`, and objects that the chart has Helm keep. */
import { resourceFinder } from "../../kubesphere/apiResources";
import { unpackChartArchive } from "../../kubesphere/archive";
import { crdsIn } from "../../kubesphere/crdFolders";
import { ConfigurationError } from "../../kubesphere/errors";
import { fieldAt, groupOf, recordsAt, textAt } from "../../kubesphere/renderedObject";
import { nameOf, type Cluster, type KubernetesObject } from "./cluster";
import { inParallel } from "../../kubesphere/parallel";

export interface Staying {
  /** As `Kind name` or `Kind namespace/name`. */
  readonly object: string;
  readonly why: string;
  readonly mend: string;
}

/** An object of a release that Helm leaves when the release, or the object in it, goes. */
export const isKept = (object: KubernetesObject): boolean =>
  textAt(object, "metadata", "annotations", "helm.sh/resource-policy")?.trim().toLowerCase() === "keep";

/** What the chart says of itself, in the namespace of its release where it names none. */
export function placed<Object extends KubernetesObject>(object: Object, namespace: string): Object {
  const { isNamespaced } = resourceFinder([])(groupOf(object.apiVersion), object.kind);
  return isNamespaced ? { ...object, metadata: { namespace, ...object.metadata } } : object;
}

/** @param archives packages of extensions @returns the names of the CRDs in their folders `crds/`, of the charts within too */
export async function crdNames(archives: readonly Uint8Array[]): Promise<readonly string[]> {
  const found = await Promise.all(
    archives.map(async (archive) => {
      try {
        return await crdsIn(await unpackChartArchive("package.tgz", archive));
      } catch (error) {
        // Helm has not installed such a package either.
        if (error instanceof ConfigurationError) return [];
        throw error;
      }
    }),
  );
  return [...new Set(found.flat().map(({ crd }) => crd.metadata.name))].sort();
}

/** @returns those of the CRDs that are in the cluster */
export async function stayingCrds(cluster: Pick<Cluster, "read" | "list">, names: readonly string[]): Promise<readonly Staying[]> {
  const told = await inParallel(names, async (name): Promise<Staying[]> => {
    const crd = await cluster.read({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name } });
    if (crd === undefined) return [];
    const kind = textAt(crd, "spec", "names", "kind") ?? "";
    const stored = recordsAt(crd, "spec", "versions").find((version) => fieldAt(version, "storage") === true);
    const apiVersion = `${textAt(crd, "spec", "group") ?? ""}/${textAt(stored, "name") ?? ""}`;
    const count = (await cluster.list({ apiVersion, kind })).length;
    return [
      {
        object: nameOf(crd),
        why: `Helm never removes what stands in a chart's crds/; the cluster has ${count === 0 ? "no" : count} ${kind}`,
        mend: `when nothing else needs it: kubectl delete crd ${name}${count === 0 ? "" : `, which takes every ${kind} with it`}`,
      },
    ];
  });
  return told.flat();
}

/** @param objects of a release, {@link placed} @returns those of them that Helm keeps and the cluster has */
export async function stayingObjects(cluster: Pick<Cluster, "read">, objects: readonly KubernetesObject[]): Promise<readonly Staying[]> {
  const told = await inParallel(objects.filter(isKept), async (object): Promise<Staying[]> => {
    if ((await cluster.read(object)) === undefined) return [];
    const { kind, metadata } = object;
    const where = metadata.namespace === undefined ? "" : ` --namespace ${metadata.namespace}`;
    const group = groupOf(object.apiVersion);
    const type = `${kind.toLowerCase()}${group === "" ? "" : `.${group}`}`;
    return [
      {
        object: nameOf(object),
        why: "its chart has Helm keep it (helm.sh/resource-policy: keep)",
        mend: `when nobody needs it: kubectl delete ${type} ${metadata.name}${where}`,
      },
    ];
  });
  return told.flat();
}
