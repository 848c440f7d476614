/** A real Kubernetes control plane with one simulated node, run by kwokctl as plain processes. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isReady } from "./clusterApi.js";
import type { SandboxPaths } from "./paths.js";
import { end, ownPid, run, waitUntil } from "./processes.js";
import { Failure } from "./report.js";
import { isPortFree, type ClusterPorts } from "./settings.js";
import type { Located } from "./tools/find.js";

const components = ["etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kwok-controller"] as const;

// There once a cluster has been made whole.
const COMPLETE = "complete";
const READY_TIMEOUT_MS = 120_000;

export const contextName = (name: string) => `kubesphere-sandbox-${name}`;

/** Whether there is a control plane, running or not, that was once made whole; its ports are in the settings. */
export const hasCluster = ({ cluster, settings }: SandboxPaths) => existsSync(join(cluster, COMPLETE)) && existsSync(settings);

/** Component name to the process that runs it. */
export function runningComponents({ pids, cluster }: SandboxPaths): Partial<Record<(typeof components)[number], number>> {
  const entries = components.flatMap((name) => {
    const file = join(pids, `${name}.pid`);
    const pid = existsSync(file) ? ownPid(readFileSync(file, "utf8"), cluster) : undefined;
    return pid ? [[name, pid] as const] : [];
  });
  return Object.fromEntries(entries);
}

export type Brought = "is running" | "started" | "created" | "started again" | "created anew";

/** Brings the control plane up from any state: none, half made, stopped, or partly dead. */
export async function startControlPlane(paths: SandboxPaths, ports: ClusterPorts, tools: Located): Promise<Brought> {
  const running = Object.keys(runningComponents(paths)).length;
  const isComplete = hasCluster(paths);
  if (isComplete && running === components.length && (await isReady(paths, ports))) return "is running";
  await stopControlPlane(paths);
  const isRemade = existsSync(paths.cluster) && !isComplete;
  if (!isComplete) rmSync(paths.kwok, { recursive: true, force: true });
  await checkPorts(paths, ports);
  linkBinaries(paths, tools);
  if (isComplete) await kwokctl(paths, tools, ["start", "cluster"]);
  else await create(paths, ports, tools);
  if (isComplete) await waitReady(paths, ports);
  return isComplete ? (running > 0 ? "started again" : "started") : isRemade ? "created anew" : "created";
}

async function create(paths: SandboxPaths, ports: ClusterPorts, tools: Located): Promise<void> {
  writeFileSync(paths.kwokConfig, JSON.stringify(kwokConfiguration(paths, ports), undefined, 2));
  await kwokctl(paths, tools, ["create", "cluster", "--config", paths.kwokConfig, "--kubeconfig", join(paths.kwok, "kubeconfig")]);
  writeFileSync(paths.kubeconfig, JSON.stringify(kubeconfig(paths, ports), undefined, 2), { mode: 0o600 });
  chmodSync(paths.kubeconfig, 0o600);
  await waitReady(paths, ports);
  await kwokctl(paths, tools, ["scale", "node", "--replicas", "1"]);
  writeFileSync(join(paths.cluster, COMPLETE), "");
}

/** Ends every component at once: etcd's log makes that safe, and the others keep nothing. */
export async function stopControlPlane(paths: SandboxPaths): Promise<void> {
  await end(Object.values(runningComponents(paths)), "SIGKILL");
  rmSync(paths.pids, { recursive: true, force: true });
  // kwokctl writes pid files here and does not make the folder again.
  if (existsSync(paths.cluster)) mkdirSync(paths.pids);
}

async function checkPorts(paths: SandboxPaths, ports: ClusterPorts): Promise<void> {
  for (const [component, port] of Object.entries(ports)) {
    if (await isPortFree(port)) continue;
    throw new Failure(
      `port ${port} of 127.0.0.1, which sandbox ${paths.name} keeps for ${component}, is taken by another process. ` +
        `End that process, or run "npm run sandbox -- reset", which chooses other ports.`,
    );
  }
}

const binaryFolder = ({ kwok }: SandboxPaths) => join(kwok, "bin");

/** kwok keeps the paths that it was created with; links let the tools behind them change. */
function linkBinaries(paths: SandboxPaths, tools: Located): void {
  const folder = binaryFolder(paths);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of components) symlinkSync(tools[name === "kwok-controller" ? "kwok" : name] as string, join(folder, name));
  // kwokctl wants kubectl only to ask whether the API server answers, and would download it; we ask ourselves.
  writeFileSync(join(folder, "kubectl"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
}

function kwokConfiguration(paths: SandboxPaths, ports: ClusterPorts) {
  const binary = (name: (typeof components)[number]) => join(binaryFolder(paths), name);
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
      ...Object.fromEntries(Object.entries(ports).map(([name, port]) => [`${name}Port`, port])),
    },
  };
}

function kubeconfig(paths: SandboxPaths, ports: ClusterPorts) {
  const name = contextName(paths.name);
  const data = (file: string) => readFileSync(join(paths.pki, file)).toString("base64");
  const server = `https://127.0.0.1:${ports.kubeApiserver}`;
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": data("ca.crt") } }],
    users: [{ name, user: { "client-certificate-data": data("admin.crt"), "client-key-data": data("admin.key") } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
}

async function kwokctl(paths: SandboxPaths, tools: Located, args: readonly string[]): Promise<void> {
  // Its settings can all be given by KWOK_* variables; the user's are not meant for this cluster.
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("KWOK_")));
  const env = { ...inherited, KWOK_WORKDIR: paths.kwok, PATH: `${binaryFolder(paths)}:${process.env.PATH ?? ""}` };
  const { code, stdout, stderr } = await run(tools.kwokctl as string, [...args, "--name", paths.name], { env });
  if (code !== 0) throw new Failure(`kwokctl ${args.join(" ")} failed:\n${(stderr + stdout).trim()}`);
}

async function waitReady(paths: SandboxPaths, ports: ClusterPorts): Promise<void> {
  const isWhole = () => Object.keys(runningComponents(paths)).length === components.length;
  if (await waitUntil(async () => !isWhole() || (await isReady(paths, ports)), READY_TIMEOUT_MS, 100)) if (isWhole()) return;
  const dead = components.filter((name) => !(name in runningComponents(paths)));
  const what = dead.length > 0 ? `${dead.join(", ")} ended by itself` : `the API server was not ready after ${READY_TIMEOUT_MS / 1000} s`;
  throw new Failure(
    `the control plane of sandbox ${paths.name} did not start: ${what}. Its logs are in ${join(paths.cluster, "logs")}; ` +
      `"npm run sandbox -- reset" starts over.`,
  );
}
