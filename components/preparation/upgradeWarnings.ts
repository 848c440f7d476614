/** Tells, in a preview too, what an upgrade of ks-core moves that its release's diff does not show. */
import * as pulumi from "@pulumi/pulumi";
import { KS_CORE_MANAGER, SYSTEM_NAMESPACE } from "../../kubesphere/api";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import { isBefore, lineOfKubeSphere, type ChartLine } from "../../kubesphere/ksCore/chartLines";
import { menuNotes, upgradeNotes } from "../../kubesphere/ksCore/upgradeNotes";
import type { DeclaredExtension } from "../../settings/extensionSources";

interface Labelled {
  readonly metadata: { readonly labels?: Readonly<Record<string, string>> };
}

/** ks-core writes its chart's appVersion on its Deployments (its sources, 4.1.2 and 4.1.3). @returns undefined where none runs, or it does not say */
export async function runningLine(cluster: Pick<ClusterAccess, "read">): Promise<ChartLine | undefined> {
  const path = `/apis/apps/v1/namespaces/${SYSTEM_NAMESPACE}/deployments/${KS_CORE_MANAGER}`;
  return lineOfKubeSphere((await cluster.read<Labelled>(path))?.metadata.labels?.["version"]);
}

/** @param running undefined where none does, or nobody knows, as of `wanted` */
export function warnOfUpgrade(
  running: ChartLine | undefined,
  wanted: ChartLine | undefined,
  extensions: readonly DeclaredExtension[],
): void {
  if (wanted === undefined) return;
  const installed = extensions.flatMap(({ packages, install }) =>
    packages.flatMap(({ package: { name, version, learnt } }) =>
      version === install?.version ? [{ name, gone: learnt.goneEntries }] : [],
    ),
  );
  const notes =
    running !== undefined && isBefore(running, wanted)
      ? upgradeNotes({ from: running, to: wanted, extensions: installed })
      : menuNotes(wanted, installed);
  for (const note of notes) void pulumi.log.warn(note);
}
