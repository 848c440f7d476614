/** Objects of a release that exist but do nothing, and objects that may be missing. Pure. */
import { isDeepStrictEqual } from "util";
import { fieldAt, isFields, textAt } from "../chart/renderedObject";
import { shellWord } from "../shellWord";

/** An object as declared, or as in the cluster. */
export interface AnyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Kubernetes itself removes a Job that has ended. */
export const fleeting = (object: AnyObject): boolean =>
  object.kind === "Job" && fieldAt(object, "spec", "ttlSecondsAfterFinished") !== undefined;

/** Kinds that run once: making them anew would run them again. */
export const runsOnce = ({ kind }: AnyObject): boolean => kind === "Job" || kind === "Pod";

/**
 * How it is restored: by another rollout, in which Helm writes the fields that the chart sets and keeps the others; by the return to the
 * release's last revision; by a rollout after a missing kind was restored by hand; or by the named command.
 */
export type Mend = "rollout" | "rollback" | "kind" | { readonly command: string };

export interface Idle {
  /** The words after the object's name. */
  readonly how: string;
  readonly by: Mend;
}

/**
 * @param declared the object in the release
 * @param live the object in the cluster, with its namespace
 * @param scalers objects that may keep it at 0: the release's objects, and the cluster's HorizontalPodAutoscalers
 * @returns undefined if it works as declared
 */
export function idle(declared: AnyObject, live: AnyObject, scalers: readonly AnyObject[]): Idle | undefined {
  const { kind } = live;
  if (kind === "Deployment" || kind === "StatefulSet") return scaledDown(declared, live, scalers);
  if (kind !== "DaemonSet" || fieldAt(live, "status", "desiredNumberScheduled") !== 0) return undefined;
  // Its state is unknown until its controller has processed it.
  if (fieldAt(live, "status", "observedGeneration") !== fieldAt(live, "metadata", "generation")) return undefined;
  const [wanted, is] = [declared, live].map((it) => nodesOf(it));
  const how = "runs on no node";
  // No chart intends that, and a rollout does not change it.
  if (isDeepStrictEqual(wanted, is)) return Object.keys(is ?? {}).length > 0 ? undefined : { how, by: "rollback" };
  const added = addedTo(wanted ?? {}, is ?? {});
  return {
    how,
    by: added === undefined ? "rollout" : { command: `kubectl patch ${placeOf(live)} --type merge --patch ${shellWord(podSpec(added))}` },
  };
}

export const isScaledDown = (live: unknown): boolean => fieldAt(live, "spec", "replicas") === 0;

function scaledDown(declared: AnyObject, live: AnyObject, scalers: readonly AnyObject[]): Idle | undefined {
  const wanted = fieldAt(declared, "spec", "replicas");
  if (!isScaledDown(live) || wanted === 0 || scalers.some((it) => scales(it, live))) return undefined;
  const how = "is scaled to 0";
  return { how, by: typeof wanted === "number" ? "rollout" : { command: `kubectl scale ${placeOf(live)} --replicas 1` } };
}

const placeOf = ({ kind, metadata: { name, namespace } }: AnyObject) =>
  `${kind.toLowerCase()} ${name}${namespace === undefined ? "" : ` --namespace ${namespace}`}`;

function scales(scaler: AnyObject, { kind, metadata: { name, namespace } }: AnyObject): boolean {
  const target = fieldAt(scaler, "spec", "scaleTargetRef");
  // Without a kind, the target is a Deployment; objects of a release may omit its namespace.
  return (
    textAt(target, "name") === name && (textAt(target, "kind") ?? kind) === kind && (scaler.metadata.namespace ?? namespace) === namespace
  );
}

/** Fields that limit Pods to some nodes; a cluster may have none of the nodes that a chart asks for. */
function nodesOf(object: object): { readonly nodeSelector?: unknown; readonly affinity?: unknown } {
  const nodeSelector = fieldAt(object, "spec", "template", "spec", "nodeSelector");
  const affinity = fieldAt(object, "spec", "template", "spec", "affinity", "nodeAffinity");
  return { ...(nodeSelector !== undefined && { nodeSelector }), ...(affinity !== undefined && { affinity }) };
}

/** @returns a merge patch that removes fields from the Pods' spec; undefined if the release sets all of them */
function addedTo(wanted: ReturnType<typeof nodesOf>, is: ReturnType<typeof nodesOf>): object | undefined {
  const stated = isFields(wanted.nodeSelector) ? wanted.nodeSelector : {};
  const keys = Object.keys(isFields(is.nodeSelector) ? is.nodeSelector : {}).filter((key) => !(key in stated));
  const affinity = wanted.affinity === undefined && is.affinity !== undefined;
  if (keys.length === 0 && !affinity) return undefined;
  return {
    ...(keys.length > 0 && { nodeSelector: Object.fromEntries(keys.map((key) => [key, null])) }),
    ...(affinity && { affinity: { nodeAffinity: null } }),
  };
}

const podSpec = (spec: object) => JSON.stringify({ spec: { template: { spec } } });
