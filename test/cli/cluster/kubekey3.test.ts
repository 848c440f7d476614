import { homedir } from "os";
import { load } from "js-yaml";
import { asYaml, secretsIn } from "../../../cli/cluster/files";
import { clusterFile, withoutSecrets } from "../../../cli/cluster/kubekey3";
import { HOSTS, settings } from "./support";

const file = (change: object = {}) => clusterFile(settings(change), "/checkout");

test("KubeKey 3 is given the machines, the documentation's Kubernetes on containerd, and local storage", () => {
  expect(file()).toEqual({
    apiVersion: "kubekey.kubesphere.io/v1alpha2",
    kind: "Cluster",
    metadata: { name: "kubesphere" },
    spec: {
      hosts: [
        {
          ...{ name: "node1", address: "192.168.0.1", internalAddress: "10.0.0.1", port: 22, user: "ubuntu", arch: "amd64" },
          password: "Qcloud@123",
        },
        {
          ...{ name: "node2", address: "192.168.0.2", internalAddress: "10.0.0.2", port: 22, user: "root", arch: "amd64" },
          privateKeyPath: "/checkout/keys/node2",
        },
        {
          ...{ name: "node3", address: "192.168.0.3", internalAddress: "10.0.0.3", port: 2222, user: "root", arch: "arm64" },
          privateKeyPath: "/checkout/keys/node3",
        },
      ],
      roleGroups: { etcd: ["node1"], "control-plane": ["node1"], worker: ["node2", "node3"] },
      controlPlaneEndpoint: { domain: "lb.kubesphere.local", address: "", port: 6443 },
      kubernetes: { version: "v1.25.4", clusterName: "cluster.local", autoRenewCerts: true, containerManager: "containerd" },
      etcd: { type: "kubekey" },
      storage: { openebs: { basePath: "/var/openebs/local" } },
      registry: { registryMirrors: [], insecureRegistries: [] },
      addons: [],
    },
  });
});

test("several control planes get a load balancer, without which KubeKey only warns", () => {
  const { controlPlaneEndpoint, roleGroups } = file({
    roles: { etcd: ["node[1:3]"], "control-plane": ["node[1:3]", "node1"], worker: ["node3"] },
  }).spec;
  expect(controlPlaneEndpoint).toEqual({ internalLoadbalancer: "haproxy", domain: "lb.kubesphere.local", address: "", port: 6443 });
  expect(roleGroups).toEqual({ etcd: ["node1", "node2", "node3"], "control-plane": ["node1", "node2", "node3"], worker: ["node3"] });
});

test("mirrors and logins of registries, another version, no local storage are as configured", () => {
  const registry = {
    registryMirrors: ["https://mirror.lan"],
    insecureRegistries: ["registry.lan:5000"],
    privateRegistry: "registry.lan:5000",
    auths: { "registry.lan:5000": { username: "me", password: "hush-hush" } },
  };
  const { spec } = file({ kubernetesVersion: "1.26.0", localStorage: false, registry });
  expect(spec.kubernetes.version).toBe("v1.26.0");
  expect(spec.registry).toEqual(registry);
  expect(spec).not.toHaveProperty("storage");
});

test("a host without a word on its login has the key that KubeKey would take", () => {
  const { hosts } = file({ hosts: HOSTS.map((host) => ({ ...host, password: undefined, privateKeyPath: undefined })) }).spec;
  expect(hosts.map(({ privateKeyPath }) => privateKeyPath)).toEqual(Array(3).fill(`${homedir()}/.ssh/id_rsa`));
});

test("KubeKey, which reads YAML 1.1, takes no password for a truth or a number", () => {
  const passwords = ["on", "1_000", "2026-11-23"];
  const text = asYaml(file({ hosts: HOSTS.map((host, index) => ({ ...host, password: passwords[index] })) }));
  expect(text.split("\n").filter((line) => line.includes("password"))).toEqual(passwords.map((it) => `      password: '${it}'`));
  expect(load(asYaml(file()))).toEqual(file());
});

test("no password is in what people are shown", () => {
  const auths = { "registry.lan": { username: "me", password: "hush-hush" } };
  const masked = withoutSecrets(file({ registry: { auths } }));
  expect(masked.spec.hosts[0]?.password).toBe("[secret]");
  expect(masked.spec.hosts[1]).not.toHaveProperty("password");
  expect(masked.spec.registry.auths).toEqual({ "registry.lan": { username: "me", password: "[secret]" } });
  expect(secretsIn(settings({ registry: { auths } }))).toEqual(["Qcloud@123", "hush-hush"]);
});
