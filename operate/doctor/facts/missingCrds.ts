/** CRDs of the folders `crds/` in the packages that are installed, which Helm makes once and never again. */
import { extensionVersionName } from "../../../kubesphere/api";
import type { Cluster } from "../../shared/cluster";
import { inParallel } from "../../../kubesphere/parallel";
import { crdNames } from "../../../kubesphere/stayingCrds";
import type { ExtensionVersion, MissingCrds, Plan } from "./facts";

/** Of packages that the cluster holds: those that it was given by an address are their publishers'. */
export async function missingCrds(
  cluster: Pick<Cluster, "read">,
  plans: readonly Plan[],
  versions: readonly ExtensionVersion[],
): Promise<readonly MissingCrds[]> {
  const installed = plans.filter(({ status, metadata }) => status?.state === "Installed" && metadata.deletionTimestamp === undefined);
  const told = await inParallel(installed, async ({ spec: { extension } }): Promise<MissingCrds[]> => {
    const name = extensionVersionName(extension.name, extension.version);
    const from = versions.find(({ metadata }) => metadata.name === name)?.spec.chartDataRef;
    if (from === undefined) return [];
    const { key, ...metadata } = from;
    const data = (await cluster.read({ apiVersion: "v1", kind: "ConfigMap", metadata }))?.["binaryData"] as
      Record<string, string> | undefined;
    const archive = data?.[key];
    if (archive === undefined) return [];
    const gone = await absent(cluster, await crdNames([Buffer.from(archive, "base64")]));
    return gone.length === 0 ? [] : [{ extension: extension.name, crds: gone, package: from }];
  });
  return told.flat();
}

async function absent(cluster: Pick<Cluster, "read">, names: readonly string[]): Promise<readonly string[]> {
  const crd = (name: string) => ({ apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition", metadata: { name } });
  const found = await inParallel(names, async (name) => ((await cluster.read(crd(name))) === undefined ? [name] : []));
  return found.flat();
}
