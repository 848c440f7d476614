/** Holds and releases namespaces as KubeSphere's controller manager does, while it runs. */
import { SYSTEM_NAMESPACE, SYSTEM_WORKSPACE, label } from "../../../kubesphere/api";
import { PROTECTED, systemLabels } from "../../../kubesphere/cluster/systemNamespaces.js";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import type { Informer } from "./informer.js";
import { log } from "./log.js";
import { isLater, type Manager } from "./manager.js";
import { collection } from "./names.js";
import { namespaceChange } from "./namespaceRules.js";
import type { KubeObject } from "./objects.js";
import { Queue } from "./queue.js";

/** What ks-core's post-install hook labels; the hook's Job is spared, which would cost each install a second. */
const OF_THE_SYSTEM = [SYSTEM_NAMESPACE, "default", "kube-node-lease", "kube-public", "kube-system"];
/** Kubernetes lets nobody delete the others; this one it makes again, and the nodes would miss it meanwhile. */
const KEPT = "kube-node-lease";

interface Sources {
  manager: Manager;
  namespaces: Informer<KubeObject>;
  workspaces: Informer<KubeObject>;
}

export function namespaceController(cluster: Cluster, { manager, namespaces, workspaces }: Sources): Queue {
  const queue = new Queue("Namespace", reconcile);
  const pathOf = (name: string) => `${collection.namespaces}/${name}`;

  async function reconcile(name: string): Promise<void> {
    const release = manager.running;
    const namespace = release && (await ifFound(cluster.get<KubeObject>(pathOf(name))));
    if (release === undefined || namespace === undefined) return;
    const { labels = {}, resourceVersion, deletionTimestamp } = namespace.metadata;
    const change = namespaceChange(namespace, release, workspaces.find(labels[label.workspace] ?? ""));
    const wanted = { ...systemLabels, ...(isLater(release) && PROTECTED) };
    const isUnlabelled =
      OF_THE_SYSTEM.includes(name) && Object.keys(wanted).some((key) => labels[key] === undefined) && deletionTimestamp === undefined;
    if (change === undefined && !isUnlabelled) return;
    await ifFound(cluster.patch(pathOf(name), { metadata: { resourceVersion, ...change, ...(isUnlabelled && { labels: wanted }) } }));
  }

  const all = () => {
    for (const { metadata } of namespaces.items) queue.add(metadata.name);
  };
  manager.onChange(() => {
    if (manager.outlives) void deleteNamespacesOf(cluster, SYSTEM_WORKSPACE);
    all();
  });
  namespaces.onChange(({ metadata: { name } }, isGone) => {
    if (!isGone) queue.add(name);
    else if (name === SYSTEM_NAMESPACE) manager.end();
  });
  // Kubernetes' garbage collector takes what a workspace owns; 4.1.3 owns nothing so, and deletes by the label.
  workspaces.onChange(({ metadata: { name } }, isGone) => {
    if (isGone && isLater(manager.running)) void deleteNamespacesOf(cluster, name);
    if (!isGone) all();
  });
  return queue;
}

async function deleteNamespacesOf(cluster: Cluster, workspace: string): Promise<void> {
  for (const { metadata } of await cluster.list(collection.namespaces, `${label.workspace}=${workspace}`)) {
    if (metadata.name === KEPT) continue;
    await cluster.delete(`${collection.namespaces}/${metadata.name}`).catch((error: unknown) => {
      // Nobody may delete default, kube-system and kube-public.
      log(`Namespace ${metadata.name} of workspace ${workspace}: ${error instanceof Error ? error.message : String(error)}`);
    });
  }
}
