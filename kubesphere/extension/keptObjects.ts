/** Objects that a chart tells Helm to keep when its release is uninstalled. */
import { resourceFinder, type FindResource } from "../chart/apiResources";
import { inParallel } from "../parallel";
import { groupOf, nameOf, textAt, type RenderedObject } from "../chart/renderedObject";
import type { Staying } from "./stayingCrds";

type Named = Pick<RenderedObject, "apiVersion" | "kind" | "metadata">;

/** An object that Helm keeps when the release is uninstalled, or when the object is removed from it. */
export const isKept = (object: Named): boolean =>
  textAt(object, "metadata", "annotations", "helm.sh/resource-policy")?.trim().toLowerCase() === "keep";

/** The object with the release's namespace, if it names none and its kind needs one. @param find default: by Kubernetes' kinds and conventions */
export function placed<Object extends Named>(object: Object, namespace: string, find: FindResource = resourceFinder([])): Object {
  const { isNamespaced } = find(groupOf(object.apiVersion), object.kind);
  return isNamespaced && !object.metadata.namespace ? { ...object, metadata: { ...object.metadata, namespace } } : object;
}

/**
 * @param isThere whether the cluster has it
 * @param objects the objects of a release, {@link placed}
 * @returns the objects that Helm keeps and the cluster has
 */
export async function stayingObjects<Object extends Named>(
  isThere: (object: Object) => Promise<boolean>,
  objects: readonly Object[],
): Promise<readonly Staying[]> {
  const told = await inParallel(objects.filter(isKept), async (object) => ((await isThere(object)) ? [keptObject(object)] : []));
  return told.flat();
}

/** @param object {@link placed} */
export function keptObject({ apiVersion, kind, metadata }: Named): Staying {
  const where = metadata.namespace === undefined ? "" : ` --namespace ${metadata.namespace}`;
  const group = groupOf(apiVersion);
  const type = `${kind.toLowerCase()}${group === "" ? "" : `.${group}`}`;
  return {
    object: nameOf({ kind, metadata }),
    why: "its chart has Helm keep it (helm.sh/resource-policy: keep)",
    mend: `when nobody needs it: kubectl delete ${type} ${metadata.name}${where}`,
  };
}
