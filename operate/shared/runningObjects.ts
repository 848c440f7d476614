/** Objects of a release that are there and do nothing, and those that need not be there. Pure. */
import { isDeepStrictEqual } from "util";
import { fieldAt, textAt } from "../../kubesphere/renderedObject";
import type { KubernetesObject, StoredObject } from "./cluster";

/** Kubernetes itself removes a Job that has ended. */
export const fleeting = (object: KubernetesObject): boolean =>
  object.kind === "Job" && fieldAt(object, "spec", "ttlSecondsAfterFinished") !== undefined;

/**
 * @param declared as the release has it
 * @param all of the release: what one of them scales may be at 0
 * @returns how it does nothing although the release says otherwise, to follow its name; undefined where it does
 */
export function idle(declared: KubernetesObject, live: StoredObject, all: readonly KubernetesObject[]): string | undefined {
  const { kind, metadata } = live;
  if (kind === "Deployment" || kind === "StatefulSet") {
    const isMeant = fieldAt(declared, "spec", "replicas") === 0;
    const isScaled = all.some((it) => textAt(it, "spec", "scaleTargetRef", "name") === metadata.name);
    return fieldAt(live, "spec", "replicas") === 0 && !isMeant && !isScaled ? "is scaled to 0" : undefined;
  }
  if (kind !== "DaemonSet" || fieldAt(live, "status", "desiredNumberScheduled") !== 0) return undefined;
  // Until its controller has looked at it, nobody knows.
  if (fieldAt(live, "status", "observedGeneration") !== metadata.generation) return undefined;
  const [wanted, is] = [declared, live].map((it) => nodesOf(it));
  return isDeepStrictEqual(wanted, is) && Object.keys(is ?? {}).length > 0 ? undefined : "runs on no node";
}

/** What keeps its pods to some nodes; a chart may mean nodes that a cluster has none of. */
function nodesOf(object: object): object {
  const selector = fieldAt(object, "spec", "template", "spec", "nodeSelector");
  const affinity = fieldAt(object, "spec", "template", "spec", "affinity", "nodeAffinity");
  return { ...(selector !== undefined && { selector }), ...(affinity !== undefined && { affinity }) };
}
