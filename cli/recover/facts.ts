/** What the cluster and a preview say of the resources that may have been cut off. */
import type { Cluster } from "../shared/cluster";
import { keeperOf, orphanedFinalizers, whyOrphaned } from "../shared/heldNamespaces";
import type { Stack } from "../shared/pulumi";
import type { Found, Suspect } from "./diagnosis";
import { revisionsOf } from "./release";
import type { StateResource } from "./state";

export async function find(cluster: Cluster, target: Suspect["target"]): Promise<Found> {
  if (target === undefined || target.isOnMember) return {};
  const { kind, apiVersion, name, namespace } = target;
  if (kind === "Release") {
    const labelSelector = `owner=helm,name=${name}`;
    return { revisions: revisionsOf(await cluster.list({ apiVersion: "v1", kind: "Secret", namespace, labelSelector })) };
  }
  const found = await cluster.list({ apiVersion, kind, ...(namespace && { namespace }), fieldSelector: `metadata.name=${name}` });
  const [object] = found;
  if (kind !== "Namespace" || object?.metadata.deletionTimestamp === undefined) return { object };
  const keeper = await keeperOf(cluster);
  const finalizers = orphanedFinalizers(object, keeper);
  return { object, ...(finalizers.length > 0 && { held: { finalizers, why: whyOrphaned(keeper) } }) };
}

export interface Wanted {
  /** What the next `up` would create. */
  readonly resources: readonly StateResource[];
  /** Why nobody knows. */
  readonly failure?: string;
}

export async function wanted(stack: Stack): Promise<Wanted> {
  const { code, stdout, stderr } = await stack.run(["preview", "--json"]);
  try {
    const { steps = [] } = JSON.parse(stdout) as { steps?: { op: string; newState?: StateResource }[] };
    const resources = steps.flatMap(({ op, newState }) => (op === "create" && newState ? [newState] : []));
    return code === 0 ? { resources } : { resources, failure: diagnosticsIn(stdout) };
  } catch {
    return { resources: [], failure: (stderr || stdout).trim() };
  }
}

function diagnosticsIn(stdout: string): string {
  const { diagnostics = [] } = JSON.parse(stdout) as { diagnostics?: { severity?: string; message?: string }[] };
  const errors = diagnostics.filter(({ severity }) => severity === "error").map(({ message = "" }) => message.trim());
  return errors.join("\n") || "it gave no reason";
}
