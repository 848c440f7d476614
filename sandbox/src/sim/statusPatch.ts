import { isDeepStrictEqual } from "node:util";
import type { KubeObject } from "./objects.js";

/**
 * The merge patch that makes an object's status exactly the wanted one, and fails if the object has changed since it was read.
 * Undefined where nothing changes.
 */
export function statusPatch(object: KubeObject & { status?: object }, wanted: object): object | undefined {
  const current = object.status ?? {};
  if (isDeepStrictEqual(current, wanted)) return undefined;
  const removed = Object.fromEntries(Object.keys(current).flatMap((key) => (key in wanted ? [] : [[key, null]])));
  return { metadata: { resourceVersion: object.metadata.resourceVersion }, status: { ...removed, ...wanted } };
}
