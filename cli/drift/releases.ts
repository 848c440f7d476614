/** The objects of a Helm release against those in a cluster: a release's own revision is no proof of them. Only asks. */
import { rollback } from "../../kubesphere/extension/lostObjects";
import { fleeting } from "../../kubesphere/extension/runningObjects";
import { inParallel } from "../../kubesphere/parallel";
import { nameOf, type Cluster } from "../shared/cluster";
import type { HelmRelease } from "../shared/helmReleases";
import type { Loss } from "../shared/losses";
import { compare } from "./compare";
import type { Difference } from "./difference";

/** By object. */
export type WaysOfLosses = ReadonlyMap<string, Loss>;

export interface Stored {
  readonly urn: string;
  readonly name: string;
  readonly namespace: string;
  readonly stored: HelmRelease;
  /** By object, where it is another one than the return to the release's revision. */
  readonly ways?: WaysOfLosses;
}

export async function withinRelease(
  cluster: Cluster,
  { urn, name, namespace, stored, ways }: Stored,
  say: (text: string) => void,
): Promise<readonly Difference[]> {
  const back = rollback({ name, namespace, revision: stored.revision });
  const held = [...(ways?.values() ?? [])].find(({ first }) => first !== undefined)?.first;
  const ofObjects = await inParallel(stored.objects, async (object): Promise<readonly Difference[]> => {
    say(`comparing ${nameOf(object)} of ${name}`);
    const difference = await compare(cluster, object, namespace);
    if (difference === undefined || (difference.drift === "missing" && fleeting(object))) return [];
    const loss = ways?.get(difference.object);
    const first = loss === undefined ? held : loss.first;
    if (first !== undefined) {
      const reason = difference.reason ?? "an object of its release is gone with its kind, and Helm rolls out nothing till then";
      return [{ ...difference, urn, release: name, reason: `${reason}. ${first}, it can be brought back`, wayBack: [] }];
    }
    // By itself Helm makes no object of a kind that is not there.
    const way = loss?.wayBack ?? (difference.reason === undefined ? back : undefined);
    return [{ ...difference, urn, release: name, wayBack: way === undefined ? [] : [way] }];
  });
  return ofObjects.flat();
}
