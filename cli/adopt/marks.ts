/**
 * A mark on what a stack has and nothing in the cluster tells to be its: what was imported and is as the program wants it already is
 * changed by no `up`, and would be named as somebody else's by each run.
 */
import { adoptedAnnotation, isOfStack } from "../../kubesphere/api";
import { inParallel } from "../../kubesphere/parallel";
import { nameOf, UnknownKind, type Cluster, type KubernetesObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { objectsOf, type ExportedState } from "./state";

/** What the state has and the cluster has unmarked. */
export async function unmarked(cluster: Pick<Cluster, "read">, state: ExportedState): Promise<readonly KubernetesObject[]> {
  const found = await inParallel(objectsOf(state), async (object) => {
    const live = await ifKnown(cluster.read(object));
    return live === undefined || isOfStack(live) ? [] : [object];
  });
  return found.flat();
}

const ifKnown = <T>(asked: Promise<T>): Promise<T | undefined> =>
  asked.catch((error: unknown) => {
    if (error instanceof UnknownKind) return undefined;
    throw error;
  });

/** What is adopted stays adopted when the cluster refuses a mark. @returns why, of each object that has got none */
export async function mark(cluster: Pick<Cluster, "annotate">, objects: readonly KubernetesObject[]): Promise<readonly string[]> {
  const refused = await inParallel(objects, (object) =>
    cluster.annotate(object, { [adoptedAnnotation]: "true" }).then(
      () => [],
      (error: unknown) => {
        if (error instanceof Failure) return [`${nameOf(object)}: ${error.message}`];
        throw error;
      },
    ),
  );
  return refused.flat();
}
