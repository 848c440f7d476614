/** Drift, told to people. */
import type { Property } from "./compare";
import type { Difference } from "./difference";
import { code, escaped, table } from "../shared/text/markdown";
import { oneLine } from "../shared/text/terminal";

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
      oneLine(`${place(it)} ${DRIFT[it.drift]}${it.reason === undefined ? "" : `: ${it.reason}`}`),
      ...it.properties.map(
        (property) => `    ${oneLine(`${property.path}: ${shown(property.is)}, wanted is ${shown(property.wanted)}${who(property)}`)}`,
      ),
      ...it.wayBack.map((command, index) => `  ${index === 0 ? "to undo:" : "to keep:"} ${oneLine(command)}`),
      ...(it.notKept === undefined ? [] : [`  it cannot be kept: ${oneLine(it.notKept)}`]),
    ].join("\n"),
  );
  return [`${stack}: ${count(differences)}`, ...blocks].join("\n\n");
}

/** For an issue on GitHub. */
export function asMarkdown(stack: string, differences: readonly Difference[]): string {
  if (differences.length === 0) return `**${escaped(stack)}**: no drift\n`;
  const blocks = differences.map((it) =>
    [
      `### ${escaped(place(it))} ${DRIFT[it.drift]}`,
      ...(it.reason === undefined ? [] : [escaped(it.reason)]),
      ...(it.properties.length === 0
        ? []
        : [
            table(
              ["property", "is", "wanted", "by"],
              it.properties.map((property) => [
                code(property.path),
                code(shown(property.is)),
                code(shown(property.wanted)),
                escaped(who(property).replace(" — by ", "")),
              ]),
            ),
          ]),
      ...it.wayBack.map((command, index) => `${index === 0 ? "To undo" : "To keep"}: ${code(command)}`),
      ...(it.notKept === undefined ? [] : [`It cannot be kept: ${escaped(it.notKept)}`]),
    ].join("\n\n"),
  );
  return `## ${escaped(stack)}: ${count(differences)}\n\n${blocks.join("\n\n")}\n`;
}

const count = ({ length }: readonly unknown[]) => `${length} ${length === 1 ? "object differs" : "objects differ"} from what was deployed`;
