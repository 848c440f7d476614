import { homedir } from "os";
import { load } from "js-yaml";
import { asYaml } from "../../../cli/cluster/files";
import { config, inventory, kubekey4, withoutSecrets } from "../../../cli/cluster/kubekey4";
import { HOSTS, settings } from "./support";

/** Some of what 4.0.6 prints. */
const PRINTED = {
  inventory: {
    ...{ apiVersion: "kubekey.kubesphere.io/v1", kind: "Inventory", metadata: { name: "default" } },
    spec: { hosts: null, groups: { k8s_cluster: { groups: ["kube_control_plane", "kube_worker"] }, etcd: { hosts: ["localhost"] } } },
  },
  config: {
    ...{ apiVersion: "kubekey.kubesphere.io/v1", kind: "Config" },
    spec: {
      kubernetes: {
        ...{ kube_version: "v1.25.4", helm_version: "v3.18.5", sandbox_image: { tag: "3.8" } },
        control_plane_endpoint: { type: "local", haproxy: { image: { tag: "2.9.6-alpine" } } },
      },
      image_registry: { type: "", ha_vip: "" },
      cri: { container_manager: "containerd", crictl_version: "v1.25.0" },
      storage_class: { local: { enabled: true, default: true }, nfs: { enabled: false } },
    },
  },
};
const inventoryOf = (change: object = {}) => inventory(settings(change), PRINTED.inventory, "/checkout");
const specOf = (change: object = {}) => config(settings(change), PRINTED.config).spec;

test("KubeKey 4 is given the machines under their names, and groups in place of roles, over what it prints", () => {
  expect(inventoryOf()).toEqual({
    ...{ apiVersion: "kubekey.kubesphere.io/v1", kind: "Inventory", metadata: { name: "default" } },
    spec: {
      hosts: {
        node1: {
          connector: { type: "ssh", host: "192.168.0.1", port: 22, user: "ubuntu", password: "Qcloud@123" },
          internal_ipv4: "10.0.0.1",
        },
        node2: {
          connector: { type: "ssh", host: "192.168.0.2", port: 22, user: "root", private_key: "/checkout/keys/node2" },
          internal_ipv4: "10.0.0.2",
        },
        node3: {
          connector: { type: "ssh", host: "192.168.0.3", port: 2222, user: "root", private_key: "/checkout/keys/node3" },
          internal_ipv4: "10.0.0.3",
        },
      },
      groups: {
        k8s_cluster: { groups: ["kube_control_plane", "kube_worker"] },
        etcd: { hosts: ["node1"] },
        kube_control_plane: { hosts: ["node1"] },
        kube_worker: { hosts: ["node2", "node3"] },
      },
    },
  });
});

test("what KubeKey 4 pins for a version of Kubernetes stays; version, containerd and local storage are the stack's", () => {
  expect(config(settings(), PRINTED.config)).toEqual({
    ...{ apiVersion: "kubekey.kubesphere.io/v1", kind: "Config" },
    spec: {
      kubernetes: {
        ...{ kube_version: "v1.25.4", helm_version: "v3.18.5", sandbox_image: { tag: "3.8" }, cluster_name: "kubekey" },
        apiserver: { certSANs: ["192.168.0.1"] },
        control_plane_endpoint: { host: "lb.kubesphere.local", type: "local", haproxy: { image: { tag: "2.9.6-alpine" } } },
      },
      image_registry: { type: "", ha_vip: "" },
      cri: { container_manager: "containerd", crictl_version: "v1.25.0", registry: {} },
      storage_class: { local: { enabled: true, default: true, path: "/var/openebs/local" }, nfs: { enabled: false } },
    },
  });
});

