/** What KubeSphere takes for installed, and somebody has taken away behind its back; it repairs nothing, and its plans say what they said before. */
import { label, isOfStack } from "../../kubesphere/api";
import { lossOf } from "../../kubesphere/lostReleases";
import type { StoredPlan } from "../../kubesphere/rollout";
import { nameOf, UnknownKind, type Cluster, type KubernetesObject, type StoredObject } from "./cluster";
import { Failure } from "./command";
import { deployedReleases, type ExtensionRelease } from "./extensionReleases";
import { inParallel } from "../../kubesphere/parallel";
import { fleeting, idle } from "./runningObjects";
import { whyUnread } from "./unread";

export interface Loss {
  /** In words, as a sentence without its end. */
  readonly what: string;
  /** `Kind name` or `Kind namespace/name`; of a release or namespace that is gone, that. */
  readonly object: string;
  /** The command that brings it back, as it is typed. */
  readonly wayBack: string;
}

export interface Losses {
  /** By extension. */
  readonly found: ReadonlyMap<string, readonly Loss[]>;
  /** What may not be read, and so is not missed. */
  readonly unread: readonly { readonly kind: string; readonly why: string }[];
}

type Plan = StoredObject & StoredPlan;

/** @param option what follows a command of Pulumi's to mean the stack, such as ` --stack prod` */
export async function lossesOf(cluster: Pick<Cluster, "list" | "read">, plans: readonly Plan[], option = ""): Promise<Losses> {
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
  if (namespaces === undefined || releases === undefined) return { found: new Map(), unread };
  const surroundings = {
    // One that is on its way out is as good as gone.
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
  const inside = await inParallel(there, async (release) => {
    const losses = await inParallel(release.objects, (object) => lossWithin(cluster, release, object, present));
    return [release.name, losses.flat()] as const;
  });
  return { found: new Map([...lost, ...inside.filter(([, losses]) => losses.length > 0)]), unread };
}

const placeOf = ({ metadata: { name }, status }: Plan, namespaces: ReadonlySet<string>) => {
  const namespace = status?.targetNamespace ?? "";
  return namespaces.has(namespace) ? `Release ${namespace}/${name}` : `Namespace ${namespace}`;
};

/** One that no stack declares is published again. */
const reinstall = (plan: Plan, option: string): string =>
  isOfStack(plan)
    ? `pulumi up --refresh${option}`
    : `kubectl delete installplan ${plan.metadata.name} && npm run extension -- publish SOURCE --install`;

type Present = ReadonlyMap<string, ReadonlyMap<string, StoredObject>>;
type OrUnread = <T>(kind: string, reading: Promise<T>) => Promise<T | undefined>;

const kindOf = ({ apiVersion, kind }: KubernetesObject) => `${apiVersion} ${kind}`;
const keyOf = (namespace: string | undefined, name: string) => `${namespace ?? ""}/${name}`;

/** A list for each kind, however many extensions and objects there are: KubeSphere's executor labels whatever a chart renders. */
async function presentObjects(cluster: Pick<Cluster, "list">, releases: readonly ExtensionRelease[], orUnread: OrUnread): Promise<Present> {
  const kinds = new Map(releases.flatMap(({ objects }) => objects.map((object) => [kindOf(object), object] as const)));
  const lists = await inParallel([...kinds], async ([key, { apiVersion, kind }]) => {
    const found = await orUnread(kind, cluster.list({ apiVersion, kind, labelSelector: label.extensionRef }));
    const objects = found?.map((object) => [keyOf(object.metadata.namespace, object.metadata.name), object] as const);
    return objects === undefined ? [] : [[key, new Map(objects)] as const];
  });
  return new Map(lists.flat());
}

async function lossWithin(
  cluster: Pick<Cluster, "read">,
  { name, namespace, revision, objects }: ExtensionRelease,
  object: KubernetesObject,
  present: Present,
): Promise<readonly Loss[]> {
  const ofKind = present.get(kindOf(object));
  if (ofKind === undefined || fleeting(object)) return [];
  const { name: called, namespace: own = namespace } = object.metadata;
  const found = ofKind.get(keyOf(own, called)) ?? ofKind.get(keyOf(undefined, called));
  const wayBack = `helm rollback ${name} ${revision} --namespace ${namespace}`;
  if (found !== undefined) {
    const how = idle(object, found, objects);
    return how === undefined ? [] : [{ what: `${nameOf(found)} ${how}`, object: nameOf(found), wayBack }];
  }
  const placed = { ...object, metadata: { ...object.metadata, namespace: own } };
  try {
    // Somebody may have taken the label off.
    if ((await cluster.read(placed)) !== undefined) return [];
    return [{ what: `${nameOf(object)} is gone`, object: nameOf(object), wayBack }];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (!(error instanceof UnknownKind)) return [];
    return [
      {
        what: `${nameOf(object)} is gone with its kind: the cluster has no ${object.kind} of ${object.apiVersion}`,
        object: nameOf(object),
        wayBack,
      },
    ];
  }
}
