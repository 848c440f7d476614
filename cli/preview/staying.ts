/** Of a release that goes, or of objects that its chart makes no more: what goes, and what Helm leaves. */
import { isKept, keptObject, placed } from "../../kubesphere/extension/keptObjects";
import { crdNames, stayingCrds, stayingWords } from "../../kubesphere/extension/stayingCrds";
import type { Cluster } from "../shared/cluster";
import { stayingCluster } from "../shared/crdCluster";
import { keyOf, type K8s } from "../shared/objectDiff";
import type { ReleaseChange } from "./model";
import { objectChanges } from "./objects";
import type { Leaving } from "./releases";

/** @param wanted what stays in the release */
export function keptOf(before: readonly K8s[], wanted: readonly K8s[]): { readonly kept: readonly K8s[]; readonly others: readonly K8s[] } {
  const staying = new Set(wanted.map(keyOf));
  const isLeft = (object: K8s) => isKept(object) && !staying.has(keyOf(object));
  return { kept: before.filter(isLeft), others: before.filter((object) => !isLeft(object)) };
}

/** @param namespace of its release */
export const keptWords = (object: K8s, namespace: string): string => stayingWords(keptObject(placed(object, namespace)));

/** @param before what the release has in the cluster */
export async function afterLeaving(
  before: readonly K8s[],
  leaving: Leaving | undefined,
  { cluster, namespace }: { readonly cluster: Pick<Cluster, "read" | "list">; readonly namespace: string },
): Promise<Pick<ReleaseChange, "objects" | "stays">> {
  const { isNamespaceLeaving = false, archive, chartURL } = leaving ?? {};
  const isTaken = (object: K8s) => isNamespaceLeaving && placed(object, namespace).metadata.namespace === namespace;
  const { kept } = keptOf(
    before.filter((object) => !isTaken(object)),
    [],
  );
  const others = before.filter((object) => !kept.includes(object));
  const crds = await stayingCrds(stayingCluster(cluster), archive === undefined ? [] : await crdNames([archive]));
  const unseen = archive === undefined && chartURL !== undefined ? [`what ${chartURL} has in crds/ stays: Helm never removes it`] : [];
  const stays = [...kept.map((object) => keptWords(object, namespace)), ...crds.map(stayingWords), ...unseen];
  return { objects: objectChanges(others, [[], []]), ...(stays.length > 0 && { stays }) };
}
