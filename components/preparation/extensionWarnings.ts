import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import { crdWarnings, type CrdCluster } from "../../kubesphere/extension/crdChanges";
import { judgeRecord } from "../../kubesphere/chart/releaseRecord";
import { lacking } from "../../kubesphere/extension/waits";
import type { DeclaredExtension } from "../../settings/extensionSources";

interface Asked {
  readonly cluster: Pick<ClusterAccess, "storageClasses"> & CrdCluster;
  readonly apiVersions: readonly string[];
  /** Whether Helm leaves the CRD of that name unchanged, and the stack does not declare it either. Default: true */
  readonly isLeft?: (name: string) => boolean;
}

/**
 * Warns, in previews too, of objects that an installation will wait for, of decisions that the program made, of far-reaching rights, and of
 * CRDs that Helm will leave unchanged.
 * None of these is an error: a missing object may come from elsewhere, such as from another extension of the same stack.
 */
export async function warnOfExtensions(
  extensions: readonly DeclaredExtension[],
  { cluster, apiVersions, isLeft = () => true }: Asked,
): Promise<void> {
  const installed = extensions.flatMap(({ path, packages, install }) =>
    packages.flatMap(({ package: { name, version, learnt, contents }, source }) =>
      version === install?.version ? [{ path, name, learnt, contents, source }] : [],
    ),
  );
  const storageClasses = installed.some(({ learnt }) => learnt.awaited.storageClasses.length > 0) ? await cluster.storageClasses() : [];
  const crds = await Promise.all(
    installed.map(({ name, contents, learnt, source }) => {
      const left = learnt.crds.filter((it) => isLeft(it.name));
      return crdWarnings({ name, contents, learnt: { crds: left } }, source, cluster);
    }),
  );
  for (const [index, { path, name, learnt }] of installed.entries()) {
    const record = judgeRecord(learnt.record);
    const words = [
      ...lacking(learnt.awaited, { storageClasses, apiVersions }),
      ...(crds[index] ?? []),
      ...learnt.notes,
      ...(record === undefined ? [] : [`${record.found}. ${record.mend}`]),
    ];
    for (const it of words) void pulumi.log.warn(`${path} (${name}): ${it}`);
  }
  const unseen = installed.filter(({ learnt }) => learnt.hosts.length === 0 && !learnt.hasFrontEnd).map(({ name }) => name);
  if (unseen.length > 0 && pulumi.runtime.isDryRun()) void pulumi.log.info(`without a menu entry and an Ingress: ${unseen.join(", ")}`);
}
