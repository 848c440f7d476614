/** Columns and paragraphs of plain text that fit a terminal. */

/** Columns of a terminal that everybody has. */
export const WIDTH = 100;
const GAP = 2;
/** No column is cut below this. */
const NARROWEST = 8;

/** @param rows the first one is the head; a cell that is cut ends with `…` */
export function table(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => length(row[column]))));
  const total = () => widths.reduce((sum, width) => sum + width, GAP * (widths.length - 1));
  while (total() > WIDTH && Math.max(...widths) > NARROWEST) {
    const widest = widths.indexOf(Math.max(...widths));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cut(cell, widths[column] ?? 0))
      .join(" ".repeat(GAP))
      .trimEnd(),
  );
}

const length = (text = "") => [...text].length;

function cut(text: string, width: number): string {
  const characters = [...text];
  return characters.length <= width ? text.padEnd(text.length + width - characters.length) : `${characters.slice(0, width - 1).join("")}…`;
}

/** Broken between words; the lines after the first begin below the text rather than below its label. */
export function paragraph(label: string, text: string): string[] {
  const indent = label.length;
  const lines: string[] = [];
  for (const part of text.split("\n")) {
    let line = "";
    for (const word of part.split(" ")) {
      if (line !== "" && indent + length(line) + 1 + length(word) > WIDTH) {
        lines.push(line);
        line = word;
      } else line = line === "" ? word : `${line} ${word}`;
    }
    lines.push(line);
  }
  return lines.map((line, index) => `${index === 0 ? label : " ".repeat(indent)}${line}`.trimEnd());
}
