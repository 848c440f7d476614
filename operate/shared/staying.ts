/** Objects that a chart has Helm keep when its release goes. */
import { resourceFinder } from "../../kubesphere/apiResources";
import { groupOf, textAt } from "../../kubesphere/renderedObject";
import type { Staying } from "../../kubesphere/stayingCrds";
import { nameOf, type Cluster, type KubernetesObject } from "./cluster";
import { inParallel } from "../../kubesphere/parallel";

/** An object of a release that Helm leaves when the release, or the object in it, goes. */
export const isKept = (object: KubernetesObject): boolean =>
  textAt(object, "metadata", "annotations", "helm.sh/resource-policy")?.trim().toLowerCase() === "keep";

/** What the chart says of itself, in the namespace of its release where it names none. */
export function placed<Object extends KubernetesObject>(object: Object, namespace: string): Object {
  const { isNamespaced } = resourceFinder([])(groupOf(object.apiVersion), object.kind);
  return isNamespaced ? { ...object, metadata: { namespace, ...object.metadata } } : object;
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
