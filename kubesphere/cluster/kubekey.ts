/** Machines that KubeKey makes a cluster of, and what its two major versions differ in (read from kubesphere/kubekey v3.1.12 and v4.0.6). */

/** KubeKey 3's names of the role groups that a cluster needs. */
export const ROLES = ["etcd", "control-plane", "worker"] as const;
export type Role = (typeof ROLES)[number];

export const KUBEKEY = {
  3: {
    latest: "v3.1.12",
    /** The storage class of `localStorage`, the cluster's default one. */
    localStorageClass: "local",
    kubernetes: "what `kk version --show-supported-k8s` lists",
  },
  4: { latest: "v4.0.6", localStorageClass: "openebs-hostpath", kubernetes: "v1.23 to v1.34" },
} as const;
export type KubekeyMajor = keyof typeof KUBEKEY;

/** KubeKey's own script takes the version from its environment; without one it installs the highest, a KubeKey 4. */
export const getKubekey = (major: KubekeyMajor): string =>
  `KubeKey ${major} with \`curl -sfL https://get-kk.kubesphere.io | VERSION=${KUBEKEY[major].latest} sh -\``;

/** `node[2:10]` is node2 to node10. */
const RANGE = /^([^[\]]*)\[(\d{1,3}):(\d{1,3})\]$/;

/** The hosts that an entry of a role group names. A range that runs backwards names none. */
export function hostsOf(entry: string): readonly string[] {
  const [, prefix = "", first, last] = RANGE.exec(entry) ?? [];
  if (first === undefined) return [entry];
  return Array.from({ length: Math.max(0, Number(last) - Number(first) + 1) }, (_, index) => `${prefix}${Number(first) + index}`);
}
