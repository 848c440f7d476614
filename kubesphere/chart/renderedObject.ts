/** Objects that Helm renders, as the API server would get them. Only the fields that are declared here are certain to have this form. */

export interface RenderedObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: {
    readonly name: string;
    readonly namespace?: string;
    readonly annotations?: Readonly<Record<string, unknown>>;
    readonly labels?: Readonly<Record<string, unknown>>;
  };
  /** Its template, as a path in the package; undefined if the renderer does not tell it. (A PodTemplate has a `template`.) */
  readonly templateFile?: string;
  readonly [field: string]: unknown;
}

export type Fields = Readonly<Record<string, unknown>>;

export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** The value at a path of keys; undefined if there is none. */
export const fieldAt = (value: unknown, ...path: readonly string[]): unknown =>
  path.reduce<unknown>((found, key) => (isFields(found) && Object.hasOwn(found, key) ? found[key] : undefined), value);

/** The maps of a list; empty if it is not a list. */
export const recordsAt = (value: unknown, ...path: readonly string[]): readonly Fields[] => {
  const found = fieldAt(value, ...path);
  return Array.isArray(found) ? found.filter(isFields) : [];
};

/** The texts of a list; empty if it is not a list. */
export const textsAt = (value: unknown, ...path: readonly string[]): string[] => {
  const found = fieldAt(value, ...path);
  return Array.isArray(found) ? found.filter((item): item is string => typeof item === "string") : [];
};

export const textAt = (value: unknown, ...path: readonly string[]): string | undefined => {
  const found = fieldAt(value, ...path);
  return typeof found === "string" ? found : undefined;
};

/** "" for the core group. */
export const groupOf = (apiVersion: string): string => (apiVersion.includes("/") ? apiVersion.slice(0, apiVersion.indexOf("/")) : "");

/** The Helm events at which a hook is made; empty for an object of the release itself. */
export const hooksOf = ({ metadata: { annotations } }: RenderedObject): readonly string[] => {
  const stated = annotations?.["helm.sh/hook"];
  return typeof stated === "string" ? stated.split(",").map((hook) => hook.trim()) : [];
};

/** Test hooks run only in `helm test`, which KubeSphere never calls. */
export const isTest = (object: RenderedObject): boolean => {
  const hooks = hooksOf(object);
  return hooks.length > 0 && hooks.every((hook) => hook.startsWith("test"));
};

/** Helm applies objects of a folder `crds/` before the release, and does not make them part of it. */
export const isOfCrdsFolder = ({ templateFile = "" }: Pick<RenderedObject, "templateFile">): boolean =>
  /^(?:charts\/[^/]+\/)*crds\//.test(templateFile);

/** `Deployment web`, with its namespace if it has one. */
export const nameOf = ({ kind, metadata: { name, namespace } }: Pick<RenderedObject, "kind" | "metadata">): string =>
  `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;

/**
 * The objects in Helm's output. Like Helm, it splits lists into their items, and drops everything that is not an object. If a hook leaves its
 * name to the API server (`generateName`), the prefix counts as its name.
 */
export const installable = (documents: readonly unknown[]): RenderedObject[] =>
  documents.filter(isFields).flatMap((it): RenderedObject[] => {
    if (typeof it["kind"] === "string" && it["kind"].endsWith("List") && Array.isArray(it["items"])) return installable(it["items"]);
    const { apiVersion, kind, metadata } = it;
    if (typeof apiVersion !== "string" || typeof kind !== "string" || !isFields(metadata)) return [];
    if (typeof metadata["name"] === "string") return [it as RenderedObject];
    const begin = metadata["generateName"];
    return typeof begin === "string" ? [{ ...it, apiVersion, kind, metadata: { ...metadata, name: begin } }] : [];
  });
