/** What the gate found, for people. */
import type { Violation } from "../../policy/gate";
import { rules } from "../../policy/rules";

export interface Report {
  /** The stack or the file. */
  readonly of: string;
  readonly violations: readonly Violation[];
  /** What was masked and so not looked at, a line each. */
  readonly unchecked: readonly string[];
}

const verdict = ({ of, violations, unchecked }: Report) => {
  if (violations.length > 0) return `✗ policy of ${of}: ${violations.length} ${violations.length === 1 ? "violation" : "violations"}`;
  if (unchecked.length > 0) return `✗ policy of ${of}: it cannot be told, since not all of it could be looked at`;
  return `✓ policy of ${of}: nothing against it by ${rules.length} rules`;
};

/** The last two parts of a URN: what people call the resource. */
const named = ({ resource, object }: Violation) => {
  const [type = "", name = resource] = resource.split("::").slice(-2);
  const kind = type.replace(/^.*[$:/]/, "");
  return object === undefined ? `${kind} ${name}` : `${kind} ${name}: ${object}`;
};

const found = ({ property, given }: Violation) =>
  `${property === "" ? "" : `${property}: `}${given === undefined ? "is missing" : typeof given === "string" ? given : JSON.stringify(given)}`;

export const asText = (report: Report): string =>
  [
    ...report.violations.map((it) => `${it.rule}: ${named(it)}\n    ${found(it)}\n    ${it.why}\n    ${it.mend}`),
    ...report.unchecked.map((line) => `not checked: ${line}`),
    verdict(report),
  ].join("\n");

export const asMarkdown = (report: Report): string =>
  [
    `### ${verdict(report)}`,
    ...(report.violations.length === 0
      ? []
      : [["| rule | resource | found | mend |", "| --- | --- | --- | --- |", ...report.violations.map(row)].join("\n")]),
    ...report.unchecked.map((line) => `Not checked: ${line}`),
  ].join("\n\n");

const row = (it: Violation) => `| ${[`**${it.rule}**`, cell(named(it)), cell(found(it)), `${it.why} ${it.mend}`].join(" | ")} |`;

/** What comes from the stack is shown as it is, and starts no markup, mention or column of its own. */
const cell = (text: string) => text.replace(/[\\`*_{}[\]<>#|~@!]/g, (sign) => `&#${sign.charCodeAt(0)};`).replace(/\s+/g, " ");
