/** A cluster of the commands, as questions about CRDs are put to it. */
import { CORE_API } from "../../kubesphere/api";
import type { Crd, CrdCluster } from "../../kubesphere/crdChanges";
import { textAt } from "../../kubesphere/renderedObject";
import type { Cluster, KubernetesObject } from "./cluster";

export const crdCluster = (cluster: Pick<Cluster, "read" | "dryApply">): CrdCluster => ({
  crd: (name) =>
    cluster.read({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name } }) as Promise<
      Crd | undefined
    >,
  appliedCrd: (crd) => cluster.dryApply(crd as KubernetesObject) as Promise<Crd>,
  async hasInstalled(name) {
    const plan = await cluster.read({ apiVersion: CORE_API, kind: "InstallPlan", metadata: { name } });
    return textAt(plan, "status", "version") !== undefined;
  },
});
