/** The Helm releases of extensions: one list, however many there are. */
import type { Cluster, StoredObject } from "./cluster";
import { decodeRelease, type HelmRelease } from "./helmReleases";

export interface ExtensionRelease extends HelmRelease {
  readonly namespace: string;
  /** The extension's. */
  readonly name: string;
}

export interface ExtensionReleases {
  /** Their last good revisions; those that cannot be read are not among them. */
  readonly deployed: readonly ExtensionRelease[];
  /** Whatever has become of them, as `namespace/name`. */
  readonly all: ReadonlySet<string>;
}

/** A revision never changes, and taking it apart takes longer than asking for it: by the uid of its Secret, as long as it is there. */
const read = new Map<string, HelmRelease | undefined>();

/** @param names of the extensions */
export async function deployedReleases(cluster: Pick<Cluster, "list">, names: readonly string[]): Promise<ExtensionReleases> {
  if (names.length === 0) return { deployed: [], all: new Set() };
  const records = (selector: string, of: readonly string[]) =>
    cluster.list({ apiVersion: "v1", kind: "Secret", labelSelector: `owner=helm,${selector}name in (${of.join(",")})` });
  const good = await records("status=deployed,", names);
  const placed = new Set(good.map(placeOf));
  const without = names.filter((name) => !good.some(({ metadata }) => metadata.labels?.["name"] === name));
  // Those whose first install has failed, or whose upgrade is under way.
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
