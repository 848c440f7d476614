/** Objects that a stack's `up` would create, and that the cluster has already: it would fail with "already exists". */
import { nameOf, type Cluster, type KubernetesObject } from "./cluster";
import { releaseOf } from "./helmReleases";
import { inParallel } from "../../kubesphere/parallel";
import { isOnMember } from "../../sandbox/src/pendingOperations";
import type { Fields, Preview } from "./preview";

export const RELEASE = "kubernetes:helm.sh/v3:Release";

/** A Release counts as an object of its own. Undefined for a resource that is no object in the cluster. */
export function objectOf(type: string, inputs: Fields): KubernetesObject | undefined {
  if (type === RELEASE) return { apiVersion: "helm.sh/v3", kind: "Release", metadata: inputs as { name: string; namespace: string } };
  return type.startsWith("kubernetes:") ? (inputs as unknown as KubernetesObject) : undefined;
}

export const isThere = async (cluster: Pick<Cluster, "list">, object: KubernetesObject): Promise<boolean> =>
  object.kind === "Release"
    ? (await releaseOf(cluster, object.metadata.namespace ?? "", object.metadata.name)) !== undefined
    : (await cluster.list(one(object))).length > 0;

/** A list is empty if the cluster does not know the kind. */
const one = ({ apiVersion, kind, metadata: { name, namespace } }: KubernetesObject) => ({
  apiVersion,
  kind,
  fieldSelector: `metadata.name=${name}`,
  ...(namespace !== undefined && { namespace }),
});

/** @returns `Kind name` or `Kind namespace/name` */
export async function existing(cluster: Pick<Cluster, "list">, { steps }: Pick<Preview, "steps">): Promise<readonly string[]> {
  const wanted = steps.flatMap(({ op, newState }) => {
    // What is on a member already is taken over there.
    const isOurs = op === "create" && !isOnMember(newState ?? {});
    const object = isOurs ? objectOf(newState?.type ?? "", newState?.inputs ?? {}) : undefined;
    return object === undefined ? [] : [object];
  });
  const found = await inParallel(wanted, async (object) => ((await isThere(cluster, object)) ? [nameOf(object)] : []));
  return found.flat();
}
