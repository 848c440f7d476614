/** What `luban cluster` shows of a cluster. */
import { LUBAN } from "../../kubesphere/luban";
import type { Outcome } from "../shared/command";
import { changesOf, type Changes } from "./changes";
import { asYaml, clusterFile, withoutSecrets, type ClusterFile } from "./clusterFile";
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

export interface Shown {
  readonly file: ClusterFile;
  /** null: none is made yet, or it does not answer. */
  readonly cluster: LiveCluster | null;
  readonly changes: Changes | null;
}

/** @param cluster the live one; a text says why it does not answer; undefined before it is made */
export function shown({ kubekey, name }: Opened, cluster: LiveCluster | string | undefined, checkout: string): Outcome {
  const file = withoutSecrets(clusterFile(kubekey, checkout));
  const head = `# The cluster of stack ${name}, as KubeKey is given it\n${asYaml(file)}`;
  if (cluster === undefined)
    return {
      text: `${head}\nNot made yet: ${LUBAN} cluster create --stack ${name}`,
      json: { file, cluster: null, changes: null } satisfies Shown,
    };
  if (typeof cluster === "string")
    return { text: `${head}\n${cluster}`, json: { file, cluster: null, changes: null } satisfies Shown, exitCode: 1 };
  const changes = changesOf(kubekey, cluster);
  const mend = `${LUBAN} cluster create --stack ${name}`;
  const added = changes.added.map((it) => `host ${it} is not in the cluster yet: ${mend}`);
  const upgraded = changes.upgraded.map((it) => `node ${it} runs an older Kubernetes than ${kubekey.kubernetesVersion}: ${mend}`);
  const differences = [...added, ...upgraded, ...changes.refused].map((line) => `  ${oneLine(line)}`);
  const text = [head, liveText(cluster), ...(differences.length > 0 ? ["It differs from the configuration:", ...differences] : [])].join(
    "\n",
  );
  return { text, json: { file, cluster, changes } satisfies Shown };
}
