/** Extensions that a run uninstalls: what a program like this one has installed, and the stack installs no more. */
import * as pulumi from "@pulumi/pulumi";
import { CHART_KEY, chartConfigMapName, isOfStack, SYSTEM_NAMESPACE } from "../kubesphere/api";
import type { ClusterAccess } from "../kubesphere/clusterCheck";
import type { StoredPlan } from "../kubesphere/rollout";
import { crdNames, stayingCrds, type StayingCluster } from "../kubesphere/stayingCrds";

/** @param installed names of the extensions that the stack installs */
export const leavingPlans = (stored: readonly StoredPlan[], installed: readonly string[]): readonly StoredPlan[] =>
  stored.filter((plan) => isOfStack(plan) && !installed.includes(plan.metadata.name));

/** Tells which CRDs stay behind, with their way out; of a package at an address nobody knows them here. */
export async function warnOfStayingCrds(
  leaving: readonly StoredPlan[],
  cluster: Pick<ClusterAccess, "read"> & StayingCluster,
): Promise<void> {
  for (const { metadata, spec, status } of leaving) {
    const name = spec.extension.name;
    const chart = chartConfigMapName(name, status?.version ?? spec.extension.version);
    const stored = await cluster.read<{ binaryData?: Record<string, string> }>(
      `/api/v1/namespaces/${SYSTEM_NAMESPACE}/configmaps/${chart}`,
    );
    const archive = stored?.binaryData?.[CHART_KEY];
    const staying = archive === undefined ? [] : await stayingCrds(cluster, await crdNames([Buffer.from(archive, "base64")]));
    for (const { object, why, mend } of staying)
      void pulumi.log.warn(`extension ${metadata.name} goes, and ${object} stays: ${why}; ${mend}`);
  }
}
