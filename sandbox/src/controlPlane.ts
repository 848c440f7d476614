/** A real Kubernetes control plane with one simulated node, run by kwokctl as plain processes. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { isReady } from "./clusterApi.js";
import { admissionConfiguration, binaryFolder, components, kwokConfiguration, webhookClient, type Component } from "./kwokConfiguration.js";
import type { ControlPlanePaths } from "./paths.js";
import { isPortFree } from "./portFree.js";
import { end, findProcesses, run, waitUntil } from "./processes.js";
import { SANDBOX_EXTENSION } from "../../kubesphere/api.js";
import { Failure } from "./report.js";
import { selfSigned } from "./selfSigned.js";
import type { ClusterPorts } from "./settings.js";
import type { Located } from "./tools/find.js";

// There once a cluster has been made whole; it holds the configuration with which kwokctl made it last.
const COMPLETE = "complete";
/**
 * Of the one node, as jq expressions: pods that never run cost nothing. A kubelet's own limit of 110 would keep those of a hundred extensions
 * waiting for ever, and kwok's node, which has no disk, every pod that asks for some.
 */
const ALLOCATABLE = [".allocatable.pods=10000", '.allocatable["ephemeral-storage"]="1Ti"'];
const TRIES = 3;
const READY_TIMEOUT_MS = 120_000;

export const contextName = (name: string) => `kubesphere-sandbox-${name}`;

const processes = ({ cluster }: ControlPlanePaths) => findProcesses((line) => line.startsWith(join(cluster, "bin", "/")));

/** Component name to the process that runs it. */
export function runningComponents(paths: ControlPlanePaths): Partial<Record<Component, number>> {
  const running = processes(paths).map(({ pid, commandLine }) => [basename(commandLine.split(" --")[0] ?? ""), pid] as const);
  return Object.fromEntries(running);
}

export type Brought = "is running" | "started" | "created" | "started again" | "created anew";

/** The ports of a control plane. */
export interface PortChoice {
  /** As they were chosen last. */
  readonly kept: ClusterPorts;
  /** For a new start: those that are still free, and others. */
  readonly choose: (former: ClusterPorts) => Promise<ClusterPorts>;
}

/** Brings a control plane up from any state: none, half made, stopped, or partly dead. Gives the ports that it has now. */
export async function startControlPlane(paths: ControlPlanePaths, { kept, choose }: PortChoice, tools: Located) {
  const running = Object.keys(runningComponents(paths)).length;
  const isComplete = existsSync(join(paths.cluster, COMPLETE));
  const isCurrent = isMadeWith(paths, kept);
  if (isCurrent && running === components.length && (await isReady(paths, kept))) return { brought: "is running" as Brought, ports: kept };
  const isRemade = existsSync(paths.cluster) && !isComplete;
  const ports = await bringUp(paths, { kept, choose }, tools);
  const brought: Brought = isComplete ? (running > 0 ? "started again" : "started") : isRemade ? "created anew" : "created";
  return { brought, ports };
}

async function bringUp(paths: ControlPlanePaths, { kept, choose }: PortChoice, tools: Located, tries = TRIES): Promise<ClusterPorts> {
  await stopControlPlane(paths);
  const isComplete = existsSync(join(paths.cluster, COMPLETE));
  if (!isComplete) rmSync(paths.kwok, { recursive: true, force: true });
  const ports = await choose(kept);
  linkBinaries(paths, tools);
  try {
    await runCluster(paths, ports, tools);
    if (!isComplete) await kwokctl(paths, tools, ["scale", "node", "--replicas", "1", ...ALLOCATABLE.flatMap((it) => ["--param", it])]);
    writeFileSync(join(paths.cluster, COMPLETE), readFileSync(paths.kwokConfig));
    return ports;
  } catch (error) {
    await stopControlPlane(paths);
    // Anybody may take a port between our look at it and the component's; then there are others.
    const areFree = await Promise.all(Object.values(ports).map(isPortFree));
    if (tries === 1 || areFree.every(Boolean)) throw error;
    return bringUp(paths, { kept: ports, choose }, tools, tries - 1);
  }
}

async function runCluster(paths: ControlPlanePaths, ports: ClusterPorts, tools: Located): Promise<void> {
  writeIdentity(paths);
  writeJson(paths.admissionConfig, admissionConfiguration(paths));
  writeJson(paths.webhookClient, webhookClient(paths));
  if (isMadeWith(paths, ports)) await kwokctl(paths, tools, ["start", "cluster"]);
  else {
    // It makes everything anew but etcd's data and the keys, where they are there.
    rmSync(join(paths.cluster, "kwok.yaml"), { force: true });
    writeJson(paths.kwokConfig, kwokConfiguration(paths, ports));
    // kwok gets a new identity with each start: with leases it would leave the node alone until the former one's has run out.
    const args = ["--config", paths.kwokConfig, "--kubeconfig", join(paths.kwok, "kubeconfig"), "--node-lease-duration-seconds", "0"];
    await kwokctl(paths, tools, ["create", "cluster", ...args]);
  }
  // kwokctl of an earlier sandbox has left its keys to be read by everybody.
  for (const key of ["ca.key", "admin.key"]) chmodSync(join(paths.pki, key), 0o600);
  writeJson(paths.kubeconfig, kubeconfig(paths, ports));
  await waitReady(paths, ports, tools);
}

