/** The two things that only Helm can do to a release that it left half-way. */
import { rm, writeFile } from "fs/promises";
import { join } from "path";
import { oneContext, readKubeconfig } from "../../kubesphere/cluster/kubeconfig";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { clusterEnvironment } from "../../kubesphere/chart/helmEnvironment";
import type { Target } from "../../sandbox/src/pendingOperations";
import { run as runProcess } from "../../sandbox/src/processes";
import { findHelm } from "../extension/helm";
import { Failure } from "../shared/command";
import { stackConfig, type Stack } from "../shared/pulumi";

export interface Helm {
  /** Hooks included, unless an argument says otherwise; content when it is gone already. */
  uninstall(release: Pick<Target, "name" | "namespace">, args?: readonly string[]): Promise<void>;
  rollBack(release: Target, revision: number): Promise<void>;
}

const TIMEOUT = ["--wait", "--timeout", "10m"];

/** Helm on the stack's cluster. @param cache the sandbox's, where a Helm may be */
export const helmOn = (stack: Stack, cache: string): Helm =>
  helmWith(async () => {
    const { cluster = {} } = (await stackConfig(stack)) as { cluster?: { kubeconfig?: string; context?: string } };
    return JSON.stringify(oneContext(readKubeconfig(cluster.kubeconfig), cluster.context));
  }, cache);

/** Helm on another cluster. @param kubeconfig its text */
export function helmWith(kubeconfig: () => Promise<string>, cache: string): Helm {
  const helm = async (...args: readonly string[]) => run(await findHelm(cache), await kubeconfig(), args);
  return {
    uninstall: ({ name, namespace = "" }, args = []) =>
      helm("uninstall", name, "--namespace", namespace, "--ignore-not-found", ...TIMEOUT, ...args),
    // Not waiting: what it goes back to may never have been healthy, and the next `up` replaces it.
    rollBack: ({ name, namespace = "" }, revision) => helm("rollback", name, `${revision}`, "--namespace", namespace),
  };
}

async function run(binary: string, kubeconfig: string, args: readonly string[]): Promise<void> {
  const folder = await temporaryFolder("recover");
  try {
    const file = join(folder, "kubeconfig");
    await writeFile(file, kubeconfig, { mode: 0o600 });
    const { code, stdout, stderr } = await runProcess(binary, args, { env: clusterEnvironment(file) });
    if (code !== 0) throw new Failure(`helm ${args.slice(0, 2).join(" ")} failed: ${(stderr || stdout).trim()}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
