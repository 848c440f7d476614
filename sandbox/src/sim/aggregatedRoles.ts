/** KubeSphere's controllers write into a role the names of all role templates that its selector finds, over those that its chart gives. */
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import type { Informer } from "./informer.js";
import { keyOf } from "./informer.js";
import type { Manager } from "./manager.js";
import type { AggregatedRole } from "./objects.js";
import { Queue } from "./queue.js";

/** What is found beside those that the chart names: the stand-in brings no role templates. */
const FOUND = ["role-template-view-basic"];

/** @param path of the roles' collection */
export function aggregatedRoles(
  cluster: Cluster,
  path: string,
  { manager, roles }: { manager: Manager; roles: Informer<AggregatedRole> },
): Queue {
  const queue = new Queue("aggregated role", async (name) => {
    const role = manager.running === undefined ? undefined : roles.find(name);
    const { templateNames = [], roleSelector } = role?.aggregationRoleTemplates ?? {};
    if (role === undefined || roleSelector === undefined || FOUND.every((it) => templateNames.includes(it))) return;
    const { resourceVersion } = role.metadata;
    const names = [...new Set([...templateNames, ...FOUND])].sort();
    await ifFound(cluster.patch(`${path}/${name}`, { metadata: { resourceVersion }, aggregationRoleTemplates: { templateNames: names } }));
  });
  const all = () => {
    for (const role of roles.items) queue.add(keyOf(role));
  };
  manager.onChange(all);
  roles.onChange((role, isGone) => {
    if (!isGone) queue.add(keyOf(role));
  });
  return queue;
}
