/** The lines in which two texts differ, as `diff -u` tells them. */

const CONTEXT = 3;
/** Beyond it the table of all pairs of lines takes too much memory. */
const MOST_PAIRS = 4_000_000;

interface Line {
  readonly mark: " " | "-" | "+";
  readonly text: string;
}

/** Hunks with three lines around each change, without the files' names; undefined when the texts are too large to be compared. */
export function lineDiff(before: string, after: string): readonly string[] | undefined {
  const lines = marked(linesOf(before), linesOf(after));
  if (lines === undefined) return undefined;
  const changed = lines.flatMap(({ mark }, index) => (mark === " " ? [] : [index]));
  const hunks: { from: number; to: number }[] = [];
  for (const index of changed) {
    const last = hunks.at(-1);
    const [from, to] = [Math.max(0, index - CONTEXT), Math.min(lines.length, index + CONTEXT + 1)];
    if (last && from <= last.to) last.to = to;
    else hunks.push({ from, to });
  }
  return hunks.flatMap(({ from, to }) => [
    header(lines.slice(0, from), lines.slice(from, to)),
    ...lines.slice(from, to).map(({ mark, text }) => mark + text),
  ]);
}

const linesOf = (text: string) => (text === "" ? [] : text.replace(/\n$/, "").split("\n"));

function header(above: readonly Line[], hunk: readonly Line[]): string {
  const place = (not: "-" | "+", sign: string) => {
    const count = (lines: readonly Line[]) => lines.filter(({ mark }) => mark !== not).length;
    // An empty place is named by the line before it.
    return `${sign}${count(above) + (count(hunk) === 0 ? 0 : 1)},${count(hunk)}`;
  };
  return `@@ ${place("+", "-")} ${place("-", "+")} @@`;
}

/** By the longest common subsequence of what is left between the lines that both begin and end with. */
function marked(old: readonly string[], wanted: readonly string[]): readonly Line[] | undefined {
  let start = 0;
  while (start < old.length && start < wanted.length && old[start] === wanted[start]) start++;
  let end = 0;
  while (end < old.length - start && end < wanted.length - start && old.at(-1 - end) === wanted.at(-1 - end)) end++;
  const [a, b] = [old.slice(start, old.length - end), wanted.slice(start, wanted.length - end)];
  if (a.length * b.length > MOST_PAIRS) return undefined;
  const same = (texts: readonly string[]) => texts.map((text): Line => ({ mark: " ", text }));
  return [...same(old.slice(0, start)), ...middle(a, b), ...same(old.slice(old.length - end))];
}

function middle(a: readonly string[], b: readonly string[]): Line[] {
  const width = b.length + 1;
  // At [i, j]: how many lines a from i on and b from j on have in common, in order.
  const common = new Uint32Array((a.length + 1) * width);
  const at = (i: number, j: number) => common[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      common[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < a.length || j < b.length) {
    const isSame = i < a.length && j < b.length && a[i] === b[j];
    const isGone = !isSame && i < a.length && (j === b.length || at(i + 1, j) >= at(i, j + 1));
    lines.push({ mark: isSame ? " " : isGone ? "-" : "+", text: (isSame || isGone ? a[i] : b[j]) as string });
    if (isSame || isGone) i++;
    if (!isGone) j++;
  }
  return lines;
}
