/** What a preview would still change after an adoption, and what of that leaves the cluster as it is. */
import type { Cluster, KubernetesObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { RELEASE } from "../shared/existing";
import { changesOf } from "../shared/objectDiff";
import { inParallel } from "../../kubesphere/parallel";
import { nameIn, type Fields, type RevealedPreview } from "../shared/preview";
import { holdsUnknown } from "../shared/unknown";

export interface Remaining {
  /** As the engine calls it: create, update, replace, delete. */
  readonly operation: string;
  readonly resource: string;
  /** Of an update, those that the cluster has otherwise. */
  readonly properties: readonly string[];
  /** Why it leaves the cluster as it is; absent when it does not. */
  readonly harmless?: string;
}

/** How the provider calls Helm, and where the chart comes from: nothing of it reaches an object. */
const CALLING_HELM = /^(?:chart|description|resetValues|timeout|repositoryOpts(?:\.\w+)?)$/;
/** Notes of ours and of the engine's on an object; nobody else reads them. */
const NOTES = /^metadata\.annotations(?:$|\["(?:pulumi\.com|kubesphere-luban)\/)/;

export async function remaining(cluster: Cluster, { steps, inputs }: RevealedPreview): Promise<readonly Remaining[]> {
  const changes = steps.filter(({ op }) => !["same", "read", "refresh"].includes(op));
  return inParallel(changes, async (step) => {
    const resource = nameIn(step.urn);
    const { type = "" } = step.newState ?? {};
    const of = { operation: step.op, resource, properties: Object.keys(step.detailedDiff ?? {}) };
    if (!type.startsWith("kubernetes:") && !type.startsWith("random:"))
      return { ...of, properties: [], harmless: "a note in the state: no object of its own" };
    if (type.startsWith("random:") && step.op === "create")
      return { ...of, harmless: "a value kept in the state: what uses it is listed itself" };
    if (step.op !== "update") return of;
    return type === RELEASE ? ofRelease(of) : ofObject(of, inputs.get(step.urn)?.after, cluster);
  });
}

const ofRelease = (of: Remaining): Remaining =>
  of.properties.every((property) => CALLING_HELM.test(property))
    ? { ...of, harmless: "how Helm is called: chart version and values are the same, Helm counts one more revision" }
    : { ...of, properties: of.properties.filter((property) => !CALLING_HELM.test(property)) };

async function ofObject(of: Remaining, inputs: Fields | undefined, cluster: Cluster): Promise<Remaining> {
  const wanted = inputs as unknown as KubernetesObject;
  // What only the run itself will know cannot be compared.
  if (holdsUnknown(JSON.stringify(wanted))) return of;
  try {
    const [live, applied] = await Promise.all([cluster.read(wanted), cluster.dryApply(wanted)]);
    const kept = (object: typeof live) => ({
      ...object,
      metadata: { ...object?.metadata, managedFields: [], generation: 0, resourceVersion: "" },
    });
    const properties = changesOf(kept(live), kept(applied))
      .map(({ path }) => path)
      .filter((path) => !NOTES.test(path));
    return properties.length > 0 ? { ...of, properties } : { ...of, properties, harmless: "the cluster has it so already" };
  } catch (error) {
    if (error instanceof Failure) return of;
    throw error;
  }
}
