/**
 * KubeKey 4: an inventory and a config, `kubekey.kubesphere.io/v1`, and how it is called (docs and builtin/core of v4.0.6). What a
 * stack says is written over what the program itself prints for the version of Kubernetes: that is where Helm, etcd, the network and
 * all else that KubeKey 4 pins for it come from.
 */
import type { KubekeySettings } from "../../settings/clusterSettings";
import { SECRET } from "../shared/mask";
import { asYaml, CLUSTER_NAMES, CONTROL_PLANE_DOMAIN, keyFile, LOCAL_STORAGE_PATH, type KkCalls } from "./files";

type Section = Readonly<Record<string, unknown>>;

/** What `kk create inventory` and `kk create config --with-kubernetes` print. */
export interface Printed {
  readonly inventory: Section;
  readonly config: Section;
}

const FILES = { inventory: "inventory.yaml", config: "config.yaml" } as const;

/** @param checkout the folder that relative paths of keys start from: KubeKey runs in another one */
export function inventory({ hosts, roles }: KubekeySettings, printed: Section, checkout: string) {
  const machines = hosts.map(({ name, address, internalAddress, port, user, password, privateKeyPath }) => {
    const login = {
      ...(password !== undefined && { password }),
      ...(privateKeyPath !== undefined && { private_key: keyFile(privateKeyPath, checkout) }),
    };
    return [name, { connector: { type: "ssh", host: address, port, user, ...login }, internal_ipv4: internalAddress }] as const;
  });
  const group = (names: readonly string[]) => ({ hosts: names });
  const groups = { etcd: group(roles.etcd), kube_control_plane: group(roles["control-plane"]), kube_worker: group(roles.worker) };
  // Its own example names this machine as a node.
  const spec = {
    hosts: Object.fromEntries(machines),
    groups: { k8s_cluster: { groups: ["kube_control_plane", "kube_worker"] }, ...groups },
  };
  return { ...printed, spec: { ...section(printed["spec"]), ...spec } };
}

export function config(settings: KubekeySettings, printed: Section): Section & { readonly spec: Section } {
  const { hosts, roles, kubernetesVersion, localStorage, registry } = settings;
  const { registryMirrors, insecureRegistries, privateRegistry, auths } = registry;
  const controlPlane = hosts.filter(({ name }) => roles["control-plane"].includes(name));
  // Its certificates have the internal addresses alone, and people ask at the one that SSH reaches.
  const names = controlPlane.filter(({ address, internalAddress }) => address !== internalAddress).map(({ address }) => address);
  const [registryHost = ""] = privateRegistry?.split("/") ?? [];
  const login = auths[registryHost];
  const ours = {
    kubernetes: {
      kube_version: kubernetesVersion,
      cluster_name: CLUSTER_NAMES[4],
      ...(names.length > 0 && { apiserver: { certSANs: names } }),
      // Several API servers want one address; this one needs no machine of its own.
      control_plane_endpoint: { host: CONTROL_PLANE_DOMAIN, type: roles["control-plane"].length > 1 ? "haproxy" : "local" },
    },
    cri: {
      container_manager: "containerd",
      registry: {
        ...(registryMirrors.length > 0 && { mirrors: registryMirrors }),
        ...(insecureRegistries.length > 0 && { insecure_registries: insecureRegistries }),
        ...(Object.keys(auths).length > 0 && { auths: Object.entries(auths).map(([host, by]) => ({ registry: host, ...by })) }),
      },
    },
    ...(privateRegistry !== undefined && {
      image_registry: { auth: { registry: privateRegistry, plain_http: insecureRegistries.includes(registryHost), ...login } },
    }),
    storage_class: { local: { enabled: localStorage, default: localStorage, path: LOCAL_STORAGE_PATH } },
  };
  return { ...printed, spec: overlaid(section(printed["spec"]), ours) };
}

/** What ours names is ours, lists as a whole; all else stays as it was printed. */
function overlaid(printed: Section, ours: Section): Section {
  const both = Object.entries(ours).map(([key, value]) => [key, isSection(value) ? overlaid(section(printed[key]), value) : value]);
  return { ...printed, ...(Object.fromEntries(both) as Section) };
}

const isSection = (value: unknown): value is Section => typeof value === "object" && value !== null && !Array.isArray(value);
const section = (value: unknown): Section => (isSection(value) ? value : {});

/** For people: no secret in any of them. */
export function withoutSecrets(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isSection(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, key === "password" ? SECRET : withoutSecrets(field)]));
}

export const kubekey4 = (printed: Printed, checkout: string): KkCalls => {
  const call = (settings: KubekeySettings, more: Section, ...args: string[]) => ({
    args: [...args, "-i", FILES.inventory, "-c", FILES.config, "--workdir", "."],
    files: {
      [FILES.inventory]: asYaml(inventory(settings, printed.inventory, checkout)),
      [FILES.config]: asYaml(config(settings, { ...printed.config, spec: { ...section(printed.config["spec"]), ...more } })),
    },
  });
  return {
    create: (settings) => call(settings, {}, "create", "cluster"),
    upgrade: undefined,
    // Without names it sets up every node anew, with certificates of etcd that it makes in this folder: the control planes would lose
    // their etcd (add_nodes.yaml, kubernetes/pre-kubernetes).
    addNodes: (settings, names) => call(settings, {}, "add", "nodes", "--worker", names.join(",")),
    deleteNode: (settings, name) => call(settings, { delete: { dns: true } }, "delete", "nodes", name),
    // By itself it leaves etcd and its data on the machines, at which the next cluster would fail.
    deleteCluster: (settings) => call(settings, { delete: { etcd: true, dns: true } }, "delete", "cluster"),
    kubeconfig: "kubekey/kubeconfig",
  };
};
