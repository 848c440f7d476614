/** Machines that KubeKey 3 makes a cluster of, as its cluster file names them (read from kubesphere/cluster/kubekey v3.1.12). */

/** KubeKey's names of its role groups that a cluster needs. */
export const ROLES = ["etcd", "control-plane", "worker"] as const;
export type Role = (typeof ROLES)[number];

/** `node[2:10]` is node2 to node10. */
const RANGE = /^([^[\]]*)\[(\d{1,3}):(\d{1,3})\]$/;

/** The hosts that an entry of a role group names. A range that runs backwards names none. */
export function hostsOf(entry: string): readonly string[] {
  const [, prefix = "", first, last] = RANGE.exec(entry) ?? [];
  if (first === undefined) return [entry];
  return Array.from({ length: Math.max(0, Number(last) - Number(first) + 1) }, (_, index) => `${prefix}${Number(first) + index}`);
}
