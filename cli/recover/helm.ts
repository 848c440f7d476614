/** The two things that only Helm can do to a release that it left half-way. */
import { rm, writeFile } from "fs/promises";
import { join } from "path";
import { oneContext, readKubeconfig } from "../../kubesphere/cluster/kubeconfig";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { clusterEnvironment } from "../../kubesphere/chart/helmEnvironment";
import type { Target } from "../../sandbox/src/pendingOperations";
import { run } from "../../sandbox/src/processes";
import { findHelm } from "../extension/helm";
import { Failure } from "../shared/command";
import { stackConfig, type Stack } from "../shared/pulumi";

export interface Helm {
  /** Hooks included; content when it is gone already. */
  uninstall(release: Target): Promise<void>;
  rollBack(release: Target, revision: number): Promise<void>;
}

const TIMEOUT = ["--wait", "--timeout", "10m"];

/** Helm on the stack's cluster. @param cache the sandbox's, where a Helm may be */
export const helmOn = (stack: Stack, cache: string): Helm => ({
  uninstall: ({ name, namespace }) => helm(stack, cache, ["uninstall", name, "--namespace", namespace, "--ignore-not-found", ...TIMEOUT]),
  // Not waiting: what it goes back to may never have been healthy, and the next `up` replaces it.
  rollBack: ({ name, namespace }, revision) => helm(stack, cache, ["rollback", name, `${revision}`, "--namespace", namespace]),
});

async function helm(stack: Stack, cache: string, args: readonly string[]): Promise<void> {
  const binary = await findHelm(cache);
  const { cluster = {} } = (await stackConfig(stack)) as { cluster?: { kubeconfig?: string; context?: string } };
  const folder = await temporaryFolder("recover");
  try {
    const kubeconfig = join(folder, "kubeconfig");
    await writeFile(kubeconfig, JSON.stringify(oneContext(readKubeconfig(cluster.kubeconfig), cluster.context)), { mode: 0o600 });
    const { code, stdout, stderr } = await run(binary, args, { env: clusterEnvironment(kubeconfig) });
    if (code !== 0) throw new Failure(`helm ${args.slice(0, 2).join(" ")} failed: ${(stderr || stdout).trim()}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