test("another version, several control planes and no local storage are as configured", () => {
  const roles = { etcd: ["node[1:3]"], "control-plane": ["node[1:3]"], worker: ["node3"] };
  expect(specOf({ kubernetesVersion: "1.34.3", localStorage: false, roles })).toMatchObject({
    kubernetes: {
      kube_version: "v1.34.3",
      apiserver: { certSANs: ["192.168.0.1", "192.168.0.2", "192.168.0.3"] },
      control_plane_endpoint: { type: "haproxy", haproxy: { image: { tag: "2.9.6-alpine" } } },
    },
    storage_class: { local: { enabled: false, default: false } },
  });
  expect(inventoryOf({ roles }).spec.groups).toMatchObject({
    etcd: { hosts: ["node1", "node2", "node3"] },
    kube_worker: { hosts: ["node3"] },
  });
});

test("machines with one address each need no further names in the certificate", () => {
  const hosts = HOSTS.map((host) => ({ ...host, internalAddress: undefined }));
  expect(specOf({ hosts })["kubernetes"]).not.toHaveProperty("apiserver");
});

test("mirrors, plain registries and logins are containerd's, and the private registry is where KubeKey's own images come from", () => {
  const registry = {
    registryMirrors: ["https://mirror.lan"],
    insecureRegistries: ["registry.lan:5000"],
    privateRegistry: "registry.lan:5000/mirror",
    auths: { "registry.lan:5000": { username: "me", password: "hush-hush" } },
  };
  const spec = specOf({ registry });
  expect(spec["cri"]).toEqual({
    ...{ container_manager: "containerd", crictl_version: "v1.25.0" },
    registry: {
      mirrors: ["https://mirror.lan"],
      insecure_registries: ["registry.lan:5000"],
      auths: [{ registry: "registry.lan:5000", username: "me", password: "hush-hush" }],
    },
  });
  expect(spec["image_registry"]).toEqual({
    ...{ type: "", ha_vip: "" },
    auth: { registry: "registry.lan:5000/mirror", plain_http: true, username: "me", password: "hush-hush" },
  });
});

test("a host without a word on its login has the key that KubeKey 3 would take, and no other key of this machine's is tried", () => {
  const hosts = HOSTS.map((host) => ({ ...host, password: undefined, privateKeyPath: undefined }));
  expect(inventoryOf({ hosts }).spec.hosts).toMatchObject({ node1: { connector: { private_key: `${homedir()}/.ssh/id_rsa` } } });
});

test("no password is in what people are shown", () => {
  const registry = { privateRegistry: "registry.lan", auths: { "registry.lan": { username: "me", password: "hush-hush" } } };
  const shown = JSON.stringify(withoutSecrets([inventoryOf(), config(settings({ registry }), PRINTED.config)]));
  expect(shown).not.toMatch(/Qcloud|hush/);
  expect(shown.match(/"password":"\[secret\]"/g)).toHaveLength(3);
});

test("a deleted cluster leaves no etcd behind, at which the next one would fail; a worker that leaves takes no etcd with it", () => {
  const calls = kubekey4(PRINTED, "/checkout");
  const read = (text = "") => (load(text) as { spec: Record<string, unknown> }).spec;
  const deleted = calls.deleteCluster(settings());
  expect(deleted.args.slice(0, 2)).toEqual(["delete", "cluster"]);
  expect(read(deleted.files["config.yaml"])).toMatchObject({ delete: { etcd: true, dns: true }, kubernetes: { kube_version: "v1.25.4" } });
  const left = calls.deleteNode(settings(), "node3");
  expect(left.args.slice(0, 3)).toEqual(["delete", "nodes", "node3"]);
  expect(read(left.files["config.yaml"])["delete"]).toEqual({ dns: true });
  expect(read(calls.create(settings()).files["config.yaml"])).not.toHaveProperty("delete");
});

test("texts stay texts for a reader of YAML 1.1", () => {
  const hosts = HOSTS.map((host) => ({ ...host, password: "on", privateKeyPath: undefined }));
  expect(asYaml(inventoryOf({ hosts }))).toContain("        password: 'on'\n");
  expect(asYaml(config(settings(), PRINTED.config))).toContain("tag: '3.8'\n");
});
