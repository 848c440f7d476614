/** Helm releases as Helm stores them: a Secret for each revision, in the release's namespace. */
import { lastRevision, recordSelector, unpackRelease } from "../../kubesphere/chart/storedRelease";
import type { Cluster, KubernetesObject } from "./cluster";
import { Failure } from "./command";
import { objectsOf } from "./manifest";

export interface HelmRelease {
  readonly revision: number;
  /** Such as `deployed`, `failed`, `pending-install`. */
  readonly status: string;
  /** The chart's version. */
  readonly version: string;
  /** The chart's appVersion, if it has one. */
  readonly appVersion?: string;
  /** The values of the user, over the chart's own. May contain secrets. */
  readonly values: Readonly<Record<string, unknown>>;
  /** The rendered manifest, without hooks. */
  readonly objects: readonly KubernetesObject[];
}

/**
 * @returns its last revision; undefined if there is none
 * @throws Failure if the stored record is damaged
 */
export async function releaseOf(cluster: Pick<Cluster, "list">, namespace: string, name: string): Promise<HelmRelease | undefined> {
  const revisions = await cluster.list({ apiVersion: "v1", kind: "Secret", namespace, labelSelector: recordSelector(name) });
  const last = lastRevision(revisions, ({ metadata }) => metadata.labels);
  const { release } = (last?.["data"] ?? {}) as { release?: string };
  try {
    return release === undefined ? undefined : decodeRelease(release);
  } catch (error) {
    // The record may have secrets, and the errors of the decoder quote it.
    const why = error instanceof Failure ? error.message : "what Helm keeps of it in its Secret is damaged";
    throw new Failure(`the release ${namespace}/${name} cannot be read: ${why}`);
  }
}

/** @param data of the Secret, in base64 */
export function decodeRelease(data: string): HelmRelease {
  const { version, info, chart, config, manifest = "" } = unpackRelease(data);
  return {
    revision: version,
    status: info.status,
    version: chart.metadata.version,
    ...(chart.metadata.appVersion !== undefined && { appVersion: chart.metadata.appVersion }),
    values: config ?? {},
    objects: objectsOf(manifest),
  };
}
