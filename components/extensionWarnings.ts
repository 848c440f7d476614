import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "../kubesphere/clusterCheck";
import { crdWarnings, type CrdCluster } from "../kubesphere/crdChanges";
import { judgeRecord } from "../kubesphere/releaseRecord";
import { lacking } from "../kubesphere/waits";
import type { DeclaredExtension } from "./extensionSources";

interface Asked {
  readonly cluster: Pick<ClusterAccess, "storageClasses"> & CrdCluster;
  readonly apiVersions: readonly string[];
}

/**
 * Tells, in a preview too, what installs will wait for, what was decided for whoever declares them, what they may do to the cluster, and which of
 * their CRDs Helm will leave as they are.
 * None of it is a mistake: what is waited for somebody else may bring, as another extension of the same stack.
 */
export async function warnOfExtensions(extensions: readonly DeclaredExtension[], { cluster, apiVersions }: Asked): Promise<void> {
  const installed = extensions.flatMap(({ path, packages, install }) =>
    packages.flatMap(({ package: { name, version, learnt, archive }, source }) =>
      version === install?.version ? [{ path, name, learnt, archive, source }] : [],
    ),
  );
  const storageClasses = installed.some(({ learnt }) => learnt.awaited.storageClasses.length > 0) ? await cluster.storageClasses() : [];
  const crds = await Promise.all(installed.map((it) => crdWarnings(it, it.source, cluster)));
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
