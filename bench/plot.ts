/** The two comparisons that a reader looks for first, as one picture without scripts, for light and dark pages. */
import { markup, type Html } from "../cli/shared/text/html";
import { median, type Table } from "./measurement";

const STYLE = `text{font:12px system-ui,sans-serif;fill:#24292f}.title{font-weight:600;font-size:14px}.axis{stroke:#8c959f}.end{text-anchor:end}
.middle{text-anchor:middle}.a{fill:#8c959f}.b{fill:#1f6feb}.c{fill:#bf5700}.line{fill:none;stroke-width:2}.line.a{stroke:#8c959f;fill:none}
.line.b{stroke:#1f6feb;fill:none}.line.c{stroke:#bf5700;fill:none}
@media (prefers-color-scheme:dark){text{fill:#e6edf3}.b{fill:#58a6ff}.c{fill:#f0883e}.line.b{stroke:#58a6ff}.line.c{stroke:#f0883e}}`;

/** @param sideBySide first columns: by hand, by this program @param extensions a row for each count, first columns: first preview, up, preview of nothing */
export function plot(sideBySide: Table, extensions: Table): string {
  const svg = markup`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 300" role="img" aria-label="${sideBySide.title}; ${extensions.title}">
<style>${STYLE}</style>
<g transform="translate(20 0)">${bars(sideBySide)}</g>
<g transform="translate(520 0)">${lines(extensions)}</g>
</svg>
`;
  return svg.text;
}

const value = (table: Table, row: number, column: number) => {
  const cell = table.rows[row]?.cells[column];
  return cell === undefined ? undefined : median(cell.values);
};

/** The four operations, a pair of bars for each. */
function bars(table: Table): Html[] {
  const shown = table.rows.slice(0, 5).map(({ what }, row) => ({ what, values: [value(table, row, 0) ?? 0, value(table, row, 1) ?? 0] }));
  const most = Math.max(...shown.flatMap(({ values }) => values));
  const groups = shown.map(({ what, values }, index) => {
    const y = 60 + index * 46;
    const drawn = values.map((seconds, column) => {
      const width = ((seconds / most) * 380).toFixed(1);
      const top = y + column * 13;
      return markup`<rect class="${column === 0 ? "a" : "b"}" x="0" y="${top}" width="${width}" height="12"/><text x="${(Number(width) + 5).toFixed(1)}" y="${top + 10}">${seconds.toFixed(1)}</text>`;
    });
    return markup`<text x="0" y="${y - 5}">${what}</text>${drawn}`;
  });
  return [
    markup`<text class="title" x="0" y="18">Seconds, ${table.columns[0] ?? ""} (grey) and ${table.columns[1] ?? ""}</text>`,
    ...groups,
  ];
}

const LEFT = 40;
const WIDTH = 300;
const BOTTOM = 260;
const HEIGHT = 210;

/** Both axes are logarithmic: a cost that is the same for each extension runs parallel to the diagonal. */
function lines(table: Table): Html[] {
  const rows = table.rows.flatMap(({ what }, row) => (Number(what) > 0 ? [{ count: Number(what), row }] : []));
  const counts = rows.map(({ count }) => count);
  const columns = [0, 1, 2];
  const points = columns.map((column) =>
    rows.flatMap(({ count, row }) => {
      const seconds = value(table, row, column);
      return seconds === undefined ? [] : [{ count, seconds }];
    }),
  );
  const all = points.flat().map(({ seconds }) => seconds);
  const [low, high] = [Math.floor(Math.log10(Math.min(...all))), Math.ceil(Math.log10(Math.max(...all)))];
  const x = (count: number) => LEFT + (Math.log10(count) / Math.max(Math.log10(Math.max(...counts)), 1)) * WIDTH;
  const y = (seconds: number) => BOTTOM - ((Math.log10(seconds) - low) / Math.max(high - low, 1)) * HEIGHT;
  const decades = Array.from({ length: high - low + 1 }, (_, index) => 10 ** (low + index));
  const legend = columns.map((column) => table.columns[column] ?? "");
  /** Some 7 units a letter, and the box. */
  const start = (index: number) => legend.slice(0, index).reduce((sum, text) => sum + text.length * 7 + 30, 10);
  const label = (text: string, kind: string, index: number) =>
    markup`<rect class="${kind}" x="${start(index)}" y="28" width="10" height="10"/><text x="${start(index) + 14}" y="37">${text}</text>`;
  const kinds = ["c", "a", "b"];
  return [
    markup`<text class="title" x="0" y="18">Seconds by extensions in the stack</text>`,
    ...legend.map((text, index) => label(text, kinds[index] ?? "a", index)),
    markup`<path class="axis" d="M${LEFT} ${BOTTOM - HEIGHT}V${BOTTOM}H${LEFT + WIDTH}" fill="none"/>`,
    ...decades.map((seconds) => markup`<text class="end" x="${LEFT - 6}" y="${(y(seconds) + 4).toFixed(1)}">${seconds}</text>`),
    ...counts.map((count) => markup`<text class="middle" x="${x(count).toFixed(1)}" y="${BOTTOM + 18}">${count}</text>`),
    ...points.map((line, index) => {
      const kind = kinds[index] ?? "a";
      const path = line.map(({ count, seconds }) => `${x(count).toFixed(1)} ${y(seconds).toFixed(1)}`);
      const dots = line.map(
        ({ count, seconds }) => markup`<circle class="${kind}" cx="${x(count).toFixed(1)}" cy="${y(seconds).toFixed(1)}" r="3"/>`,
      );
      return markup`<path class="line ${kind}" d="M${path.join("L")}"/>${dots}`;
    }),
  ];
}
