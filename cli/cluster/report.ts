/** What `luban cluster` shows of a cluster. */
import { LUBAN } from "../../kubesphere/luban";
import type { Outcome } from "../shared/command";
import { changesOf, type Changes } from "./changes";
import { asYaml } from "./files";
import type { Kk } from "./kk";
import { clusterFile, withoutSecrets } from "./kubekey3";
import { config, inventory, withoutSecrets as without4 } from "./kubekey4";
import type { LiveCluster, LiveNode } from "./live";
import type { Opened } from "./stack";
import { oneLine } from "../shared/text/terminal";

/** A line a node, columns aligned. */
export function liveText({ server, nodes, etcd }: LiveCluster): string {
  const rows = nodes.map((node) =>
    [node.name, rolesOf(node), node.version, node.addresses.join(","), node.isReady ? "ready" : "not ready"].map(oneLine),
  );
  const widths = [0, 1, 2, 3].map((column) => Math.max(0, ...rows.map((row) => row[column]?.length ?? 0)));
  const lines = rows.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join("  ")}`);
  return [
    `${server}: ${nodes.length} node${nodes.length === 1 ? "" : "s"}`,
    ...lines,
    ...(etcd ? [`  etcd at ${oneLine(etcd.join(", "))}`] : []),
  ].join("\n");
}

const rolesOf = ({ isControlPlane, isWorker }: LiveNode) =>
  [...(isControlPlane ? ["control-plane"] : []), ...(isWorker ? ["worker"] : [])].join(",") || "no role";

/** What KubeKey is given, without secrets: `file` is KubeKey 3's, the other two are KubeKey 4's. */
interface GivenFiles {
  readonly file?: object;
  readonly inventory?: unknown;
  readonly config?: unknown;
}
export interface Shown extends GivenFiles {
  /** null: none is made yet, or it does not answer. */
  readonly cluster: LiveCluster | null;
  readonly changes: Changes | null;
}

function filesFor(kk: Kk | undefined, { kubekey }: Opened, checkout: string): GivenFiles {
  if (kk?.major !== 4) return { file: withoutSecrets(clusterFile(kubekey, checkout)) };
  const files = { inventory: inventory(kubekey, kk.printed.inventory, checkout), config: config(kubekey, kk.printed.config) };
  return without4(files) as GivenFiles;
}

/**
 * @param cluster the live one; a text says why it does not answer; undefined before it is made
 * @param kk whose files are shown; undefined where there is none: KubeKey 3's
 */
export function shown(opened: Opened, cluster: LiveCluster | string | undefined, checkout: string, kk: Kk | undefined): Outcome {
  const { kubekey, name } = opened;
  const files = filesFor(kk, opened, checkout);
  const title = `# The cluster of stack ${name}, as KubeKey ${kk?.version ?? kk?.major ?? 3} is given it`;
  const head = [
    title,
    Object.values(files as Record<string, object>)
      .map(asYaml)
      .join("---\n"),
  ].join("\n");
  if (cluster === undefined)
    return {
      text: `${head}\nNot made yet: ${LUBAN} cluster create --stack ${name}`,
      json: { ...files, cluster: null, changes: null } satisfies Shown,
    };
  if (typeof cluster === "string")
    return { text: `${head}\n${cluster}`, json: { ...files, cluster: null, changes: null } satisfies Shown, exitCode: 1 };
  const changes = changesOf(kubekey, cluster);
  const mend = `${LUBAN} cluster create --stack ${name}`;
  const added = changes.added.map((it) => `host ${it} is not in the cluster yet: ${mend}`);
  const upgraded = changes.upgraded.map((it) => `node ${it} runs an older Kubernetes than ${kubekey.kubernetesVersion}: ${mend}`);
  const differences = [...added, ...upgraded, ...changes.refused].map((line) => `  ${oneLine(line)}`);
  const text = [head, liveText(cluster), ...(differences.length > 0 ? ["It differs from the configuration:", ...differences] : [])].join(
    "\n",
  );
  return { text, json: { ...files, cluster, changes } satisfies Shown };
}
