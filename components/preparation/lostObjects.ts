/** Lost objects of the extensions that are installed as the run declares them: one list for each kind, and more requests only if something is lost. */
import { label } from "../../kubesphere/api";
import { resourceFinder, type FindResource } from "../../kubesphere/chart/apiResources";
import type { ClusterAccess } from "../../kubesphere/cluster/clusterCheck";
import type { Discovery } from "../../kubesphere/cluster/discovery";
import { madeIn, type MadeRevision } from "../../kubesphere/chart/storedRelease";
import {
  goneWithKind,
  isDefinedBy,
  keyOf,
  kindOf,
  lookIn,
  lossesWithin,
  rollback,
  type Look,
  type LostObject,
  type MadeObject,
  type Present,
} from "../../kubesphere/extension/lostObjects";
import { inParallel } from "../../kubesphere/parallel";
import { fieldAt, groupOf, nameOf } from "../../kubesphere/chart/renderedObject";
import { isScaledDown, type AnyObject } from "../../kubesphere/extension/runningObjects";

type Asked = Pick<ClusterAccess, "read" | "metadata">;

export interface InstalledRelease {
  readonly name: string;
  readonly namespace: string;
  readonly made: readonly MadeObject[];
}

export interface LostOfRelease {
  readonly lost: readonly LostObject[];
  /** To the revision that is there, as one types it. */
  readonly back: string;
}

/** For these kinds the content matters, and not only the existence. */
const WORKLOADS = ["apps/v1 Deployment", "apps/v1 StatefulSet", "apps/v1 DaemonSet"];
const AUTOSCALERS = "/apis/autoscaling/v2/horizontalpodautoscalers";

/**
 * @param returning kinds of CRDs that this run makes: all objects that a release had of them are lost
 * @returns by extension; without those that lost nothing, or of which it cannot be found out
 */
export async function lostObjects(
  cluster: Asked,
  { apiVersions, resources }: Discovery,
  releases: readonly InstalledRelease[],
  returning: ReadonlySet<string> = new Set(),
): Promise<ReadonlyMap<string, LostOfRelease>> {
  const find = resourceFinder([], resources);
  const listed = await presentObjects(
    cluster,
    releases.flatMap(({ made }) => made.filter((it) => !returning.has(kindOf(it)))),
    find,
  );
  const served = new Set(apiVersions);
  // The API server's discovery shows a new CRD seconds later than requests for its objects succeed.
  const isUsable = (object: Pick<AnyObject, "apiVersion" | "kind">) =>
    [listed, returning].some((kinds) => kinds.has(kindOf(object))) || served.has(`${object.apiVersion}/${object.kind}`);
  const present: Present = new Map([...[...returning].map((kind) => [kind, new Map<string, AnyObject>()] as const), ...listed]);
  const suspects = releases.filter(({ namespace, made }) =>
    made.some(
      ({ apiVersion, kind, ...metadata }) =>
        !isUsable({ apiVersion, kind }) || mayBeLost(lookIn(present, namespace)({ apiVersion, kind, metadata })),
    ),
  );
  if (suspects.length === 0) return new Map();
  const found = await inParallel(suspects, async ({ name, namespace }) => {
    const release = await deployedRelease(cluster, namespace, name);
    const { objects = [], revision = 0 } = release ?? {};
    const look = await lookAgain(cluster, lookIn(present, namespace), { namespace, objects }, { find, returning });
    return { name, namespace, look, objects, revision };
  });
  const isAtRest = found.some(({ objects, look }) => objects.some((it) => isScaledDown(look(it))));
  // Without them, a run would roll out again and again the workloads that they keep at 0.
  const autoscalers = isAtRest ? await cluster.read<{ items: readonly AnyObject[] }>(AUTOSCALERS) : undefined;
  return new Map(
    found.flatMap(({ look, objects, ...release }) => {
      const all = lossesWithin({ ...release, objects }, look, autoscalers?.items ?? []);
      const withKind = objects.filter((it) => !isUsable(it));
      // Helm cannot upgrade a release that has objects of a missing kind.
      const lost = withKind.length === 0 ? all : heldBy(withKind.filter((it) => !isDefinedBy(objects, it)).map(goneForNow), all);
      return lost.length === 0 ? [] : [[release.name, { lost, back: rollback(release) }] as const];
    }),
  );
}

