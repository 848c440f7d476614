/** Helm releases whose last revision was never ended. */
import { described, holders, whereaboutsOf } from "../../recover/lock";
import { revisionsOf } from "../../recover/release";
import type { Cluster } from "../../shared/cluster";
import { inParallel } from "../../../kubesphere/parallel";
import { stackName, type Stack } from "../../shared/pulumi";
import type { StackFacts, UnfinishedReleases } from "./facts";

const UNFINISHED = "owner=helm,status in (pending-install,pending-upgrade,pending-rollback,uninstalling)";

/** Only those are sent whole: a record holds the chart. */
export async function unfinishedReleases(cluster: Cluster, stack: Stack, { declared }: StackFacts): Promise<UnfinishedReleases> {
  const records = await cluster.list({ apiVersion: "v1", kind: "Secret", labelSelector: UNFINISHED });
  const ids = new Set(records.map(({ metadata: { labels = {}, namespace = "" } }) => `${namespace}/${labels["name"]}`));
  const releases = await inParallel([...ids], async (id) => {
    const [namespace = "", name = ""] = id.split("/");
    const all = await cluster.list({ apiVersion: "v1", kind: "Secret", namespace, labelSelector: `owner=helm,name=${name}` });
    return { name, namespace, revisions: revisionsOf(all) };
  });
  const isOurs = releases.some(({ name, namespace }) => declared.has(`Release ${namespace}/${name}`));
  const held = isOurs ? await holders(stack, await stackName(stack)) : [];
  const working = held.filter((holder) => whereaboutsOf(holder) !== "gone");
  return { releases, atWork: working.length === 0 ? undefined : working.map(described).join(", ") };
}
