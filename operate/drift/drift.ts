/** How a cluster differs from what was deployed on it. Only asks: a dry run of server-side apply says what applying again would change. */
import { groupOf } from "../../kubesphere/renderedObject";
import { nameOf, type Cluster, type KubernetesObject, type StoredObject } from "../shared/cluster";
import { Failure } from "../shared/command";
import { releaseOf, type HelmRelease } from "../shared/helmReleases";
import { isSecretPath, SECRET } from "../shared/mask";
import { changesOf, isSameOrWithin } from "../shared/objectDiff";
import { inParallel } from "../shared/parallel";
import type { Declared, DeclaredRelease } from "./declared";
import { writersOf, type Writer } from "./owners";

export interface Property {
  /** Such as `spec.replicas`. */
  readonly path: string;
  /** As it is in the cluster; absent where it is gone. `[secret]` of a Secret. */
  readonly is?: unknown;
  /** As it was deployed; absent where the cluster has more. */
  readonly wanted?: unknown;
  /** Who may have changed it, last one first; empty when the property is gone and nobody owns it. */
  readonly by: readonly Writer[];
}

export interface Difference {
  /** `Kind name`, or `Kind namespace/name`. */
  readonly object: string;
  /** The resource that declares it. */
  readonly urn: string;
  /** Set when the object is part of a Helm release rather than declared itself. */
  readonly release?: string;
  readonly drift: "changed" | "missing" | "upgraded" | "unknown";
  readonly properties: readonly Property[];
  /** The commands that bring back what was deployed, and what keeps the change where that is possible. */
  readonly wayBack: readonly string[];
  /** Why it could not be looked at. */
  readonly reason?: string;
}

/** A controller of Kubernetes itself, such as the autoscaler, writes what the cluster is to decide. */
const CLUSTERS_OWN = "kube-controller-manager";
/** KubeSphere's controllers write into its own kinds what they work out, such as the role templates that a role is made of. */
const KUBESPHERES_OWN = "controller-manager";

const isControllers = (manager: string | undefined, apiVersion: string): boolean =>
  manager === CLUSTERS_OWN || (manager === KUBESPHERES_OWN && /(?:^|\.)kubesphere\.io$/.test(groupOf(apiVersion)));

/** @param say told what is being looked at */
export async function findDrift(cluster: Cluster, declared: Declared, say: (text: string) => void): Promise<readonly Difference[]> {
  const ofObjects = await inParallel(declared.objects, async ({ urn, object }): Promise<readonly Difference[]> => {
    say(`comparing ${nameOf(object)}`);
    const difference = await compare(cluster, object);
    return difference ? [{ ...difference, urn, wayBack: waysBack(object, difference.drift) }] : [];
  });
  const ofReleases = await Promise.all(declared.releases.map((release) => inRelease(cluster, release, say)));
  return [...ofObjects.flat(), ...ofReleases.flat()];
}

async function inRelease(cluster: Cluster, release: DeclaredRelease, say: (text: string) => void): Promise<readonly Difference[]> {
  const { urn, name, namespace } = release;
  const of = { object: `Release ${namespace}/${name}`, urn, properties: [] };
  let stored: HelmRelease | undefined;
  try {
    stored = await releaseOf(cluster, namespace, name);
  } catch (error) {
    // One release that cannot be looked at hides nothing of the others.
    if (error instanceof Failure) return [{ ...of, drift: "unknown", reason: error.message, wayBack: [] }];
    throw error;
  }
  if (stored === undefined) return [{ ...of, drift: "missing", wayBack: [`pulumi up --refresh`] }];
  const changed = releaseChanges(release, stored);
  const upgraded: Difference = {
    ...of,
    drift: "upgraded",
    properties: changed,
    wayBack: [`helm rollback ${name} ${release.revision} --namespace ${namespace}`],
  };
  const wayBack = [`helm rollback ${name} ${stored.revision} --namespace ${namespace}`];
  const ofObjects = await inParallel(stored.objects, async (object): Promise<readonly Difference[]> => {
    say(`comparing ${nameOf(object)} of ${name}`);
    const difference = await compare(cluster, object, namespace);
    return difference ? [{ ...difference, urn, release: name, wayBack }] : [];
  });
  return [...(changed.length > 0 ? [upgraded] : []), ...ofObjects.flat()];
}

