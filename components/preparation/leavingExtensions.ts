/** Extensions that a run uninstalls: this program installed them earlier, and the stack no longer does. */
import * as pulumi from "@pulumi/pulumi";
import { aloneAnnotation, CHART_KEY, chartConfigMapName, isOfStack, SYSTEM_NAMESPACE } from "../../kubesphere/api";
import { objectPath, resourceFinder, type ApiResource } from "../../kubesphere/chart/apiResources";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import { placed, stayingObjects } from "../../kubesphere/extension/keptObjects";
import { inParallel } from "../../kubesphere/parallel";
import type { StoredPlan } from "../../kubesphere/extension/rollout";
import { crdNames, stayingCrds, stayingWords, type Staying, type StayingCluster } from "../../kubesphere/extension/stayingCrds";
import { lastRevision, madeIn, recordSelector } from "../../kubesphere/chart/storedRelease";

/** @param installed names of the extensions that the stack installs */
export const leavingPlans = (stored: readonly StoredPlan[], installed: readonly string[]): readonly StoredPlan[] =>
  stored.filter(
    (plan) => isOfStack(plan) && !installed.includes(plan.metadata.name) && !(aloneAnnotation in (plan.metadata.annotations ?? {})),
  );

export interface Surroundings {
  readonly cluster: Pick<ClusterAccess, "read" | "metadata"> & StayingCluster;
  /** The kinds that the cluster serves. */
  readonly resources: readonly ApiResource[];
  /** The namespaces that the stack installs into; they are not deleted. */
  readonly namespaces: readonly string[];
}

/** Warns of CRDs and kept objects that stay in the cluster, with the commands that remove them. */
export async function warnOfWhatStays(leaving: readonly StoredPlan[], surroundings: Surroundings): Promise<void> {
  const told = await inParallel(leaving, async (plan) => {
    const [crds, objects] = await Promise.all([crdsOf(plan, surroundings.cluster), keptOf(plan, surroundings)]);
    return [...crds.map(stayingWords), ...objects].map((words) => `extension ${plan.metadata.name} goes, and ${words}`);
  });
  for (const warning of told.flat()) void pulumi.log.warn(warning);
}

/** Empty for a package at an address, whose files the cluster does not have. */
async function crdsOf({ spec, status }: StoredPlan, cluster: Surroundings["cluster"]): Promise<readonly Staying[]> {
  const { name, version } = spec.extension;
  const chart = chartConfigMapName(name, status?.version ?? version);
  const stored = await cluster.read<{ binaryData?: Record<string, string> }>(`/api/v1/namespaces/${SYSTEM_NAMESPACE}/configmaps/${chart}`);
  const archive = stored?.binaryData?.[CHART_KEY];
  return archive === undefined ? [] : stayingCrds(cluster, await crdNames([Buffer.from(archive, "base64")]));
}

/** @returns a sentence for each object of its release outside of the namespace that is deleted with it */
async function keptOf({ metadata: { name }, status }: StoredPlan, { cluster, resources, namespaces }: Surroundings): Promise<string[]> {
  const namespace = status?.targetNamespace;
  if (namespace === undefined) return [];
  const secrets = `/api/v1/namespaces/${namespace}/secrets`;
  // All revisions together may be megabytes.
  const records = await cluster.metadata(`${secrets}?labelSelector=${encodeURIComponent(recordSelector(name))}`);
  const last = lastRevision(records, ({ labels }) => labels);
  if (last === undefined) return [];
  const stored = await cluster.read<{ data?: { release?: string } }>(`${secrets}/${last.name}`);
  const objects = madeIn(stored?.data?.release ?? "")?.objects;
  if (objects === undefined)
    return [`nobody can tell which of its objects Helm keeps: its record, Secret ${namespace}/${last.name}, cannot be read`];
  const find = resourceFinder(objects, resources);
  const outside = objects
    .map((object) => placed(object, namespace, find))
    .filter(({ metadata }) => metadata.namespace !== namespace || namespaces.includes(namespace));
  const isThere = async (object: (typeof outside)[number]) => (await cluster.read(objectPath(object, find))) !== undefined;
  return (await stayingObjects(isThere, outside)).map(stayingWords);
}
