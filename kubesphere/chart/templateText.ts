/** Reads the plain text of templates, also the parts that the current values do not render. */
import type { FindResource } from "./apiResources";
import { groupOf } from "./renderedObject";

export interface NamedKind {
  readonly group: string;
  readonly kind: string;
}

/** A template comment is not rendered. */
const COMMENT = /\{\{-?\s*\/\*[\s\S]*?\*\/\s*-?\}\}/g;

/** The separator of two objects in a template. */
const BORDER = /^---(?:[ \t].*)?\r?$/m;
/** An object that only `helm test` makes, which KubeSphere never calls. */
const TEST = /["']?helm\.sh\/hook["']?:\s*["']?test(?:-success|-failure)?["']?\s*(?:[,}]|$)/m;

/**
 * The kinds of objects in a template's text: a `kind:` beside an `apiVersion:` of the same indentation, which distinguishes them from
 * references. If only rendering can tell the apiVersion, the built-in group of the kind counts.
 */
export const namedKinds = (text: string, groupsOf: (kind: string) => readonly string[]): NamedKind[] =>
  text
    .replace(COMMENT, "")
    .split(BORDER)
    .filter((object) => !TEST.test(object))
    .flatMap((object) => kindsOf(object, groupsOf));

function kindsOf(text: string, groupsOf: (kind: string) => readonly string[]): NamedKind[] {
  const lines = text.split(/\r?\n/);
  const heads = lines.map((line) => /^(\s*(?:-\s+)?)(apiVersion|kind):\s*(.*?)\s*(?:#.*)?$/.exec(line));
  return heads.flatMap((head, index): NamedKind[] => {
    const kind = /^["']?([A-Z]\w*)["']?$/.exec(head?.[3] ?? "")?.[1];
    if (head?.[2] !== "kind" || kind === undefined || isList(kind, groupsOf)) return [];
    // Conditions may stand between the two.
    const near = heads.slice(Math.max(0, index - REACH), index + REACH + 1);
    const versions = near.filter((it) => it?.[2] === "apiVersion" && it[1]?.length === head[1]?.length).map((it) => it?.[3] ?? "");
    if (versions.length === 0) return [];
    const stated = versions.flatMap((version) => /^["']?([a-z][\w./-]*)["']?$/.exec(version)?.[1] ?? []);
    const groups = stated.length > 0 ? stated.map(groupOf) : groupsOf(kind);
    return groups.map((group) => ({ group, kind }));
  });
}

/** Not an object: Helm splits it into its items. */
const isList = (kind: string, groupsOf: (kind: string) => readonly string[]): boolean =>
  kind === "List" || (kind.endsWith("List") && groupsOf(kind.slice(0, -"List".length)).length > 0);

/** Lines between `apiVersion` and `kind`: an if, an else and an end. */
const REACH = 8;

export interface Lookup extends NamedKind {
  /** Whether the lookup is outside of the release's namespace, or for an object without a namespace. */
  readonly isEverywhere: boolean;
}

/** The objects that a template looks up in the cluster: Helm fails if the executor may not read them. */
export const lookups = (text: string, find: FindResource): Lookup[] =>
  [...text.replace(COMMENT, "").matchAll(/\blookup\s+"([^"]+)"\s+"(\w+)"\s+(\S+)/g)].map(([, version = "", kind = "", namespace = ""]) => {
    const group = groupOf(version);
    const isOwn = find(group, kind).isNamespaced && /^\$?\.Release\.Namespace\)?$|^\(?include$/.test(namespace);
    return { group, kind, isEverywhere: !isOwn };
  });
