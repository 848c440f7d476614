import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import { crdWarnings, type CrdCluster } from "../../kubesphere/extension/crdChanges";
import { judgeRecord } from "../../kubesphere/chart/releaseRecord";
import { lacking } from "../../kubesphere/extension/waits";
import type { DeclaredExtension } from "../../settings/extensionSources";

interface Asked {
  readonly cluster: Pick<ClusterAccess, "storageClasses"> & CrdCluster;
  readonly apiVersions: readonly string[];
  /** Whether Helm leaves the CRD of that name as it finds it, and nobody else sees to it. Default: it does */
  readonly isLeft?: (name: string) => boolean;
}

/**
 * Tells, in a preview too, what installs will wait for, what was decided for whoever declares them, what they may do to the cluster, and which of
 * their CRDs Helm will leave as they are.
 * None of it is a mistake: what is waited for somebody else may bring, as another extension of the same stack.
 */
export async function warnOfExtensions(
  extensions: readonly DeclaredExtension[],
  { cluster, apiVersions, isLeft = () => true }: Asked,
): Promise<void> {
  const installed = extensions.flatMap(({ path, packages, install }) =>
    packages.flatMap(({ package: { name, version, learnt, archive }, source }) =>
      version === install?.version ? [{ path, name, learnt, archive, source }] : [],
    ),
  );
  const storageClasses = installed.some(({ learnt }) => learnt.awaited.storageClasses.length > 0) ? await cluster.storageClasses() : [];
  const crds = await Promise.all(
    installed.map(({ name, archive, learnt, source }) => {
      const left = learnt.crds.filter((it) => isLeft(it.name));
      return crdWarnings({ name, archive, learnt: { crds: left } }, source, cluster);
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
