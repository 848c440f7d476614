/** Releases and objects that were deleted although KubeSphere takes them for installed: it does not repair them, and its plans do not change. */
import { LUBAN } from "../../kubesphere/luban";
import { CORE_API, label, isOfStack } from "../../kubesphere/api";
import {
  goneWithKind,
  isDefinedBy,
  keyOf,
  KIND_FIRST,
  kindOf,
  lookIn,
  lossesWithin,
  rollback,
  type Look,
  type LostObject,
  type Present,
} from "../../kubesphere/extension/lostObjects";
import { lossOf } from "../../kubesphere/extension/lostReleases";
import { isInVain } from "../../kubesphere/extension/repairs";
import type { StoredPlan } from "../../kubesphere/extension/rollout";
import { nameOf, UnknownKind, type Cluster, type KubernetesObject, type StoredObject } from "./cluster";
import { Failure } from "./command";
import { deployedReleases, type ExtensionRelease } from "./extensionReleases";
import { inParallel } from "../../kubesphere/parallel";
import { fleeting, isScaledDown } from "../../kubesphere/extension/runningObjects";
import { missingCrds } from "./missingCrds";
import { whyUnread } from "./unread";

export interface Loss {
  /** A description: a sentence without its full stop. */
  readonly what: string;
  /** `Kind name` or `Kind namespace/name`; if a release or namespace is lost as a whole, that. */
  readonly object: string;
  /** The command that brings it back. */
  readonly wayBack: string;
  /** What must be done before that command helps; the command follows this text. Default: nothing. */
  readonly first?: string;
}

export interface Losses {
  /** By extension. */
  readonly found: ReadonlyMap<string, readonly Loss[]>;
  /** Kinds that cannot be read, and so count as present; sorted. */
  readonly unread: readonly { readonly kind: string; readonly why: string }[];
}

type Plan = StoredObject & StoredPlan;

/**
 * @param option the option that names the stack in a command, such as ` --stack prod`
 * @param now milliseconds
 */
export async function lossesOf(
  cluster: Pick<Cluster, "list" | "read">,
  plans: readonly Plan[],
  option = "",
  now = Date.now(),
): Promise<Losses> {
  const unread: { kind: string; why: string }[] = [];
  const orUnread = async <T>(kind: string, reading: Promise<T>): Promise<T | undefined> => {
    try {
      return await reading;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      unread.push({ kind, why: whyUnread(error) });
      return undefined;
    }
  };
  const settled = plans.filter(({ status }) => status?.targetNamespace !== undefined);
  const [namespaces, releases] = await Promise.all([
    orUnread("Namespace", cluster.list({ apiVersion: "v1", kind: "Namespace" })),
    orUnread(
      "Secret",
      deployedReleases(
        cluster,
        settled.map(({ metadata }) => metadata.name),
      ),
    ),
  ]);
  if (namespaces === undefined || releases === undefined) return { found: new Map(), unread: byKind(unread) };
  const surroundings = {
    // One that is being deleted counts as lost.
    namespaces: new Set(namespaces.flatMap(({ metadata }) => (metadata.deletionTimestamp === undefined ? [metadata.name] : []))),
    releases: releases.all,
  };
  const lost = settled.flatMap((plan): [string, readonly Loss[]][] => {
    const what = lossOf(plan, surroundings);
    if (what === undefined) return [];
    return [[plan.metadata.name, [{ what, object: placeOf(plan, surroundings.namespaces), wayBack: reinstall(plan, option) }]]];
  });
  const gone = new Set(lost.map(([name]) => name));
  const there = releases.deployed.filter(({ name, namespace }) =>
    settled.some(
      ({ metadata, status }) =>
        metadata.name === name && status?.targetNamespace === namespace && status.state === "Installed" && !gone.has(name),
    ),
  );
  const present = await presentObjects(cluster, there, orUnread);
  const looked = await inParallel(there, async (release) => ({
    release,
    ...(await lookAgain(cluster, lookIn(present, release.namespace), release)),
  }));
  const isAtRest = looked.some(({ release, look }) => release.objects.some((it) => isScaledDown(look(it))));
  const autoscalers = isAtRest ? ((await orUnread(AUTOSCALER.kind, cluster.list(AUTOSCALER))) ?? []) : [];
  const isBrought = looked.some(({ withKind }) => withKind.size > 0) ? await kindsBrought(cluster, plans, there, orUnread) : () => true;
  const inside = looked.map(({ release, look, withKind }) => {
    const within = lossesWithin(release, look, autoscalers).map((it): LostObject => {
      const object = withKind.get(it.object);
      return object === undefined ? it : { ...it, what: goneWithKind(it.object, object), by: isBrought(object) ? it.by : "kind" };
    });
    const plan = settled.find(({ metadata }) => metadata.name === release.name);
    const isRolledOut = plan !== undefined && isOfStack(plan) && !isInVain(plan, within, now);
    const wayBack = ({ by }: LostObject) =>
      typeof by === "object" ? by.command : by !== "rollback" && isRolledOut ? again(option) : rollback(release);
    // If the kind of one object is missing, Helm cannot bring back any object of the release.
    const isHeld = within.some(({ by }) => by === "kind");
    const losses = within.map((it): Loss => {
      const first = isHeld && typeof it.by !== "object" ? { first: KIND_FIRST } : {};
      return { what: it.what, object: it.object, wayBack: wayBack(it), ...first };
    });
    return [release.name, losses] as const;
  });
  return { found: new Map([...lost, ...inside.filter(([, losses]) => losses.length > 0)]), unread: byKind(unread) };
}

