/** Helm's own records of its releases, as it keeps them in Secrets. */
import { gunzipSync } from "node:zlib";
import type { Cluster } from "./cluster.js";
import { namespaced } from "./names.js";
import type { Secret } from "./objects.js";

/** In bytes; far above any release, whose Secret holds 1 MB: it keeps one that was written by hand from filling the memory. */
const MAX_RECORD = 64 * 1024 * 1024;

const records = (cluster: Cluster, namespace: string, release: string) =>
  cluster.list<Secret>(namespaced("v1", namespace, "secrets"), `owner=helm,name=${release}`);

async function newestRecord(cluster: Cluster, namespace: string, release: string): Promise<Secret | undefined> {
  const revision = ({ metadata }: Secret) => Number(metadata.labels?.["version"]);
  const [newest] = (await records(cluster, namespace, release)).sort((a, b) => revision(b) - revision(a));
  return newest;
}

/** The chart version of the newest revision, whatever became of it; undefined without a release. */
export async function releaseVersion(cluster: Cluster, namespace: string, release: string): Promise<string | undefined> {
  const newest = await newestRecord(cluster, namespace, release);
  return newest && chartVersion(newest);
}

/** What Helm is doing or has done: `deployed`, `pending-upgrade`, `uninstalling` …; undefined without a release. */
export const releaseStatus = async (cluster: Cluster, namespace: string, release: string): Promise<string | undefined> =>
  (await newestRecord(cluster, namespace, release))?.metadata.labels?.["status"];

/** A record is gzipped JSON in base64, and that once more in base64, as any Secret's data. */
export function chartVersion({ data }: Secret): string {
  const record = Buffer.from(Buffer.from(data?.["release"] ?? "", "base64").toString(), "base64");
  return (JSON.parse(gunzipSync(record, { maxOutputLength: MAX_RECORD }).toString()) as { chart: { metadata: { version: string } } }).chart
    .metadata.version;
}

/**
 * Forgets revisions that Helm was killed in the middle of: Helm refuses to touch a release that has one ("another
 * operation is in progress"). Only for whoever knows that no Helm is at work on it.
 */
export async function forgetInterrupted(cluster: Cluster, namespace: string, release: string): Promise<void> {
  for (const { metadata } of await records(cluster, namespace, release))
    if (metadata.labels?.["status"]?.startsWith("pending-")) await cluster.delete(namespaced("v1", namespace, "secrets", metadata.name));
}