/** Of etcd, and of the API server as its client. */
function writeIdentity({ etcdIdentity }: ControlPlanePaths): void {
  const [from, to] = [new Date(), new Date()];
  // A clock that is set back a little does not keep the cluster from starting.
  from.setDate(from.getDate() - 1);
  to.setFullYear(to.getFullYear() + 10);
  const { certificate, key } = selfSigned(["127.0.0.1"], from, to);
  writeSecret(etcdIdentity.certificate, certificate);
  writeSecret(etcdIdentity.key, key);
}

/** Whether a whole cluster is there that kwokctl made with the flags and ports of today. */
function isMadeWith(paths: ControlPlanePaths, ports: ClusterPorts): boolean {
  const complete = join(paths.cluster, COMPLETE);
  return existsSync(complete) && readFileSync(complete, "utf8") === toText(kwokConfiguration(paths, ports));
}

const toText = (content: object) => JSON.stringify(content, undefined, 2);

const writeJson = (file: string, content: object) => writeSecret(file, toText(content));

function writeSecret(file: string, content: string): void {
  writeFileSync(file, content, { mode: 0o600 });
  // The mode above is a new file's only.
  chmodSync(file, 0o600);
}

/** Ends every component at once: etcd's log makes that safe, and the others keep nothing. */
export async function stopControlPlane(paths: ControlPlanePaths): Promise<void> {
  await end(
    processes(paths).map(({ pid }) => pid),
    "SIGKILL",
  );
  rmSync(paths.pids, { recursive: true, force: true });
  // kwokctl writes pid files here and does not make the folder again.
  if (existsSync(paths.cluster)) mkdirSync(paths.pids);
}

/** Links let the tools behind the paths change that kwok was created with. */
function linkBinaries(paths: ControlPlanePaths, tools: Located): void {
  const folder = binaryFolder(paths);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  for (const name of components) symlinkSync(tools[name === "kwok-controller" ? "kwok" : name] as string, join(folder, name));
  // kwokctl wants kubectl only to ask whether the API server answers, and would download it; we ask ourselves.
  writeFileSync(join(folder, "kubectl"), "#!/bin/sh\nexit 0\n", { mode: 0o755 });
}

/** A member at an address of this machine is out of reach for any other KubeSphere than the one that is played on it. */
const SANDBOX = { name: SANDBOX_EXTENSION, extension: { kubesphere: "played on this machine" } };

function kubeconfig(paths: ControlPlanePaths, ports: ClusterPorts) {
  const name = contextName(paths.name);
  const data = (file: string) => readFileSync(join(paths.pki, file)).toString("base64");
  const server = `https://127.0.0.1:${ports.kubeApiserver}`;
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: [{ name, cluster: { server, "certificate-authority-data": data("ca.crt"), extensions: [SANDBOX] } }],
    users: [{ name, user: { "client-certificate-data": data("admin.crt"), "client-key-data": data("admin.key") } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    "current-context": name,
  };
}

async function kwokctl(paths: ControlPlanePaths, tools: Located, args: readonly string[]): Promise<void> {
  // Its settings can all be given by KWOK_* variables; the user's are not meant for this cluster.
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("KWOK_")));
  const env = { ...inherited, KWOK_WORKDIR: paths.kwok, PATH: `${binaryFolder(paths)}:${process.env.PATH ?? ""}` };
  const { code, stdout, stderr } = await run(tools.kwokctl as string, [...args, "--name", paths.name], { env });
  if (code !== 0) throw new Failure(`kwokctl ${args.join(" ")} failed:\n${(stderr + stdout).trim()}`);
}

/** What all others wait for; those give up where the API server takes long: kube-controller-manager after ten seconds, as on a busy machine. */
const FOUNDATION: readonly Component[] = ["etcd", "kube-apiserver"];

/** Others that have ended are started again while tries are left; kwokctl starts those alone that do not run. */
async function waitReady(paths: ControlPlanePaths, ports: ClusterPorts, tools: Located, tries = TRIES): Promise<void> {
  let missed: readonly Component[] = [];
  let dead: readonly Component[] = [];
  const isDecided = async () => {
    const running = runningComponents(paths);
    const missing = components.filter((name) => !(name in running));
    // A process has no command line for a moment while it becomes another program: what two looks in turn miss has ended.
    dead = missing.filter((name) => missed.includes(name));
    missed = missing;
    return dead.length > 0 || (missing.length === 0 && (await isReady(paths, ports)));
  };
  if ((await waitUntil(isDecided, READY_TIMEOUT_MS, 100)) && dead.length === 0) return;
  if (dead.length > 0 && tries > 1 && !dead.some((name) => FOUNDATION.includes(name))) {
    // To kwokctl a process that nobody has looked after yet runs still.
    for (const name of dead) rmSync(join(paths.pids, `${name}.pid`), { force: true });
    await kwokctl(paths, tools, ["start", "cluster"]);
    return waitReady(paths, ports, tools, tries - 1);
  }
  const what = dead.length > 0 ? `${dead.join(", ")} ended by itself` : `the API server was not ready after ${READY_TIMEOUT_MS / 1000} s`;
  throw new Failure(
    `control plane ${paths.name} of the sandbox did not start: ${what}. Its logs are in ${join(paths.cluster, "logs")}; ` +
      `"npm run sandbox -- reset" starts over.`,
  );
}
