/** Makes a Workspace of each WorkspaceTemplate, and takes it away with it, while KubeSphere's controller manager runs. */
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import type { Informer } from "./informer.js";
import type { Manager } from "./manager.js";
import { collection } from "./names.js";
import { TENANT_API } from "./namespaceRules.js";
import type { KubeObject } from "./objects.js";
import { Queue } from "./queue.js";

interface Sources {
  manager: Manager;
  templates: Informer<KubeObject>;
}

export function workspaceController(cluster: Cluster, { manager, templates }: Sources): Queue {
  const queue = new Queue("WorkspaceTemplate", async (name) => {
    if (manager.running === undefined) return;
    if (templates.find(name) === undefined) return cluster.delete(`${collection.workspaces}/${name}`);
    const workspace = { apiVersion: TENANT_API, kind: "Workspace", metadata: { name }, spec: {} };
    await ifFound(cluster.createIfMissing(collection.workspaces, workspace));
  });
  const all = () => {
    for (const { metadata } of templates.items) queue.add(metadata.name);
  };
  manager.onChange(all);
  templates.onChange(({ metadata }) => {
    queue.add(metadata.name);
  });
  return queue;
}
