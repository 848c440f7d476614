/** KubeKey's own cluster file: `kubekey.kubesphere.io/v1alpha2`, which KubeKey 3 reads (docs/config-example.md of v3.1.12). KubeKey 4 has other files. */
import { homedir } from "os";
import { resolve } from "path";
import { dump } from "js-yaml";
import type { KubekeySettings } from "../../settings/clusterSettings";
import { SECRET } from "../shared/mask";

/** The file names the kubeconfig that KubeKey leaves, too. */
export const CLUSTER_NAME = "kubesphere";
export const API_SERVER_PORT = 6443;
/** KubeKey's default; the class is called `local` and is the cluster's default one. */
const OPENEBS_BASE_PATH = "/var/openebs/local";

/** @param checkout the folder that relative paths of keys start from: KubeKey runs in another one */
export function clusterFile({ hosts, roles, kubernetesVersion, localStorage, registry }: KubekeySettings, checkout: string) {
  const { registryMirrors, insecureRegistries, privateRegistry, auths } = registry;
  return {
    apiVersion: "kubekey.kubesphere.io/v1alpha2",
    kind: "Cluster",
    metadata: { name: CLUSTER_NAME },
    spec: {
      hosts: hosts.map(({ name, address, internalAddress, port, user, password, privateKeyPath, arch }) => ({
        ...{ name, address, internalAddress, port, user },
        ...(password !== undefined && { password }),
        ...(privateKeyPath !== undefined && { privateKeyPath: keyFile(privateKeyPath, checkout) }),
        arch,
      })),
      roleGroups: roles,
      controlPlaneEndpoint: {
        // Several API servers want one address; this one needs no machine of its own.
        ...(roles["control-plane"].length > 1 && { internalLoadbalancer: "haproxy" }),
        domain: "lb.kubesphere.local",
        address: "",
        port: API_SERVER_PORT,
      },
      kubernetes: { version: kubernetesVersion, clusterName: "cluster.local", autoRenewCerts: true, containerManager: "containerd" },
      etcd: { type: "kubekey" },
      ...(localStorage && { storage: { openebs: { basePath: OPENEBS_BASE_PATH } } }),
      registry: {
        registryMirrors,
        insecureRegistries,
        ...(privateRegistry !== undefined && { privateRegistry }),
        ...(Object.keys(auths).length > 0 && { auths }),
      },
      addons: [],
    },
  };
}
export type ClusterFile = ReturnType<typeof clusterFile>;

/** Every text is quoted: KubeKey reads YAML 1.1, to which a password such as `on` is none. */
export const asYaml = (file: ClusterFile): string => dump(file, { forceQuotes: true, lineWidth: -1 });

/** For people: no secret in it. */
export function withoutSecrets(file: ClusterFile): ClusterFile {
  const { auths } = file.spec.registry;
  const masked = Object.entries(auths ?? {}).map(([host, login]) => [host, { ...login, password: SECRET }] as const);
  return {
    ...file,
    spec: {
      ...file.spec,
      hosts: file.spec.hosts.map((host) => ({ ...host, ...(host.password !== undefined && { password: SECRET }) })),
      registry: { ...file.spec.registry, ...(auths !== undefined && { auths: Object.fromEntries(masked) }) },
    },
  };
}

/** Each secret that the file holds, in clear. */
export const secretsIn = ({ hosts, registry }: KubekeySettings): string[] => [
  ...hosts.flatMap(({ password }) => password ?? []),
  ...Object.values(registry.auths).map(({ password }) => password),
];

/** The file of an SSH key. */
export const keyFile = (path: string, checkout: string): string => resolve(checkout, path.replace(/^~(?=\/)/, homedir()));
