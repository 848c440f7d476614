/** The Helm releases of extensions, by a single list request. */
import type { Cluster, StoredObject } from "./cluster";
import { decodeRelease, type HelmRelease } from "./helmReleases";

export interface ExtensionRelease extends HelmRelease {
  readonly namespace: string;
  /** The extension's. */
  readonly name: string;
}

export interface ExtensionReleases {
  /** Their last good revisions, without those that cannot be read. */
  readonly deployed: readonly ExtensionRelease[];
  /** All releases in any state, as `namespace/name`. */
  readonly all: ReadonlySet<string>;
}

/** A cache by the uid of the revision's Secret, as long as it exists: a revision never changes, and decoding it takes longer than the request. */
const read = new Map<string, HelmRelease | undefined>();

/** @param names the names of the extensions */
export async function deployedReleases(cluster: Pick<Cluster, "list">, names: readonly string[]): Promise<ExtensionReleases> {
  if (names.length === 0) return { deployed: [], all: new Set() };
  const records = (selector: string, of: readonly string[]) =>
    cluster.list({ apiVersion: "v1", kind: "Secret", labelSelector: `owner=helm,${selector}name in (${of.join(",")})` });
  const good = await records("status=deployed,", names);
  const placed = new Set(good.map(placeOf));
  const without = names.filter((name) => !good.some(({ metadata }) => metadata.labels?.["name"] === name));
  // Releases whose first installation failed, or whose upgrade is running.
  const others = without.length === 0 ? [] : await records("", without);
  for (const uid of read.keys()) if (!good.some(({ metadata }) => metadata.uid === uid)) read.delete(uid);
  return { deployed: good.flatMap(decoded), all: new Set([...placed, ...others.map(placeOf)]) };
}

const placeOf = ({ metadata: { namespace = "", labels = {} } }: StoredObject) => `${namespace}/${labels["name"]}`;

function decoded({ metadata: { uid = "", namespace = "", labels = {} }, ...rest }: StoredObject): ExtensionRelease[] {
  if (!read.has(uid)) read.set(uid, releaseIn((rest["data"] ?? {}) as { release?: string }));
  const release = read.get(uid);
  return release === undefined ? [] : [{ ...release, namespace, name: labels["name"] ?? "" }];
}

function releaseIn({ release }: { readonly release?: string }): HelmRelease | undefined {
  try {
    return release === undefined ? undefined : decodeRelease(release);
  } catch {
    // `luban drift` says what is wrong with it.
    return undefined;
  }
}
