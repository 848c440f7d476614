/** KubeKey 3: one cluster file, `kubekey.kubesphere.io/v1alpha2` (docs/config-example.md of v3.1.12), and how it is called. */
import type { KubekeySettings } from "../../settings/clusterSettings";
import { SECRET } from "../shared/mask";
import { API_SERVER_PORT, asYaml, CLUSTER_NAMES, CONTROL_PLANE_DOMAIN, keyFile, LOCAL_STORAGE_PATH, type KkCalls } from "./files";

/** The file names the kubeconfig that KubeKey leaves, too. */
export const CLUSTER_NAME = "kubesphere";
const FILE = "cluster.yaml";

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
        domain: CONTROL_PLANE_DOMAIN,
        address: "",
        port: API_SERVER_PORT,
      },
      kubernetes: { version: kubernetesVersion, clusterName: CLUSTER_NAMES[3], autoRenewCerts: true, containerManager: "containerd" },
      etcd: { type: "kubekey" },
      ...(localStorage && { storage: { openebs: { basePath: LOCAL_STORAGE_PATH } } }),
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

export const kubekey3 = (checkout: string): KkCalls => {
  const call = (settings: KubekeySettings, ...args: string[]) => ({
    args: [...args, "-f", FILE, "-y"],
    files: { [FILE]: asYaml(clusterFile(settings, checkout)) },
  });
  return {
    // The seed's own flag: the file says where OpenEBS keeps its volumes, and only the flag has it deployed.
    create: (settings) => call(settings, "create", "cluster", ...(settings.localStorage ? ["--with-local-storage"] : [])),
    // Its dependency check knows no KubeSphere after 3.4 (version_enum.go of v3.1.12).
    upgrade: (settings) => call(settings, "upgrade", "--skip-dependency-check"),
    addNodes: (settings) => call(settings, "add", "nodes"),
    deleteNode: (settings, name) => call(settings, "delete", "node", name),
    deleteCluster: (settings) => call(settings, "delete", "cluster"),
    // With its own name alone for a path, KubeKey takes the current folder's `kubekey` for its work (GenerateWorkDir, LoadKubeConfig).
    kubeconfig: `kubekey/config-${CLUSTER_NAME}`,
  };
};
