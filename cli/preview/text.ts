/** The report for a terminal. Pure. */
import type { ObjectChange } from "../shared/objectDiff";
import type { Report, ResourceChange } from "./model";
import * as words from "./words";
import { oneLine } from "../shared/text/terminal";

export function asText(report: Report): string {
  const warning = words.warning(report);
  return [
    [`preview of ${report.stack}: ${words.countsLine(report)}`, ...(warning === undefined ? [] : [`!! ${warning}`])].map(oneLine),
    report.warnings.map((warning) => oneLine(`warning: ${warning}`)),
    report.resources.flatMap(resource).map(oneLine),
    report.packages.flatMap(files).map(oneLine),
    report.releases.flatMap(objects),
  ]
    .filter((section) => section.length > 0)
    .map((section) => section.join("\n"))
    .join("\n\n");
}

function resource(it: ResourceChange): string[] {
  const { mark, done } = words.OPERATIONS[it.operation];
  const reasons = it.reasons.length === 0 ? "" : ` (${it.reasons.join(", ")})`;
  return [
    `${mark.padEnd(3)} ${words.shortType(it)} ${it.name} ${done}${reasons}`,
    ...it.changes.map((change) => `      ${change.path}: ${words.changeWords(change)}`),
  ];
}

function files(it: Report["packages"][number]): string[] {
  if (it.from === undefined) return [`package of ${words.packageWords(it)}: published for the first time`];
  return [
    `package of ${words.packageWords(it)}:${it.files.length === 0 ? " no file changes" : ""}`,
    ...it.files.flatMap(({ path, change, diff = [] }) => [
      `  ${words.FILE_MARKS[change]} ${path} ${change}${words.fileNote(path)}`,
      ...diff.map((line) => `      ${line}`),
    ]),
  ];
}

function objects({ problem, stays = [], objects: changed, ...release }: Report["releases"][number]): string[] {
  const title = `objects of ${oneLine(words.releaseWords(release))}:`;
  if (problem !== undefined) return [`${title} they cannot be told: ${indented(problem)}`];
  const kept = stays.map((it) => oneLine(`  = ${it}`));
  if (changed.length === 0) return [`${title} none changes`, ...kept];
  return [title, ...changed.flatMap(object).map(oneLine), ...kept];
}

const object = (it: ObjectChange) => [
  `  ${words.OBJECT_MARKS[it.change]} ${words.objectName(it)} ${it.change}`,
  ...it.changes.map((change) => `      ${change.path}: ${words.changeWords(change)}`),
];

/** Of several lines, none of which begins like ours. */
const indented = (said: string) => said.replaceAll("\n", "\n    ");
