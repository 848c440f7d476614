/** The requests about CRDs to a cluster of the commands. */
import { CORE_API } from "../../kubesphere/api";
import type { Crd, CrdCluster } from "../../kubesphere/extension/crdChanges";
import type { StayingCluster } from "../../kubesphere/extension/stayingCrds";
import { textAt } from "../../kubesphere/chart/renderedObject";
import type { Cluster, KubernetesObject } from "./cluster";

const crdIn = (cluster: Pick<Cluster, "read">, name: string) =>
  cluster.read({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name } }) as Promise<Crd | undefined>;

export const stayingCluster = (cluster: Pick<Cluster, "read" | "list">): StayingCluster => ({
  crd: (name) => crdIn(cluster, name),
  count: async ({ apiVersion, kind }) => (await cluster.list({ apiVersion, kind })).length,
});

export const crdCluster = (cluster: Pick<Cluster, "read" | "dryApply">): CrdCluster => ({
  crd: (name) => crdIn(cluster, name),
  appliedCrd: (crd) => cluster.dryApply(crd as KubernetesObject) as Promise<Crd>,
  async hasInstalled(name) {
    const plan = await cluster.read({ apiVersion: CORE_API, kind: "InstallPlan", metadata: { name } });
    return textAt(plan, "status", "version") !== undefined;
  },
});
