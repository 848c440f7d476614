/** The report's contents, whatever form it takes. Pure: the engine's resources in, what a reviewer reads out. */
import { THERE_ALREADY } from "../../kubesphere/extension/unmanaged";
import { changesOf, isSameOrWithin, type Change, type ObjectChange } from "../shared/objectDiff";
import type { Fields } from "../shared/preview";
import type { Operation, Resource } from "./resources";

export interface ResourceChange {
  readonly operation: Exclude<Operation, "same">;
  readonly type: string;
  readonly name: string;
  /** Of a replacement: what makes it one. */
  readonly reasons: readonly string[];
  /** Neither `before` nor `after`: changed, and not to be shown. */
  readonly changes: readonly Change[];
}

/** Of a file of a package. */
export interface FileChange {
  readonly path: string;
  readonly change: "added" | "removed" | "changed";
  /** The lines of a text, in the form of `diff -u`; absent of what is large, no text, or not at hand. */
  readonly diff?: readonly string[];
}

/** The change of an extension's package. */
export interface PackageChange {
  readonly extension: string;
  /** Absent: published for the first time. */
  readonly from?: string;
  readonly version: string;
  readonly files: readonly FileChange[];
}

/** What Helm makes of a release. */
export interface ReleaseChange {
  readonly release: string;
  readonly namespace: string;
  /** The extension that it is of. */
  readonly extension?: string;
  readonly objects: readonly ObjectChange[];
  /** What stays in the cluster although the release, or the object in it, goes. */
  readonly stays?: readonly string[];
  /** Why the objects cannot be told. */
  readonly problem?: string;
}

export interface Report {
  /** Its name. */
  readonly stack: string;
  readonly counts: Readonly<Partial<Record<Operation, number>>>;
  /** What the program tells of what it would do, in its words: what is waited for, which CRDs Helm leaves as they are. */
  readonly warnings: readonly string[];
  /** Replacements and deletions first, then by name. */
  readonly resources: readonly ResourceChange[];
  readonly packages: readonly PackageChange[];
  readonly releases: readonly ReleaseChange[];
}

const ORDER: readonly Operation[] = ["replace", "delete", "create", "import", "update"];

export const isDestructive = ({ operation }: { readonly operation: Operation }) => operation === "replace" || operation === "delete";

interface Told {
  readonly releases: readonly ReleaseChange[];
  /** Objects that `up` would end at. */
  readonly inTheWay: readonly string[];
}

/** The program's warnings, without what the report says itself. */
export function untoldBy({ releases, inTheWay }: Told, warnings: readonly string[]): readonly string[] {
  const isOfRelease = (warning: string) => releases.some(({ stays = [] }) => stays.some((words) => warning.endsWith(`goes, and ${words}`)));
  return warnings.flatMap((warning) => {
    const [names = "", rest] = warning.split(THERE_ALREADY);
    if (rest === undefined) return isOfRelease(warning) ? [] : [warning];
    const others = names.split(", ").filter((name) => !inTheWay.includes(name));
    return others.length === 0 ? [] : [`${others.join(", ")}${THERE_ALREADY}${rest}`];
  });
}

/** 0: nothing changes, 2: something does, 3: something is replaced or deleted. */
export const exitCodeOf = ({ resources }: Report): 0 | 2 | 3 => (resources.some(isDestructive) ? 3 : resources.length > 0 ? 2 : 0);

export function countsOf(resources: readonly Resource[]): Report["counts"] {
  const counts: Partial<Record<Operation, number>> = {};
  for (const { operation } of resources) counts[operation] = (counts[operation] ?? 0) + 1;
  return counts;
}

export function resourceChangesOf(resources: readonly Resource[]): readonly ResourceChange[] {
  const replaced = new Map(resources.filter(({ operation }) => operation === "replace").map(({ urn, name }) => [urn, name]));
  return resources
    .flatMap(({ operation, type, name, step }): ResourceChange[] => {
      if (operation === "same") return [];
      const companions = (step.newState?.replaceWith ?? []).flatMap((urn) => replaced.get(urn) ?? []);
      const reasons = [...(step.replaceReasons ?? []), ...companions.map((companion) => `together with ${companion}`)];
      return [{ operation, type, name, reasons: operation === "replace" ? reasons : [], changes: propertiesOf(operation, step) }];
    })
    .sort((a, b) => ORDER.indexOf(a.operation) - ORDER.indexOf(b.operation) || (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** The engine's own order is another at each run. */
const keyOf = ({ name, type }: ResourceChange) => `${name} ${type}`;

/** What the report tells by files, and what follows from the rest: the hash that a rollout is waited for by. */
const TOLD_ELSEWHERE = [/^versions\["[^"]*"\]\.(?:files|package)\b/, /^metadata\.annotations\["pulumi\.com\/waitFor"\]$/];

function propertiesOf(operation: Operation, { oldState, newState, detailedDiff }: Resource["step"]): readonly Change[] {
  if (operation !== "update" && operation !== "replace") return [];
  const shown = changesOf(plain(oldState?.inputs), plain(newState?.inputs));
  const isShown = (path: string) => shown.some((change) => overlaps(change.path, path));
  // Masked on both sides, or known to the provider alone.
  const hidden = Object.keys(detailedDiff ?? {}).filter((path) => !isShown(path));
  const all = [...shown, ...hidden.map((path): Change => ({ path }))];
  return all.filter(({ path }) => !TOLD_ELSEWHERE.some((pattern) => pattern.test(path)));
}

/** The provider's own notes on what it filled in. */
const plain = (inputs: Fields = {}): Fields => Object.fromEntries(Object.entries(inputs).filter(([key]) => !key.startsWith("__")));

/** The engine tells the elements of a list by their places. */
const overlaps = (a: string, b: string) => isSameOrWithin(anywhere(a), anywhere(b)) || isSameOrWithin(anywhere(b), anywhere(a));
const anywhere = (path: string) => path.replace(/\[(?:\d+|name=[^\]]*)\]/g, "[]");
