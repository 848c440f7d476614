/** What a sandbox keeps between runs: its ports, and digests of what it was made from. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { obstacle, type Resolve } from "./browserNames.js";
import { withLock } from "./lock.js";
import type { SandboxPaths } from "./paths.js";
import { isPortFree } from "./portFree.js";
import { Failure, usageError } from "./report.js";

/** In the order in which they are given out. */
const clusterPorts = ["kubeApiserver", "etcd", "etcdPeer"] as const;
export type ClusterPorts = Readonly<Record<(typeof clusterPorts)[number], number>>;

/** What the names of the sandbox's extensions end in: nip.io's, as the documentation's example has them, or `localhost`. */
export const zones = ["nip.io", "localhost"] as const;
export type Zone = (typeof zones)[number];

export interface Settings {
  /** NodePorts, and so host ports, of the ingress controller and the console. */
  readonly ingressPort: number;
  readonly consolePort: number;
  readonly clusterPorts: ClusterPorts;
  /** Of the member's control plane, where the sandbox has one. */
  readonly memberPorts?: ClusterPorts;
  readonly zone: Zone;
  /** SHA-256 of the template that the stack's configuration was copied from. */
  readonly template?: string;
  /** The bundle folder that the running simulator came from. */
  readonly simulator?: string;
}

export interface SandboxOptions {
  readonly ingressPort?: number;
  readonly consolePort?: number;
  /** A second control plane. A sandbox that has one keeps it until it is reset. */
  readonly member?: boolean;
  /** Default: as kept; for a new sandbox nip.io's where this machine resolves them, else `localhost`, which browsers resolve by themselves. */
  readonly zone?: Zone;
}

// Below the range of NodePorts and below those that systems hand out to outgoing connections. Each sandbox looks for free ports from
// a place of its own on, so that sandboxes of different cache folders, which know nothing of each other, seldom meet.
const CLUSTER_PORTS = { from: 16_000, to: 28_000 };
const NODE_PORTS = { from: 30000, to: 32767 };
const DEFAULT_PORTS = { ingressPort: 30888, consolePort: 30880 };

export function readSettings(file: string): Settings | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Settings;
  } catch {
    return undefined;
  }
}

export function writeSettings(file: string, settings: Settings): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, JSON.stringify(settings, undefined, 2));
  renameSync(`${file}.new`, file);
}

/** The settings to run with: as kept, with the ports that were asked for. */
export async function chooseSettings(paths: SandboxPaths, options: SandboxOptions, resolve?: Resolve): Promise<Settings> {
  const kept = readSettings(paths.settings);
  const zone = options.zone ?? kept?.zone ?? ((await isResolved(resolve)) ? "nip.io" : "localhost");
  const ports = { ...DEFAULT_PORTS, ...kept, ...defined(options) };
  checkNodePorts(ports);
  const chosen = await keep(paths, async () => ({ ...ports, zone, clusterPorts: kept?.clusterPorts ?? (await freeClusterPorts(paths)) }));
  if (!options.member || chosen.memberPorts) return chosen;
  return keep(paths, async () => ({ ...chosen, memberPorts: await freeClusterPorts(paths) }));
}

/**
 * The ports for a control plane that is to be started: as kept, but for those that somebody else has taken meanwhile.
 * @param former those that it has had
 */
export async function chooseClusterPorts(
  paths: SandboxPaths,
  which: "clusterPorts" | "memberPorts",
  former: ClusterPorts,
): Promise<ClusterPorts> {
  let ports = former;
  await keep(paths, async () => {
    ports = await freeClusterPorts(paths, former);
    const settings = readSettings(paths.settings);
    if (settings === undefined) throw new Failure(`${paths.settings} is gone: run the same command again`);
    return { ...settings, [which]: ports };
  });
  return ports;
}

/** Some resolvers refuse names that lead to private addresses, and some machines have none. */
const isResolved = async (resolve?: Resolve) => (await obstacle("sandbox.127.0.0.1.nip.io", resolve)) === undefined;

/** Two sandboxes must not choose at the same time: neither would see the other's choice. */
const keep = (paths: SandboxPaths, choose: () => Promise<Settings>) =>
  withLock(join(paths.locks, "ports"), { what: "ports" }, async () => {
    const settings = await choose();
    writeSettings(paths.settings, settings);
    return settings;
  });

const defined = ({ ingressPort, consolePort }: SandboxOptions) => ({
  ...(ingressPort !== undefined && { ingressPort }),
  ...(consolePort !== undefined && { consolePort }),
});

function checkNodePorts({ ingressPort, consolePort }: { ingressPort: number; consolePort: number }): void {
  for (const [option, port] of Object.entries({ "--ingress-port": ingressPort, "--console-port": consolePort })) {
    if (!Number.isInteger(port) || port < NODE_PORTS.from || port > NODE_PORTS.to) {
      throw usageError(`${option} ${port}: it becomes a NodePort, so give a number from ${NODE_PORTS.from} to ${NODE_PORTS.to}`);
    }
  }
  if (ingressPort === consolePort) throw usageError(`--ingress-port and --console-port are both ${ingressPort}: they must differ`);
}

async function freeClusterPorts({ root, sandboxes }: SandboxPaths, kept: Partial<ClusterPorts> = {}): Promise<ClusterPorts> {
  const taken = new Set(everyClusterPort(sandboxes));
  const { from, to } = CLUSTER_PORTS;
  const first = createHash("sha256").update(root).digest().readUInt32BE() % (to - from);
  let tried = 0;
  const next = async () => {
    for (; tried < 2000; tried++) {
      const port = from + ((first + tried) % (to - from));
      if (!taken.has(port) && (await isPortFree(port))) return (taken.add(port), port);
    }
    throw new Failure(`no ${clusterPorts.length} free ports among 2000 from ${from + first} on`);
  };
  const ports: Partial<Record<keyof ClusterPorts, number>> = {};
  for (const name of clusterPorts) {
    const port = kept[name];
    ports[name] = port !== undefined && (await isPortFree(port)) ? port : await next();
  }
  return ports as ClusterPorts;
}

/** Ports of all sandboxes, running or not: each keeps its own. */
function everyClusterPort(sandboxes: string): number[] {
  if (!existsSync(sandboxes)) return [];
  const names = readdirSync(sandboxes, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const kept = names.flatMap(({ name }) => readSettings(join(sandboxes, name, "sandbox.json")) ?? []);
  return kept.flatMap((settings) => [settings.clusterPorts, settings.memberPorts ?? {}].flatMap((ports) => Object.values(ports)));
}
