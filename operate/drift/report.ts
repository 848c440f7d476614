/** Drift, told to people. */
import type { Difference, Property } from "./drift";

const SHOWN = 120;

const shown = (value: unknown) => {
  const text = value === undefined ? "nothing" : (JSON.stringify(value) ?? "nothing");
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
};

const who = ({ by: [last] }: Property) =>
  last === undefined ? "" : ` — by ${last.manager}${last.time === undefined ? "" : `, ${last.time}`}`;

const place = ({ object, release }: Difference) => (release === undefined ? object : `${object} (release ${release})`);

const DRIFT: Readonly<Record<Difference["drift"], string>> = {
  changed: "changed",
  missing: "is gone",
  upgraded: "was upgraded or rolled back by hand",
  unknown: "cannot be compared",
};

/** For a terminal. */
export function asText(stack: string, differences: readonly Difference[]): string {
  if (differences.length === 0) return `${stack}: no drift`;
  const blocks = differences.map((it) =>
    [
      `${place(it)} ${DRIFT[it.drift]}${it.reason === undefined ? "" : `: ${it.reason}`}`,
      ...it.properties.map(
        (property) => `    ${property.path}: ${shown(property.is)}, deployed was ${shown(property.wanted)}${who(property)}`,
      ),
      ...it.wayBack.map((command, index) => `  ${index === 0 ? "to undo:" : "to keep:"} ${command}`),
    ].join("\n"),
  );
  return [`${stack}: ${count(differences)}`, ...blocks].join("\n\n");
}

/** For an issue on GitHub. */
export function asMarkdown(stack: string, differences: readonly Difference[]): string {
  if (differences.length === 0) return `**${stack}**: no drift\n`;
  const blocks = differences.map((it) =>
    [
      `### ${place(it)} ${DRIFT[it.drift]}`,
      ...(it.reason === undefined ? [] : [cell(it.reason)]),
      ...(it.properties.length === 0
        ? []
        : [
            [
              "| property | is | deployed was | by |",
              "| --- | --- | --- | --- |",
              ...it.properties.map(
                (property) =>
                  `| ${[code(property.path), code(shown(property.is)), code(shown(property.wanted)), cell(who(property).replace(" — by ", ""))].join(" | ")} |`,
              ),
            ].join("\n"),
          ]),
      ...it.wayBack.map((command, index) => `${index === 0 ? "To undo" : "To keep"}: \`${command}\``),
    ].join("\n\n"),
  );
  return `## ${stack}: ${count(differences)}\n\n${blocks.join("\n\n")}\n`;
}

const count = ({ length }: readonly unknown[]) => `${length} ${length === 1 ? "object differs" : "objects differ"} from what was deployed`;

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll(/\s*\n\s*/g, " ");
/** A longer fence than any run of backticks within. */
function code(text: string): string {
  const fence = "`".repeat(1 + Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length)));
  return `${fence}${fence.length > 1 ? ` ${cell(text)} ` : cell(text)}${fence}`;
}
