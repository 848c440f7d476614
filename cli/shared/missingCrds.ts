/** The host's missing CRDs of the folders `crds/` of installed packages, which Helm makes only at the first installation. */
import { extensionVersionName, isOfStack } from "../../kubesphere/api";
import { inParallel } from "../../kubesphere/parallel";
import type { RenderedObject } from "../../kubesphere/chart/renderedObject";
import type { StoredPlan } from "../../kubesphere/extension/rollout";
import { kindsIn } from "../../kubesphere/extension/restoredCrds";
import { hostCrds } from "../../kubesphere/extension/stayingCrds";
import type { Cluster, StoredObject } from "./cluster";

/** The missing CRDs of an installed extension. */
export interface MissingCrds {
  readonly extension: string;
  /** The names of at least one CRD. */
  readonly crds: readonly string[];
  /** The kinds that they define, in the form of `kindOf`. */
  readonly kinds: readonly string[];
  /** The place of its package. */
  readonly package: DataReference;
  /** Whether a stack declares the extension: then its `up` makes them anew. */
  readonly isOfStack: boolean;
}

export interface DataReference {
  readonly name: string;
  readonly namespace: string;
  readonly key: string;
}

type Version = StoredObject & { readonly spec: { readonly chartDataRef?: DataReference } };

/** Checks packages in ConfigMaps only: the cluster does not have the packages at addresses. */
export async function missingCrds(
  cluster: Pick<Cluster, "read">,
  plans: readonly StoredPlan[],
  versions: readonly Version[],
): Promise<readonly MissingCrds[]> {
  const installed = plans.filter(({ status, metadata }) => status?.state === "Installed" && metadata.deletionTimestamp === undefined);
  const told = await inParallel(installed, async (plan): Promise<MissingCrds[]> => {
    const { extension } = plan.spec;
    const name = extensionVersionName(extension.name, extension.version);
    const from = versions.find(({ metadata }) => metadata.name === name)?.spec.chartDataRef;
    if (from === undefined) return [];
    const { key, ...metadata } = from;
    const data = (await cluster.read({ apiVersion: "v1", kind: "ConfigMap", metadata }))?.["binaryData"] as
      | Record<string, string>
      | undefined;
    const archive = data?.[key];
    if (archive === undefined) return [];
    const gone = await absent(cluster, await hostCrds(Buffer.from(archive, "base64"), plan.spec.config ?? ""));
    const crds = [...new Set(gone.map(({ metadata: it }) => it.name))].sort();
    const kinds = gone.flatMap(kindsIn);
    return gone.length === 0 ? [] : [{ extension: extension.name, crds, kinds, package: from, isOfStack: isOfStack(plan) }];
  });
  return told.flat();
}

async function absent(cluster: Pick<Cluster, "read">, crds: readonly RenderedObject[]): Promise<readonly RenderedObject[]> {
  const named = ({ metadata: { name } }: RenderedObject) => ({
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name },
  });
  const found = await inParallel(crds, async (crd) => ((await cluster.read(named(crd))) === undefined ? [crd] : []));
  return found.flat();
}
