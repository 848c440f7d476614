/** Does what the findings say, in an order in which each step may be cut off and done again. */
import { rm, writeFile } from "fs/promises";
import { join } from "path";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { idOf, type Target } from "../../sandbox/src/pendingOperations";
import { waitUntil } from "../../sandbox/src/processes";
import type { Cluster, KubernetesObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import type { Progress } from "../shared/progress";
import type { LetGo } from "../shared/finalizers";
import { exportState, succeeded, type Stack } from "../shared/pulumi";
import type { Finding } from "./diagnosis";
import { find } from "./facts";
import type { Helm } from "./helm";
import { mendedState, type Exported } from "./state";

export interface Tools {
  readonly stack: Stack;
  readonly cluster: Cluster;
  readonly helm: Helm;
  readonly letGo: LetGo;
  readonly progress: Progress;
}

/** An InstallPlan is only gone when its Helm release is. */
const GONE_TIMEOUT_MS = 10 * 60_000;

export async function mend(findings: readonly Finding[], tools: Tools): Promise<void> {
  const { stack, progress } = tools;
  for (const { action } of findings) await inTheCluster(action, tools);

  progress.now("writing the state");
  const adopted = findings.flatMap(({ action }) => (action.do === "adopt" ? [action.resource] : []));
  const exported = await exportState<Exported>(stack);
  const mended = mendedState(exported, adopted);
  if (adopted.length > 0 || exported.deployment.pending_operations?.length) await write(mended, stack);

  const changed = findings.filter(({ action }) => ["adopt", "look again", "let go", "uninstall"].includes(action.do)).map(({ urn }) => urn);
  const inState = new Set((mended.deployment.resources ?? []).map(({ urn }) => urn));
  const targets = [...new Set(changed)].filter((urn) => inState.has(urn)).flatMap((urn) => ["--target", urn]);
  if (targets.length === 0) return;
  progress.now("reading what was mended");
  succeeded("pulumi refresh", await stack.run(["refresh", "--yes", "--skip-preview", ...targets]));
}

async function inTheCluster(action: Finding["action"], { cluster, helm, letGo, progress }: Tools): Promise<void> {
  switch (action.do) {
    case "uninstall":
      progress.now(`uninstalling ${idOf(action.target)}`);
      return helm.uninstall(action.target);
    case "roll back":
      progress.now(`rolling ${idOf(action.target)} back`);
      return helm.rollBack(action.target, action.revision);
    case "delete":
      await cluster.remove(asObject(action.target));
      return untilGone(action.target, cluster, progress);
    case "let go":
      await letGo(action.gone.name, action.finalizers);
      return untilGone(action.gone, cluster, progress);
    case "look again":
      return untilGone(action.gone, cluster, progress);
    case "adopt":
    case "forget":
    case "nothing":
      return undefined;
  }
}

const asObject = ({ apiVersion, kind, name, namespace }: Target): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name, ...(namespace && { namespace }) },
});

async function untilGone(target: Target, cluster: Cluster, progress: Progress): Promise<void> {
  progress.now(`waiting for ${target.kind} ${idOf(target)} to be gone`);
  const isGone = async () => {
    const { object, revisions = [] } = await find(cluster, target);
    return object === undefined && revisions.length === 0;
  };
  if (await waitUntil(isGone, GONE_TIMEOUT_MS, 500)) return;
  throw new Failure(`${target.kind} ${idOf(target)} is still there after 10 minutes: its finalizers or what is within it hold it`);
}

/** In a file of the user's own: the secrets in it are encrypted, the rest is nobody else's business either. */
async function write(exported: Exported, stack: Stack): Promise<void> {
  const folder = await temporaryFolder("recover");
  try {
    const file = join(folder, "state.json");
    await writeFile(file, JSON.stringify(exported), { mode: 0o600 });
    succeeded("pulumi stack import", await stack.run(["stack", "import", "--file", file]));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