/** Objects of a kind that neither the chart nor this run makes. */
function goneForNow(object: AnyObject): LostObject {
  const name = nameOf(object);
  return { what: goneWithKind(name, object), object: name, mark: `${name} is gone`, by: "kind" };
}

/** @param gone objects whose missing kinds others must make; for the other kinds the chart's own command does @param all objects of the release */
const heldBy = (gone: readonly LostObject[], all: readonly LostObject[]): LostObject[] => [
  ...all.flatMap((it): LostObject[] => (it.by !== "rollout" ? [it] : gone.length === 0 ? [] : [{ ...it, by: "kind" }])),
  ...gone,
];

const mayBeLost = (live: AnyObject | null | undefined): boolean =>
  live === null || isScaledDown(live) || fieldAt(live, "status", "desiredNumberScheduled") === 0;

/** KubeSphere's executor labels every object that a chart renders. */
async function presentObjects(cluster: Asked, made: readonly MadeObject[], find: FindResource): Promise<Present> {
  const kinds = new Map(made.map(({ apiVersion, kind }) => [kindOf({ apiVersion, kind }), { apiVersion, kind }] as const));
  const lists = await inParallel([...kinds], async ([key, of]) => {
    const path = `${collection(of, find)}?labelSelector=${encodeURIComponent(label.extensionRef)}`;
    const metadata = async () => {
      if (!WORKLOADS.includes(key)) return (await cluster.metadata(path)).map((it) => ({ metadata: it }));
      return (await cluster.read<{ items: readonly Pick<AnyObject, "metadata">[] }>(path))?.items;
    };
    const items = await orNothing(metadata());
    const objects = items?.map((it) => [keyOf(it.metadata), { ...it, ...of }] as const);
    return objects === undefined ? [] : [[key, new Map(objects)] as const];
  });
  return new Map(lists.flat());
}

/** The label may have been removed: so a missing object is requested by its name. */
async function lookAgain(
  cluster: Asked,
  look: Look,
  { namespace: release, objects }: { readonly namespace: string; readonly objects: readonly AnyObject[] },
  { find, returning }: { readonly find: FindResource; readonly returning: ReadonlySet<string> },
): Promise<Look> {
  const missed = objects.filter((it) => look(it) === null && !returning.has(kindOf(it)));
  const read = await inParallel(missed, async (it) => {
    const { namespace = release, name } = it.metadata;
    const path = collection(it, find, namespace);
    return [it, await orNothing(cluster.read<AnyObject>(`${path}/${encodeURIComponent(name)}`))] as const;
  });
  const unlabelled = new Map(read.flatMap(([it, live]) => (live === undefined ? [] : [[it, live]])));
  return (object) => unlabelled.get(object) ?? look(object);
}

function collection({ apiVersion, kind }: Pick<AnyObject, "apiVersion" | "kind">, find: FindResource, namespace?: string): string {
  const { resource, isNamespaced } = find(groupOf(apiVersion), kind);
  const api = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${api}${isNamespaced && namespace !== undefined ? `/namespaces/${namespace}` : ""}/${resource}`;
}

/** The objects that Helm has really made: they may differ from a render if the chart looks things up in the cluster. */
async function deployedRelease(cluster: Asked, namespace: string, name: string): Promise<MadeRevision | undefined> {
  const selector = encodeURIComponent(`owner=helm,status=deployed,name=${name}`);
  const path = `/api/v1/namespaces/${namespace}/secrets?labelSelector=${selector}`;
  const records =
    (await orNothing(cluster.read<{ items: readonly { readonly data?: { readonly release?: string } }[] }>(path)))?.items ?? [];
  const read = records.map(({ data }) => madeIn(data?.release ?? ""));
  // A damaged record; `luban drift` reports what is wrong with it.
  if (read.includes(undefined)) return undefined;
  return read.flatMap((it) => it ?? []).sort((a, b) => b.revision - a.revision)[0];
}

/** Kinds that cannot be listed count as present: a run must not fail because of a kind of somebody else. */
const orNothing = <T>(reading: Promise<T>): Promise<T | undefined> => reading.catch(() => undefined);
