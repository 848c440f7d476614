/** The tables as text for a terminal and as Markdown for the repository. */
import type { Machine } from "./machine";
import { median, type Cell, type Table } from "./measurement";

/** Three digits, as far as they are digits of a measurement. */
const figure = (value: number) => value.toFixed(value >= 100 ? 0 : value >= 10 ? 1 : 2);

/** `1.23 s`, and behind it what it should not be above. */
export function cellText(cell: Cell | undefined): string {
  if (cell === undefined) return "";
  const value = median(cell.values);
  const aim = cell.aim === undefined ? "" : ` (aim ${cell.aim}${value > cell.aim ? ": missed" : ""})`;
  return `${figure(value)} ${cell.unit}${aim}`;
}

export function asText(tables: readonly Table[]): string {
  return tables.map(({ title, columns, rows }) => [title, ...aligned([["", ...columns], ...textRows(rows)])].join("\n")).join("\n\n");
}

const textRows = (rows: Table["rows"]) => rows.map(({ what, cells }) => [what.replaceAll("`", ""), ...cells.map(cellText)]);

function aligned(lines: readonly (readonly string[])[]): string[] {
  const widths = (lines[0] ?? []).map((_, column) => Math.max(...lines.map((line) => (line[column] ?? "").length)));
  return lines.map((line) =>
    line.map((text, column) => (column === 0 ? text.padEnd(widths[0] ?? 0) : text.padStart(widths[column] ?? 0))).join("  "),
  );
}

/**
 * @param date when it was measured, `YYYY-MM-DD`
 * @param rounds of which the figures are medians
 */
export function asMarkdown(tables: readonly Table[], machine: Machine, date: string, rounds: number): string {
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`);
  const { cpu, cores, memoryGiB, platform } = machine;
  return [
    "# Benchmark",
    "",
    `Written by \`npm run bench\` on ${date}: ${cores} cores (${cpu}), ${memoryGiB} GiB, ${platform}; ${versions.join(", ")}.`,
    `Seconds of whole commands, medians of ${rounds} where one command is short; compare ratios, since machines differ.`,
    "",
    "All of it is in the sandbox: the engine, the API server and Helm are real; the charts of ks-core and ingress-nginx, the plugins and KubeSphere itself are",
    "the sandbox's small stand-ins, which real ones take longer than. On real charts both sides wait longer.",
    "",
    "![By hand and by this program; many extensions](results.svg)",
    ...tables.flatMap(section),
    "",
  ].join("\n");
}

const section = ({ title, about, columns, rows }: Table) => [
  "",
  `## ${title}`,
  ...about.flatMap((paragraph) => ["", paragraph]),
  "",
  row(["", ...columns]),
  row(["---", ...columns.map(() => "---:")]),
  ...rows.map(({ what, cells }) => row([what, ...cells.map(cellText)])),
];

const row = (cells: readonly string[]) => `| ${cells.join(" | ")} |`;
