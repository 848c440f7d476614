/** The report as a comment on a pull request. Pure. */
import { LUBAN } from "../../kubesphere/luban";
import type { Report, ResourceChange } from "./model";
import * as words from "./words";
import { code, escaped, fenced, table } from "../shared/text/markdown";
import { oneLine } from "../shared/text/terminal";

/** A comment on GitHub holds 65,536 characters; something is left for what others put around the report. */
const LIMIT = 60_000;

/** A section in its forms, the fullest first. */
type Section = readonly string[];

/**
 * A section that is too long for what is left is reported in brief, or left out; the report says so.
 * @param limit in characters
 * @param command shows all of it
 */
export function asMarkdown(report: Report, limit = LIMIT, command = `${LUBAN} preview --stack ${report.stack}`): string {
  const warning = words.warning(report);
  const head = [
    `### Preview of ${code(report.stack)}: ${words.countsLine(report)}`,
    ...(warning === undefined ? [] : [`> [!CAUTION]\n> **${escaped(shortened(warning))}**`]),
  ];
  const sections: readonly Section[] = [
    ...report.warnings.map(told),
    ...tables(report.resources),
    ...report.packages.map(files),
    ...report.releases.map(objects),
  ];
  let left = limit - head.join("\n\n").length - 300;
  let isCut = false;
  const kept = sections.flatMap((forms) => {
    const form = forms.find(({ length }) => length + 2 <= left);
    isCut ||= form !== forms[0];
    left -= form === undefined ? 0 : form.length + 2;
    return form ?? [];
  });
  const rest = `_Not all of it fits into a comment: ${code(command)} shows it._`;
  return [...head, ...kept, ...(isCut ? [rest] : [])].join("\n\n");
}

const told = (warning: string): Section => [
  `> [!WARNING]\n> ${escaped(oneLine(warning))}`,
  `> [!WARNING]\n> ${escaped(shortened(oneLine(warning)))}`,
];

const shortened = (text: string) => (text.length > 2000 ? `${text.slice(0, 2000)}…` : text);

/** So many rows a section, so that a long table is not left out as one. */
const ROWS = 20;

function tables(resources: readonly ResourceChange[]): Section[] {
  const parts = Array.from({ length: Math.ceil(resources.length / ROWS) }, (_, index) => resources.slice(index * ROWS, (index + 1) * ROWS));
  const tableOf = (rows: readonly ResourceChange[]) => table(["", "resource", "why", "changed properties"], rows.map(row));
  return parts.map((part) => [tableOf(part), tableOf(part.map((it) => ({ ...it, changes: [] })))]);
}

function row(it: ResourceChange): readonly string[] {
  const { done } = words.OPERATIONS[it.operation];
  const isLoud = it.operation === "replace" || it.operation === "delete";
  return [
    isLoud ? `**${done}**` : done,
    `${escaped(words.shortType(it))} ${code(it.name)}`,
    it.reasons.map(code).join("<br>"),
    listed(it.changes),
  ];
}

const listed = (changes: ResourceChange["changes"]) =>
  changes.map((change) => `${code(change.path)}: ${escaped(words.changeWords(change))}`).join("<br>");

function files(it: Report["packages"][number]): Section {
  const title = `**Package of ${escaped(words.packageWords(it))}**`;
  if (it.from === undefined) return [`${title}: published for the first time`];
  if (it.files.length === 0) return [`${title}: no file changes`];
  const listing = `${title}\n\n${it.files.map(({ path, change }) => `- ${change} ${code(path)}${words.fileNote(path)}`).join("\n")}`;
  const diffs = it.files.flatMap(({ path, diff }) =>
    diff === undefined ? [] : [fenced([`--- ${oneLine(path)}`, `+++ ${oneLine(path)}`, ...diff.map(oneLine)].join("\n"), "diff")],
  );
  return diffs.length === 0 ? [listing] : [`${listing}\n\n${details("diffs", diffs.join("\n\n"))}`, listing];
}

function objects(it: Report["releases"][number]): Section {
  const title = `**Objects of ${escaped(words.releaseWords(it))}**`;
  if (it.problem !== undefined) return [`${title}: they cannot be told\n\n${fenced(it.problem)}`];
  const kept = (it.stays ?? []).map((stays) => `\n- ${escaped(stays)}`).join("");
  if (it.objects.length === 0) return [`${title}: none changes${kept && `\n${kept}`}`];
  const tableOf = (changed: Report["releases"][number]["objects"]) => {
    const rows = changed.map(({ change, changes, ...object }) => {
      const name = escaped(words.objectName(object));
      return [change === "deleted" ? "**deleted**" : change, name, listed(changes)];
    });
    return details(summary, table(["", "object", "properties"], rows));
  };
  const gone = it.objects.filter(({ change }) => change === "deleted").length;
  const summary = `${it.objects.length} ${it.objects.length === 1 ? "object" : "objects"}${gone === 0 ? "" : `, ${gone} deleted`}`;
  const brief = it.objects.map((object) => ({ ...object, changes: [] }));
  const forms = [`${title}\n\n${tableOf(it.objects)}`, `${title}\n\n${tableOf(brief)}`, `${title}: ${summary}`];
  return forms.map((form) => form + (kept && `\n${kept}`));
}

const details = (summary: string, body: string) => `<details><summary>${summary}</summary>\n\n${body}\n\n</details>`;