/** @returns groups of losses that the same command brings back, in the order in which they were found */
export function byWayBack(losses: readonly Loss[]): readonly (Pick<Loss, "wayBack" | "first"> & { readonly losses: readonly Loss[] })[] {
  const isSame = (one: Loss) => (other: Loss) => other.wayBack === one.wayBack && other.first === one.first;
  const ways = losses.filter((it, index) => losses.findIndex(isSame(it)) === index);
  return ways.map((it) => ({ wayBack: it.wayBack, ...(it.first !== undefined && { first: it.first }), losses: losses.filter(isSame(it)) }));
}

/** The order of reading differs from run to run. */
const byKind = <T extends { readonly kind: string }>(unread: readonly T[]): T[] => [...unread].sort((a, b) => a.kind.localeCompare(b.kind));

const AUTOSCALER = { apiVersion: "autoscaling/v2", kind: "HorizontalPodAutoscaler" };

/** A run finds the loss by itself. The refresh is for other changes, since a run does not repair a plan that was edited. */
const again = (option: string) => `pulumi up --refresh${option}`;

const placeOf = ({ metadata: { name }, status }: Plan, namespaces: ReadonlySet<string>) => {
  const namespace = status?.targetNamespace ?? "";
  return namespaces.has(namespace) ? `Release ${namespace}/${name}` : `Namespace ${namespace}`;
};

/** An extension that no stack declares must be published again. */
const reinstall = (plan: Plan, option: string): string =>
  isOfStack(plan) ? again(option) : `kubectl delete installplan ${plan.metadata.name} && ${LUBAN} extension publish SOURCE --install`;

type OrUnread = <T>(kind: string, reading: Promise<T>) => Promise<T | undefined>;

/** One list request for each kind, for any number of extensions and objects: KubeSphere's executor labels every object that a chart renders. */
async function presentObjects(cluster: Pick<Cluster, "list">, releases: readonly ExtensionRelease[], orUnread: OrUnread): Promise<Present> {
  const kinds = new Map(releases.flatMap(({ objects }) => objects.map((object) => [kindOf(object), object] as const)));
  const lists = await inParallel([...kinds], async ([key, { apiVersion, kind }]) => {
    const found = await orUnread(kind, cluster.list({ apiVersion, kind, labelSelector: label.extensionRef }));
    const objects = found?.map((object) => [keyOf(object.metadata), object] as const);
    return objects === undefined ? [] : [[key, new Map(objects)] as const];
  });
  return new Map(lists.flat());
}

type OfKind = Pick<KubernetesObject, "apiVersion" | "kind">;

interface Looked {
  readonly look: Look;
  /** Objects whose kind is missing, too, by `Kind name`. */
  readonly withKind: ReadonlyMap<string, OfKind>;
}

/** @returns whether a release, or a package's `crds/`, makes a missing kind; true if that cannot be read */
async function kindsBrought(
  cluster: Pick<Cluster, "list" | "read">,
  plans: readonly Plan[],
  releases: readonly ExtensionRelease[],
  orUnread: OrUnread,
): Promise<(object: OfKind) => boolean> {
  const versions = await orUnread("ExtensionVersion", cluster.list({ apiVersion: CORE_API, kind: "ExtensionVersion" }));
  const missing = versions && (await orUnread("ConfigMap", missingCrds(cluster, plans, versions as Parameters<typeof missingCrds>[2])));
  if (missing === undefined) return () => true;
  const kinds = new Set(missing.flatMap((it) => it.kinds));
  return (object) => kinds.has(kindOf(object)) || releases.some(({ objects }) => isDefinedBy(objects, object));
}

/** The label may have been removed: so a missing object is requested by its name. */
async function lookAgain(cluster: Pick<Cluster, "read">, look: Look, { namespace, objects }: ExtensionRelease): Promise<Looked> {
  const found = new Map<object, StoredObject | undefined>();
  const withKind = new Map<string, OfKind>();
  await inParallel(
    objects.filter((it) => look(it) === null && !fleeting(it)),
    async (object) => {
      try {
        const live = await cluster.read({ ...object, metadata: { ...object.metadata, namespace: object.metadata.namespace ?? namespace } });
        if (live !== undefined) found.set(object, live);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        if (error instanceof UnknownKind) withKind.set(nameOf(object), object);
        // Without the right to read it, it counts as present.
        else found.set(object, undefined);
      }
    },
  );
  return { look: (object) => (found.has(object) ? found.get(object) : look(object)), withKind };
}
