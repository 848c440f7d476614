/** kubesphere-sim, the stand-in for KubeSphere's controllers and endpoints: a process beside the control plane. */
import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { SandboxPaths } from "./paths.js";
import { end, findProcesses, isAlive, ownPid, waitUntil } from "./processes.js";
import { Failure } from "./report.js";
import { readSettings, writeSettings } from "./settings.js";
import type { Located } from "./tools/find.js";

const READY_TIMEOUT_MS = 60_000;

interface SimulatorState {
  readonly pid: number;
  readonly ready: boolean;
  /** Host ports that it could not take, and the like. */
  readonly errors?: readonly string[];
}

/** What the running simulator says of itself; undefined when none runs. */
export function simulatorState(paths: SandboxPaths): SimulatorState | undefined {
  try {
    const state = JSON.parse(readFileSync(paths.simState, "utf8")) as SimulatorState;
    return ownPid(String(state.pid), paths.root) ? state : undefined;
  } catch {
    return undefined;
  }
}

/** Starts it unless the one that runs is of this bundle. */
export async function startSimulator(paths: SandboxPaths, { helm, kustomize }: Located): Promise<"is running" | "started"> {
  const settings = readSettings(paths.settings);
  if (simulatorState(paths)?.ready && settings?.simulator === paths.bundle) return "is running";
  await stopSimulator(paths);
  const log = openSync(paths.simLog, "w");
  const options = {
    ...{ "--kubeconfig": paths.kubeconfig, "--helm": helm, "--kustomize": kustomize, "--charts": paths.charts, "--state-dir": paths.root },
    ...(settings?.memberPorts && { "--member": paths.member.kubeconfig }),
  };
  const args = Object.entries(options).flat() as string[];
  const child = spawn(process.execPath, [join(paths.bundle, "kubesphere-sim.mjs"), ...args], {
    cwd: paths.root,
    detached: true,
    stdio: ["ignore", log, log],
  });
  child.unref();
  const pid = child.pid ?? 0;
  await waitUntil(() => simulatorState(paths)?.ready === true || !isAlive(pid), READY_TIMEOUT_MS);
  if (!simulatorState(paths)?.ready) {
    await end([pid], "SIGTERM");
    const words = existsSync(paths.simLog) ? readFileSync(paths.simLog, "utf8").trim().split("\n").slice(-10).join("\n") : "";
    throw new Failure(`kubesphere-sim did not start; its log ${paths.simLog} ends:\n${words}`);
  }
  if (settings) writeSettings(paths.settings, { ...settings, simulator: paths.bundle });
  return "started";
}

export async function stopSimulator(paths: SandboxPaths): Promise<void> {
  // One whose starter was killed may not have written its state yet.
  const isOurs = (line: string) => line.includes("kubesphere-sim.mjs") && `${line} `.includes(`--state-dir ${paths.root} `);
  const pids = findProcesses(isOurs).map(({ pid }) => pid);
  await end(pids, "SIGTERM");
  rmSync(paths.simState, { force: true });
}