const releaseChanges = ({ revision, version }: DeclaredRelease, stored: HelmRelease): readonly Property[] => [
  ...(revision === stored.revision ? [] : [{ path: "revision", is: stored.revision, wanted: revision, by: [] }]),
  ...(version === stored.version ? [] : [{ path: "version", is: stored.version, wanted: version, by: [] }]),
];

type Compared = Pick<Difference, "object" | "drift" | "properties" | "reason">;

/** @param namespace of the release, into which its objects go that name none */
async function compare(cluster: Cluster, object: KubernetesObject, namespace?: string): Promise<Compared | undefined> {
  const placed = namespace === undefined ? object : inNamespace(object, namespace);
  try {
    const live = await cluster.read(placed);
    if (live === undefined) return { object: nameOf(object), drift: "missing", properties: [] };
    // Only the API server knows which kinds have no namespace.
    const applied = await cluster.dryApply(live.metadata.namespace === undefined ? object : placed);
    const properties = differing(object, live, applied);
    return properties.length === 0 ? undefined : { object: nameOf(live), drift: "changed", properties };
  } catch (error) {
    // One object that cannot be looked at, for lack of rights or a webhook that refuses dry runs, hides no other.
    if (error instanceof Failure) return { object: nameOf(object), drift: "unknown", properties: [], reason: error.message };
    throw error;
  }
}

const inNamespace = ({ metadata, ...rest }: KubernetesObject, namespace: string): KubernetesObject => ({
  ...rest,
  metadata: { namespace, ...metadata },
});

/** Only a refresh tells the engine of what was changed behind its back. */
const waysBack = ({ kind, metadata: { name } }: KubernetesObject, drift: Difference["drift"]): readonly string[] => [
  "pulumi up --refresh",
  ...(kind === "InstallPlan" && drift === "changed" ? [`npm run drift -- --take ${name}`] : []),
];

/**
 * What applying again would change, of what was declared in another way than it is: admission webhooks may add to either, and a webhook
 * that was not there yet when the object was made would now write the same in other words.
 */
function differing(declared: KubernetesObject, live: StoredObject, applied: StoredObject): readonly Property[] {
  const declaredOtherwise = changesOf(live, inData(declared)).filter(({ after }) => after !== undefined);
  return changesOf(comparable(live), comparable(applied)).flatMap(({ path, before, after }): Property[] => {
    if (!declaredOtherwise.some((other) => isSameOrWithin(other.path, path) || isSameOrWithin(path, other.path))) return [];
    const by = writersOf(live, path);
    if (isControllers(by[0]?.manager, live.apiVersion)) return [];
    const shown = (value: unknown) => (isSecretPath(live.kind, path) ? SECRET : value);
    return [{ path, ...(before !== undefined && { is: shown(before) }), ...(after !== undefined && { wanted: shown(after) }), by }];
  });
}

/** A Secret's texts, as the API server stores them. */
function inData({ stringData, ...object }: KubernetesObject & { stringData?: Readonly<Record<string, string>>; data?: object }) {
  if (stringData === undefined) return object;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString("base64")]);
  return { ...object, data: { ...object.data, ...Object.fromEntries(encoded) } };
}

/** What every write changes. */
const VOLATILE = new Set(["managedFields", "generation", "resourceVersion"]);

/** Without that, and without what the cluster says rather than the program. */
const comparable = ({ metadata, ...rest }: StoredObject) => ({
  ...rest,
  status: undefined,
  metadata: Object.fromEntries(Object.entries(metadata).filter(([key]) => !VOLATILE.has(key))),
});
