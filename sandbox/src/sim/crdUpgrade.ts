/** What the pre-upgrade hook of ks-core does: Helm itself leaves a CRD alone that is there already. */
import { SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import { collection, namespaced } from "./names.js";
import type { ConfigMap, KubeObject } from "./objects.js";
import { readYaml } from "../../../kubesphere/yaml/goYaml.js";

/** A hook's own ConfigMap of the chart, which holds the CRDs' files. */
const SCRIPTS = namespaced("v1", SYSTEM_NAMESPACE, "configmaps", "ks-core-ks-crds-pre-upgrade-scripts");

/** Makes every CRD what the chart says, so that a field which another version of the chart brought goes with it. */
export async function applyCrds(cluster: Cluster): Promise<void> {
  const { data = {} } = await cluster.get<ConfigMap>(SCRIPTS);
  for (const crd of Object.values(data).flatMap((text) => readYaml(text) as KubeObject[])) {
    const path = `${collection.crds}/${crd.metadata.name}`;
    const live = await ifFound(cluster.get<KubeObject>(path));
    if (live === undefined) await cluster.create(collection.crds, crd);
    else await cluster.replace(path, { ...crd, metadata: { ...live.metadata, ...crd.metadata } });
  }
}
