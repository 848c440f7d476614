/** What the gate found, for people. */
import type { Allowed } from "../../policy/allowances";
import type { Violation } from "../../policy/gate";
import { rules } from "../../policy/rules";
import type { ChangedCode } from "./changedCode";
import { escaped, table } from "../shared/text/markdown";
import { oneLiners } from "../shared/text/terminal";

export interface Report {
  /** The stack or the file. */
  readonly of: string;
  readonly violations: readonly Violation[];
  /** What the stack's configuration lets its extensions do even so: always told, with the reasons that are its reviewers' to judge. */
  readonly allowed: readonly Allowed[];
  /** What was masked and so not looked at, one line each. */
  readonly unchecked: readonly string[];
  /** Of another checkout what differs and was not used; undefined where this one was judged. */
  readonly changed?: (ChangedCode & { /** Of the stack's file. */ readonly kept: readonly string[] }) | undefined;
}

const counted = (count: number, one: string, many: string) => `${count} ${count === 1 ? one : many}`;

const verdict = ({ of, violations, allowed, unchecked }: Report) => {
  if (violations.length > 0) return `✗ policy of ${of}: ${counted(violations.length, "violation", "violations")}`;
  if (unchecked.length > 0) return `✗ policy of ${of}: it cannot be told, since not all of it could be looked at`;
  const used = allowed.filter((it) => it.violations.length > 0).length;
  const but = used === 0 ? "" : ` but what is allowed by ${counted(used, "exception", "exceptions")}`;
  return `✓ policy of ${of}: nothing against it by ${rules.length} rules${but}`;
};

/** The last two parts of a URN: what people call the resource. */
const named = ({ resource, object }: Violation) => {
  const [type = "", name = resource] = resource.split("::").slice(-2);
  const kind = type.replace(/^.*[$:/]/, "");
  return object === undefined ? `${kind} ${name}` : `${kind} ${name}: ${object}`;
};

const found = ({ property, given }: Violation) =>
  `${property === "" ? "" : `${property}: `}${given === undefined ? "is missing" : typeof given === "string" ? given : JSON.stringify(given)}`;

const UNUSED = "nothing needs it: take it out of install.allow";

/** What a reviewer has to look at because nothing here can, a line and the files of it. */
const forReviewers = ({ changed, allowed }: Report): (readonly [line: string, files: readonly string[]])[] => {
  const added = allowed.filter(({ isNew }) => isNew).map(({ extension, rule }) => `${rule} of ${extension}`);
  return [
    ...(added.length > 0 ? [["this change adds exceptions, or words them anew", added] as const] : []),
    ...(changed && changed.judge.length > 0
      ? [["this change is to the policy, or to what runs it: it was judged by the one before", some(changed.judge)] as const]
      : []),
    ...(changed && changed.program.length > 0
      ? [["this change is to the program: what it would declare then was not judged here", some(changed.program)] as const]
      : []),
    ...(changed && changed.kept.length > 0
      ? [
          [
            "this change is to the cluster, or to how secrets are kept: the stack was judged with what was there before",
            some(changed.kept),
          ] as const,
        ]
      : []),
  ];
};

/** Enough to know where to look. */
const SHOWN = 20;
const some = (files: readonly string[]) => (files.length <= SHOWN ? files : [...files.slice(0, SHOWN), `and ${files.length - SHOWN} more`]);

export const asText = (given: Report): string => {
  const report = oneLiners(given);
  return [
    ...report.violations.map((it) => `${it.rule}: ${named(it)}\n    ${found(it)}\n    ${it.why}\n    ${it.mend}`),
    ...report.allowed.map((it) =>
      [
        `allowed: ${it.rule} of extension ${it.extension}${it.isNew ? ", new" : ""}`,
        `because: ${it.reason}`,
        ...(it.violations.length === 0 ? [UNUSED] : it.violations.map((violation) => `${named(violation)}: ${found(violation)}`)),
      ].join("\n    "),
    ),
    ...report.unchecked.map((line) => `not checked: ${line}`),
    ...forReviewers(report).map(([line, files]) => `for the reviewer: ${line}\n    ${files.join("\n    ")}`),
    verdict(report),
  ].join("\n");
};

export const asMarkdown = (report: Report): string =>
  [
    `### ${escaped(verdict(report))}`,
    ...tableOf(["rule", "resource", "found", "mend"], report.violations.map(row)),
    ...tableOf(["allowed", "of extension", "because", "found"], report.allowed.map(allowedRow)),
    ...report.unchecked.map((line) => `Not checked: ${escaped(line)}`),
    ...forReviewers(report).map(([line, files]) => `**For the reviewer**: ${line}: ${files.map(escaped).join(", ")}`),
  ].join("\n\n");

const tableOf = (head: readonly string[], rows: readonly (readonly string[])[]) => (rows.length === 0 ? [] : [table(head, rows)]);

const row = (it: Violation) => [`**${it.rule}**`, escaped(named(it)), escaped(found(it)), escaped(`${it.why} ${it.mend}`)];

const allowedRow = ({ rule, extension, reason, isNew, violations }: Allowed) => [
  `**${escaped(rule)}**${isNew ? " (new)" : ""}`,
  escaped(extension),
  escaped(reason),
  violations.length === 0 ? UNUSED : violations.map((it) => escaped(`${named(it)}: ${found(it)}`)).join("<br>"),
];
