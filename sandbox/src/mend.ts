/** Takes away what a killed `pulumi` left behind, so that the next one finds a stack that it can go on with. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { askCluster } from "./clusterApi.js";
import { childEnvironment, endOrphans, STACK } from "./environment.js";
import { clusterEnvironment } from "../../kubesphere/chart/helmEnvironment.js";
import type { ControlPlanePaths, SandboxPaths } from "./paths.js";
import { pendingOperations, type Target } from "./pendingOperations.js";
import { isAlive, run, waitUntil, type Finished } from "./processes.js";
import { Failure, say } from "./report.js";
import type { ClusterPorts, Settings } from "./settings.js";

// An InstallPlan is only gone when its Helm release is.
const DELETION_TIMEOUT_MS = 120_000;

/** A control plane that is up. */
interface Place {
  readonly controlPlane: ControlPlanePaths;
  readonly ports: ClusterPorts;
}

/** @param ports those of the control planes that are up */
export async function mendStack(
  paths: SandboxPaths,
  { clusterPorts, memberPorts }: Pick<Settings, "clusterPorts" | "memberPorts">,
): Promise<void> {
  await endOrphans(paths);
  await releaseLock(paths);
  const pending = existsSync(paths.stackState) ? pendingOperations(readFileSync(paths.stackState, "utf8")) : [];
  if (pending.length === 0) return;
  say(`an earlier run was cut off while ${pending.map(({ type, resource }) => `${type} ${resource}`).join(", ")}: mending that`);
  for (const { type, target } of pending) {
    const host: Place = { controlPlane: paths, ports: clusterPorts };
    const place = target?.isOnMember ? memberPorts && { controlPlane: paths.member, ports: memberPorts } : host;
    // Of a cluster that is none of the sandbox's nothing is known.
    if (!target || !place) continue;
    if (target.kind === "Release") await mendRelease(paths, place, type, target);
    else if (type === "creating") await deleteObject(place, target);
  }
  const args = ["refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--non-interactive", "--suppress-outputs"];
  succeed("pulumi refresh", await tool(paths, "pulumi", args));
}

async function releaseLock(paths: SandboxPaths): Promise<void> {
  const locks = existsSync(paths.stackLocks) ? readdirSync(paths.stackLocks).filter((name) => name.endsWith(".json")) : [];
  if (locks.length === 0) return;
  for (const lock of locks) {
    const owner = JSON.parse(readFileSync(join(paths.stackLocks, lock), "utf8")) as { pid: number; hostname: string };
    if (owner.hostname === hostname() && isAlive(owner.pid)) {
      throw new Failure(`process ${owner.pid} is working on stack ${STACK} of sandbox ${paths.name}: let it end, then run this again`);
    }
  }
  say("an earlier run was cut off: its lock is taken away");
  succeed("pulumi cancel", await tool(paths, "pulumi", ["cancel", "--yes", "--non-interactive"]));
}

/** Helm refuses to work on a release whose last operation never ended. */
async function mendRelease(paths: SandboxPaths, { controlPlane }: Place, operation: string, { name, namespace }: Target): Promise<void> {
  const env = clusterEnvironment(controlPlane.kubeconfig, childEnvironment(paths));
  const helm = (args: readonly string[]) => tool(paths, "helm", args, env);
  const release = [name, "--namespace", namespace];
  if (operation === "creating") {
    succeed("helm uninstall", await helm(["uninstall", ...release, "--ignore-not-found", "--wait"]));
  } else if (/"status":"pending-/.test((await helm(["status", ...release, "--output", "json"])).stdout)) {
    succeed("helm rollback", await helm(["rollback", ...release]));
  }
}

async function deleteObject({ controlPlane, ports }: Place, target: Target): Promise<void> {
  const path = await objectPath(controlPlane, ports, target);
  if (!path) return;
  const isGone = async () => (await askCluster(controlPlane, ports, path)).status === 404;
  await askCluster(controlPlane, ports, path, "DELETE");
  if (await waitUntil(isGone, DELETION_TIMEOUT_MS, 200)) return;
  throw new Failure(`${target.kind} ${target.name}, left by a run that was cut off, does not go; "npm run sandbox -- reset" starts over`);
}

/** Undefined when the cluster does not know the kind, and so has no such object. */
async function objectPath(paths: ControlPlanePaths, ports: ClusterPorts, { apiVersion, kind, name, namespace }: Target) {
  const api = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  const { status, body } = await askCluster(paths, ports, api);
  const { resources = [] } =
    status === 200 ? (JSON.parse(body) as { resources?: { name: string; kind: string; namespaced: boolean }[] }) : {};
  const resource = resources.find((known) => known.kind === kind && !known.name.includes("/"));
  return resource && `${api}/${resource.namespaced ? `namespaces/${namespace || "default"}/` : ""}${resource.name}/${name}`;
}

function tool(paths: SandboxPaths, name: "pulumi" | "helm", args: readonly string[], env = childEnvironment(paths)): Promise<Finished> {
  return run(join(paths.bin, name), args, { cwd: paths.checkout, env });
}

function succeed(what: string, { code, stdout, stderr }: Finished): void {
  if (code !== 0) throw new Failure(`${what} failed with exit code ${code}:\n${(stderr || stdout).trim()}`);
}
