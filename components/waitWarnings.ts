import * as pulumi from "@pulumi/pulumi";
import type { ClusterAccess } from "../kubesphere/clusterCheck";
import { lacking } from "../kubesphere/waits";
import type { DeclaredExtension } from "./extensionSources";

interface Asked {
  readonly cluster: Pick<ClusterAccess, "storageClasses">;
  readonly apiVersions: readonly string[];
}

/** Tells, in a preview too, what installs will wait for. It is no mistake: somebody else may bring it, as another extension of the same stack. */
export async function warnOfWaits(extensions: readonly DeclaredExtension[], { cluster, apiVersions }: Asked): Promise<void> {
  const awaited = extensions.flatMap(({ path, packages, install }) =>
    packages.flatMap(({ package: { version, learnt } }) => (version === install?.version ? [{ path, ...learnt.awaited }] : [])),
  );
  const storageClasses = awaited.some((it) => it.storageClasses.length > 0) ? await cluster.storageClasses() : [];
  for (const it of awaited) for (const words of lacking(it, { storageClasses, apiVersions })) void pulumi.log.warn(`${it.path}: ${words}`);
}
