/** Helm releases as Helm stores them: a Secret for each revision, in the release's namespace. Pure. */
import { gunzipSync } from "zlib";
import { readYaml } from "../yaml/goYaml";
import { installable, type RenderedObject } from "./renderedObject";

export interface StoredRelease {
  readonly version: number;
  readonly info: { readonly status: string };
  readonly chart: { readonly metadata: { readonly version: string; readonly appVersion?: string } };
  /** The values of the user, over the chart's own. May contain secrets. */
  readonly config?: Readonly<Record<string, unknown>>;
  /** Absent if a chart makes no objects. */
  readonly manifest?: string;
}

/** Of the Secrets of a release's revisions. @param release the release's name */
export const recordSelector = (release: string): string => `owner=helm,name=${release}`;

/** @param records the records of one release @returns that of its last revision; undefined if there is none */
export function lastRevision<Of>(records: readonly Of[], labels: (of: Of) => Readonly<Record<string, string>> | undefined): Of | undefined {
  const revision = (of: Of) => Number(labels(of)?.["version"] ?? 0);
  return [...records].sort((a, b) => revision(b) - revision(a))[0];
}

/**
 * @param data of the Secret: base64 of what Helm itself has encoded so once already, of gzip, of JSON
 * @throws if it is damaged, with a message that may quote it
 */
export function unpackRelease(data: string): StoredRelease {
  const packed = Buffer.from(Buffer.from(data, "base64").toString(), "base64");
  return JSON.parse(gunzipSync(packed).toString()) as StoredRelease;
}

/** The objects of a revision. */
export interface MadeRevision {
  readonly revision: number;
  readonly objects: readonly RenderedObject[];
}

/**
 * @param data as for {@link unpackRelease}
 * @returns undefined if it is damaged: the decoder's message might quote a secret
 */
export function madeIn(data: string): MadeRevision | undefined {
  try {
    const { version, manifest = "" } = unpackRelease(data);
    return { revision: version, objects: installable(readYaml(manifest)) };
  } catch {
    return undefined;
  }
}
