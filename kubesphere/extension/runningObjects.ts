/** Objects of a release that are there and do nothing, and those that need not be there. Pure. */
import { isDeepStrictEqual } from "util";
import { fieldAt, isFields, textAt } from "../chart/renderedObject";
import { shellWord } from "../shellWord";

/** An object as somebody has declared it, or as it lies in the cluster. */
export interface AnyObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace?: string };
}

/** Kubernetes itself removes a Job that has ended. */
export const fleeting = (object: AnyObject): boolean =>
  object.kind === "Job" && fieldAt(object, "spec", "ttlSecondsAfterFinished") !== undefined;

/** They are there to end, and what makes them anew runs them once more. */
export const runsOnce = ({ kind }: AnyObject): boolean => kind === "Job" || kind === "Pod";

/**
 * What sets it right: another rollout, which has Helm write what the chart states and leave what it does not; the return to the release's
 * last revision; a rollout once somebody has brought back a kind of the release; or the command that is named.
 */
export type Mend = "rollout" | "rollback" | "kind" | { readonly command: string };

export interface Idle {
  /** To follow the object's name. */
  readonly how: string;
  readonly by: Mend;
}

/**
 * @param declared as the release has it
 * @param live with its namespace
 * @param scalers of which any may hold it at 0: the release's objects, and the cluster's HorizontalPodAutoscalers
 * @returns undefined where it does what it should
 */
export function idle(declared: AnyObject, live: AnyObject, scalers: readonly AnyObject[]): Idle | undefined {
  const { kind } = live;
  if (kind === "Deployment" || kind === "StatefulSet") return scaledDown(declared, live, scalers);
  if (kind !== "DaemonSet" || fieldAt(live, "status", "desiredNumberScheduled") !== 0) return undefined;
  // Until its controller has looked at it, nobody knows.
  if (fieldAt(live, "status", "observedGeneration") !== fieldAt(live, "metadata", "generation")) return undefined;
  const [wanted, is] = [declared, live].map((it) => nodesOf(it));
  const how = "runs on no node";
  // No chart means that; and a rollout changes nothing of it.
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
  // Those that leave the kind out mean a Deployment; objects of a release may leave its namespace out.
  return (
    textAt(target, "name") === name && (textAt(target, "kind") ?? kind) === kind && (scaler.metadata.namespace ?? namespace) === namespace
  );
}

/** What keeps its pods to some nodes; a chart may mean nodes that a cluster has none of. */
function nodesOf(object: object): { readonly nodeSelector?: unknown; readonly affinity?: unknown } {
  const nodeSelector = fieldAt(object, "spec", "template", "spec", "nodeSelector");
  const affinity = fieldAt(object, "spec", "template", "spec", "affinity", "nodeAffinity");
  return { ...(nodeSelector !== undefined && { nodeSelector }), ...(affinity !== undefined && { affinity }) };
}

/** @returns what is to go from the pods' spec, as a merge patch; undefined where the release states all of it */
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
