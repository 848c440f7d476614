/** What kwokctl is told to run: the control plane's components, and the flags by which none of them answers a stranger. Pure. */
import { join } from "node:path";
import type { ControlPlanePaths } from "./paths.js";
import type { ClusterPorts } from "./settings.js";

export const components = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok-controller"] as const;
export type Component = (typeof components)[number];

/** The API server's own default has 254 addresses, too few for the Services of three hundred extensions. */
const SERVICE_ADDRESSES = "10.96.0.0/16";

/** Links to the executables: kwok keeps the paths that it was created with. */
export const binaryFolder = ({ kwok }: ControlPlanePaths) => join(kwok, "bin");

export function kwokConfiguration(paths: ControlPlanePaths, ports: ClusterPorts) {
  const binary = (name: Component) => join(binaryFolder(paths), name);
  return {
    apiVersion: "config.kwok.x-k8s.io/v1alpha1",
    kind: "KwokctlConfiguration",
    options: {
      runtime: "binary",
      bindAddress: "127.0.0.1",
      disableQPSLimits: true,
      etcdBinary: binary("etcd"),
      kubeApiserverBinary: binary("kube-apiserver"),
      kubeControllerManagerBinary: binary("kube-controller-manager"),
      kubeSchedulerBinary: binary("kube-scheduler"),
      kwokControllerBinary: binary("kwok-controller"),
      kubeApiserverPort: ports.kubeApiserver,
      etcdPort: ports.etcd,
      etcdPeerPort: ports.etcdPeer,
    },
    componentsPatches: [
      etcd(paths, ports),
      apiServer(paths, ports),
      // Each runs once: an election would only keep a restarted one waiting until the killed one's lease has run out.
      // Nobody asks them for health, metrics or profiles, so they do not listen at all: kwokctl would open metrics to everybody.
      ...(["kube-controller-manager", "kube-scheduler"] as const).map((name) =>
        patch(name, { "leader-elect": "false" }, { "secure-port": "0" }),
      ),
      // Its kubelet API (exec, logs, port-forward) has no authentication, in HTTP and HTTPS alike. Without a port it is not served.
      patch("kwok-controller", {}, { "node-port": "0", "server-address": "" }),
    ],
  };
}

/**
 * Clients and peers are known by the one certificate that it has itself. The JSON gateway goes: it answers any web page (`Access-Control-Allow-Origin: *`).
 * Data that an etcd without TLS has written stays good: a member alone asks nobody at the peer URL that it remembers.
 */
function etcd(paths: ControlPlanePaths, ports: ClusterPorts) {
  const { certificate, key } = paths.etcdIdentity;
  const [client, peer] = [url(ports.etcd), url(ports.etcdPeer)];
  const tls = (prefix: "" | "peer-") => ({
    [`${prefix}client-cert-auth`]: "true",
    [`${prefix}trusted-ca-file`]: certificate,
    [`${prefix}cert-file`]: certificate,
    [`${prefix}key-file`]: key,
  });
  return patch(
    "etcd",
    { ...tls(""), ...tls("peer-"), "enable-grpc-gateway": "false" },
    {
      "listen-client-urls": client,
      "advertise-client-urls": client,
      "listen-peer-urls": peer,
      "initial-advertise-peer-urls": peer,
      "initial-cluster": `node0=${peer}`,
    },
  );
}

function apiServer(paths: ControlPlanePaths, ports: ClusterPorts) {
  const { certificate, key } = paths.etcdIdentity;
  const administrator = administratorOf(paths);
  return patch(
    "kube-apiserver",
    {
      // The simulator answers for the executors' pods, and knows by it whom.
      "kubelet-client-certificate": administrator["client-certificate"],
      "kubelet-client-key": administrator["client-key"],
      "service-cluster-ip-range": SERVICE_ADDRESSES,
      "etcd-cafile": certificate,
      "etcd-certfile": certificate,
      "etcd-keyfile": key,
      "anonymous-auth": "false",
      "admission-control-config-file": paths.admissionConfig,
    },
    { "etcd-servers": url(ports.etcd) },
  );
}

const url = (port: number) => `https://127.0.0.1:${port}`;

/** @param added flags that kwokctl does not give itself @param replaced flags that it does give: it would say them twice */
function patch(name: Component, added: Readonly<Record<string, string>>, replaced: Readonly<Record<string, string>>) {
  const args = (flags: Readonly<Record<string, string>>) => Object.entries(flags).map(([key, value]) => ({ key, value }));
  return { name, extraArgs: [...args(added), ...args(replaced).map((it) => ({ ...it, override: true }))] };
}

/** The API server shows admission webhooks who it is, so that the simulator's answer it and nobody else. */
export const admissionConfiguration = ({ webhookClient: kubeConfigFile }: ControlPlanePaths) => ({
  apiVersion: "apiserver.config.k8s.io/v1",
  kind: "AdmissionConfiguration",
  plugins: ["MutatingAdmissionWebhook", "ValidatingAdmissionWebhook"].map((name) => ({
    name,
    configuration: { apiVersion: "apiserver.config.k8s.io/v1", kind: "WebhookAdmissionConfiguration", kubeConfigFile },
  })),
});

/** To any webhook: the simulator's port is another at each start. A certificate tells a stranger's webhook a name, and nothing to act with. */
export const webhookClient = (paths: ControlPlanePaths) => ({
  ...{ apiVersion: "v1", kind: "Config" },
  users: [{ name: "*", user: administratorOf(paths) }],
});

/** The only certificate that the cluster's authority has ever signed. */
const administratorOf = ({ pki }: ControlPlanePaths) => ({
  "client-certificate": join(pki, "admin.crt"),
  "client-key": join(pki, "admin.key"),
});
