/** Kubernetes objects as files that reviewers and GitOps read: the same from run to run, without a secret. Pure. */
import { createHash } from "crypto";
import { dump } from "js-yaml";
import { groupOf } from "../../kubesphere/chart/renderedObject";
import { isSecretPath, SECRET } from "../shared/mask";
import type { K8s } from "../shared/objectDiff";

export interface RenderedFile {
  /** In the folder, with `/` between its parts. */
  readonly path: string;
  readonly text: string;
}

/** What a chart makes up anew in each render, such as a key. */
export const GENERATED = "[generated]";

export interface Rendered {
  /** Where its files go: the release's name, or `program`. */
  readonly folder: string;
  readonly objects: readonly K8s[];
  /** The same rendered once more, which shows what is made up. Default: nothing is */
  readonly again?: readonly K8s[];
}

/** @param mask takes secrets of the configuration out of a text */
export function filesOf({ folder, objects, again = objects }: Rendered, mask: (text: string) => string): RenderedFile[] {
  const taken = new Map<string, number>();
  return settled(objects, again).map((object) => {
    const { kind, metadata } = object;
    const group = groupOf(object.apiVersion);
    const name = fileName(`${kind.toLowerCase()}${group && `.${group}`}-${metadata.name}`);
    const path = `${folder}/${metadata.namespace ?? "cluster"}/${name}`;
    const count = (taken.get(path) ?? 0) + 1;
    taken.set(path, count);
    const text = dump(withoutSecrets(object), { noRefs: true, lineWidth: -1, sortKeys: true });
    return { path: `${path}${count === 1 ? "" : `-${count}`}.yaml`, text: mask(text) };
  });
}

/** In characters; names of objects have up to 253, and there is an ending to come. */
const LONGEST = 180;

function fileName(name: string): string {
  const safe = name.replace(/[^A-Za-z0-9._+-]+/g, "_");
  if (safe.length <= LONGEST) return safe;
  return `${safe.slice(0, LONGEST)}-${createHash("sha256").update(safe).digest("hex").slice(0, 8)}`;
}

/** Each object with {@link GENERATED} in place of what another render has otherwise. */
function settled(objects: readonly K8s[], again: readonly K8s[]): K8s[] {
  const others = new Map(again.map((object) => [identityOf(object), object]));
  const known = new Set(objects.map(identityOf));
  // One with a name that is made up has its counterpart among those that nobody else has.
  const strangers = again.filter((object) => !known.has(identityOf(object)));
  return objects.map((object) => {
    const twin = others.get(identityOf(object)) ?? take(strangers, ({ kind }) => kind === object.kind);
    return twin === undefined ? object : (common(object, twin) as K8s);
  });
}

const identityOf = ({ apiVersion, kind, metadata: { name, namespace } }: K8s) => JSON.stringify([apiVersion, kind, namespace, name]);

function take<T>(items: T[], isIt: (item: T) => boolean): T | undefined {
  const index = items.findIndex(isIt);
  return index === -1 ? undefined : items.splice(index, 1)[0];
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

function common(value: unknown, other: unknown): unknown {
  if (isMap(value) && isMap(other)) return Object.fromEntries(Object.entries(value).map(([key, it]) => [key, common(it, other[key])]));
  if (Array.isArray(value) && Array.isArray(other) && value.length === other.length)
    return value.map((it, index) => common(it, other[index]));
  return JSON.stringify(value) === JSON.stringify(other) ? value : GENERATED;
}

/** Of a Secret the keys stay, and nothing of what they hold. */
const withoutSecrets = (object: K8s): object =>
  Object.fromEntries(
    Object.entries(object).map(([field, value]) => [
      field,
      isSecretPath(object.kind, field)
        ? isMap(value)
          ? Object.fromEntries(Object.keys(value).map((key) => [key, SECRET]))
          : SECRET
        : value,
    ]),
  );
