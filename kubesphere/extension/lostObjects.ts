/** Objects of an extension's release that are lost or do nothing: the same result for a run and for the commands. Pure. */
import { LUBAN } from "../luban";
import { definedBy } from "../chart/apiResources";
import { groupOf, hooksOf, isOfCrdsFolder, nameOf, type RenderedObject } from "../chart/renderedObject";
import { fleeting, idle, runsOnce, type AnyObject, type Mend } from "./runningObjects";
import { shellWord } from "../shellWord";

/** The cached identity of an object: enough to notice its loss. */
export interface MadeObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
  /** Default: the release's namespace, or none. */
  readonly namespace?: string;
}

/** The lasting objects of an installation, each once: no hooks, no objects of `crds/`, which no upgrade makes, and none that run only once. */
export const lastingObjects = (objects: readonly RenderedObject[]): MadeObject[] => {
  const lasting = objects.filter((it) => hooksOf(it).length === 0 && !isOfCrdsFolder(it) && !runsOnce(it));
  const made = lasting.map(({ apiVersion, kind, metadata: { name, namespace } }) => ({
    ...{ apiVersion, kind, name },
    ...(namespace !== undefined && { namespace }),
  }));
  return [...new Map(made.map((it) => [Object.values(it).join(" "), it])).values()];
};

export interface LostObject {
  /** A description: a sentence without its full stop. */
  readonly what: string;
  /** `Kind name` or `Kind namespace/name`, as in the cluster, also after its loss. */
  readonly object: string;
  /** The same with the names of the release's manifest, independent of the caller. */
  readonly mark: string;
  readonly by: Mend;
}

/** @returns undefined if it is unknown; null if it does not exist */
export type Look = (object: AnyObject) => AnyObject | null | undefined;

/** By {@link kindOf}, then by {@link keyOf}; without kinds that could not be listed. */
export type Present = ReadonlyMap<string, ReadonlyMap<string, AnyObject>>;

export const kindOf = ({ apiVersion, kind }: Pick<AnyObject, "apiVersion" | "kind">) => `${apiVersion} ${kind}`;
export const keyOf = ({ namespace = "", name }: AnyObject["metadata"]) => `${namespace}/${name}`;

/** @param release the release's namespace, which is that of namespaced objects without a stated one */
export const lookIn =
  (present: Present, release: string): Look =>
  (object) => {
    const { namespace = release, name } = object.metadata;
    const ofKind = present.get(kindOf(object));
    return ofKind && (ofKind.get(keyOf({ namespace, name })) ?? ofKind.get(keyOf({ name })) ?? null);
  };

export interface ReleaseObjects {
  readonly name: string;
  readonly namespace: string;
  /** The objects of the manifest, which has no hooks. */
  readonly objects: readonly AnyObject[];
}

/** @param autoscalers those of the cluster */
export function lossesWithin(release: ReleaseObjects, look: Look, autoscalers: readonly AnyObject[]): LostObject[] {
  const { objects } = release;
  return objects.flatMap((object): LostObject[] => {
    const live = fleeting(object) ? undefined : look(object);
    if (live === undefined) return [];
    const name = nameOf(object);
    if (live === null) return [{ what: `${name} is gone`, object: name, mark: `${name} is gone`, by: backOf(object, release) }];
    const found = idle(object, live, [...objects, ...autoscalers]);
    if (found === undefined) return [];
    return [{ what: `${nameOf(live)} ${found.how}`, object: nameOf(live), mark: `${name} ${found.how}`, by: found.by }];
  });
}

/** A description: a sentence without its full stop. */
export const goneWithKind = (name: string, { apiVersion, kind }: Pick<AnyObject, "apiVersion" | "kind">): string =>
  `${name} is gone with its kind: the cluster has no ${kind} of ${apiVersion}`;

/** Whether one of the CRDs among the objects defines the kind, in whatever version. */
export const isDefinedBy = (objects: readonly AnyObject[], { apiVersion, kind }: Pick<AnyObject, "apiVersion" | "kind">): boolean =>
  objects.some((object) => definedBy(object).some((it) => it.group === groupOf(apiVersion) && it.kind === kind));

/** The step that must come first. */
export const KIND_FIRST = "Nothing that is installed here brings that kind: once what does is there again";

/** A CRD among templates must be restored by hand if the release has objects of its kind: without the kind, Helm can neither roll out nor roll back. */
function backOf(object: AnyObject, { name, namespace, objects }: ReleaseObjects): Mend {
  if (!objects.some((it) => isDefinedBy([object], it))) return runsOnce(object) ? "rollback" : "rollout";
  const crds = `${LUBAN} extension crds - ${shellWord(object.metadata.name)}`;
  return { command: `helm get manifest ${name} --namespace ${namespace} | ${crds} | kubectl apply --server-side --force-conflicts -f -` };
}

/** The rollback to the current revision: Helm makes missing objects anew, and restores the fields that the chart sets. */
export const rollback = (release: { readonly name: string; readonly namespace: string; readonly revision: number }): string =>
  `helm rollback ${release.name} ${release.revision} --namespace ${release.namespace}`;
