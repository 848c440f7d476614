/** KubeSphere's executor passes rendered objects through `kustomize build`, which refuses some that Helm accepts. */
import { ConfigurationError } from "../errors";
import { hooksOf, isOfCrdsFolder, nameOf, type RenderedObject } from "./renderedObject";

/** Helm passes neither hooks nor the CRDs of a folder `crds/` to a post-renderer (Helm 3.22, pkg/action/action.go). */
export const isPostRendered = (object: RenderedObject): boolean => hooksOf(object).length === 0 && !isOfCrdsFolder(object);

/** Kustomize's identity of an object (api/resid): a namespace that is not stated counts as `default`. */
const identityOf = ({ apiVersion, kind, metadata: { name, namespace } }: RenderedObject): string =>
  JSON.stringify([apiVersion, kind, namespace || "default", name]);

/**
 * @param path the key or the chart that must be mended
 * @param objects all objects of an installation
 * @throws ConfigurationError for two objects that have the same identity for kustomize
 */
export function checkTwins(path: string, objects: readonly RenderedObject[]): void {
  const known = new Map<string, RenderedObject>();
  for (const object of objects.filter(isPostRendered)) {
    const identity = identityOf(object);
    const twin = known.get(identity);
    if (twin !== undefined) throw twice(path, object, twin);
    known.set(identity, object);
  }
}

const twice = (path: string, object: RenderedObject, twin: RenderedObject) => {
  const templates = [...new Set([twin, object].flatMap(({ templateFile = "" }) => (templateFile === "" ? [] : [templateFile])))];
  return new ConfigurationError({
    path,
    given: `${nameOf(object)} twice${templates.length === 0 ? "" : `, by ${templates.join(" and ")}`}`,
    allowed: "each object once: KubeSphere passes what Helm renders through kustomize, which takes no second of that name",
    mend: "Switch one of them off, or give it another name, in the extension's `install.config`, or mend the chart.",
  });
};
