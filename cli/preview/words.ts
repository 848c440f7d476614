/** How the report's forms say things alike. Pure. */
import { isOfCrdsFolder } from "../../kubesphere/chart/renderedObject";
import type { Change, ObjectChange } from "../shared/objectDiff";
import { lineDiff } from "./lineDiff";
import { isDestructive, type Report, type ResourceChange } from "./model";

/** Longer values are reported by their size. */
const MOST = 80;
/** Of a text of several lines: with more changes it is reported by its size. */
const MOST_LINES = 10;

export const OPERATIONS = {
  create: { done: "created", mark: "+" },
  update: { done: "updated", mark: "~" },
  replace: { done: "replaced", mark: "-/+" },
  delete: { done: "deleted", mark: "-" },
  import: { done: "imported", mark: "=" },
} as const;

export const OBJECT_MARKS = { created: "+", changed: "~", deleted: "-" } as const;
export const FILE_MARKS = { added: "+", changed: "~", removed: "-" } as const;

/** `2 replaced, 1 deleted, 3 updated, 15 unchanged` */
export function countsLine({ counts }: Report): string {
  const told = (["replace", "delete", "create", "import", "update"] as const).flatMap((operation) =>
    counts[operation] === undefined ? [] : [`${counts[operation]} ${OPERATIONS[operation].done}`],
  );
  return [...(told.length === 0 ? ["nothing changes"] : told), `${counts.same ?? 0} unchanged`].join(", ");
}

/** Of a file of a package that Helm does not bring into the cluster when it changes. */
export const fileNote = (path: string): string =>
  isOfCrdsFolder({ templateFile: path }) ? " (Helm makes CRDs at a first install, and changes and removes none)" : "";

/** What is lost or made anew; undefined when nothing is. */
export function warning({ resources }: Report): string | undefined {
  const lost = resources.filter(isDestructive);
  if (lost.length === 0) return undefined;
  const told = (operation: "replace" | "delete") => lost.filter((it) => it.operation === operation).map(({ name }) => name);
  const [replaced, deleted] = [told("replace"), told("delete")];
  return [
    ...(replaced.length > 0 ? [`replaced: ${replaced.join(", ")}`] : []),
    ...(deleted.length > 0 ? [`deleted: ${deleted.join(", ")}`] : []),
  ].join("; ");
}

/** `kubernetes:core/v1:ConfigMap` → `ConfigMap` */
export const shortType = ({ type }: ResourceChange) => type.split(":").at(-1) ?? type;

/** Namespace, kind and name. */
export const objectName = ({ kind, namespace, name }: Pick<ObjectChange, "kind" | "namespace" | "name">) =>
  `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;

/** `"a" → "b"`, `added "b"`, `removed`, or that it changed where nothing is to be shown. */
export function changeWords({ before, after }: Change): string {
  if (before === undefined && after === undefined) return "changed (not shown)";
  if (before === undefined) return `added ${valueWords(after)}`;
  if (after === undefined) return `removed ${valueWords(before)}`;
  const lines = typeof before === "string" && typeof after === "string" ? changedLines(before, after) : undefined;
  if (lines !== undefined) return lines;
  const [was, is] = [valueWords(before), valueWords(after)];
  return was === is ? `${was}, changed` : `${was} → ${is}`;
}

/** `- port: 80; + port: 81`; undefined where there are too many of them, or no lines at all. */
function changedLines(before: string, after: string): string | undefined {
  if (!before.includes("\n") || !after.includes("\n")) return undefined;
  const changed = lineDiff(before, after)?.filter((line) => /^[-+]/.test(line)) ?? [];
  return changed.length === 0 || changed.length > MOST_LINES
    ? undefined
    : changed.map((line) => `${line[0] ?? ""} ${line.slice(1).trim()}`).join("; ");
}

export function valueWords(value: unknown): string {
  // Markers, such as [secret], stand for themselves.
  const text = typeof value === "string" && /^[[(].*[\])]$/.test(value) ? value : JSON.stringify(value);
  if (text.length <= MOST) return text;
  if (typeof value !== "string") return `(${Array.isArray(value) ? "list" : "map"} of ${Object.keys(value as object).length})`;
  const lines = value.split("\n").length;
  return lines > 1 ? `(text of ${lines} lines)` : `${JSON.stringify(value.slice(0, MOST / 2)).slice(0, -1)}…"`;
}

/** `web-shop 1.0.0 → 1.1.0` */
export const packageWords = ({ extension, from, version }: Report["packages"][number]) =>
  `${extension} ${from === undefined || from === version ? version : `${from} → ${version}`}`;

export const releaseWords = ({ release, namespace }: Pick<Report["releases"][number], "release" | "namespace">) =>
  `${release} in ${namespace}`;
