/** The lines in which two texts differ, as `diff -u` tells them. */
import { structuredPatch } from "diff";

const CONTEXT = 3;
/** In lines that go or come: beyond it nobody reads them, and finding the fewest takes time that grows with their square. */
const MOST_CHANGES = 2000;

/** Hunks with three lines around each change, without the files' names; undefined when the texts differ in too much. */
export function lineDiff(before: string, after: string): readonly string[] | undefined {
  const options = { context: CONTEXT, maxEditLength: MOST_CHANGES };
  const patch = structuredPatch("", "", ended(before), ended(after), undefined, undefined, options);
  return patch?.hunks.flatMap(({ oldStart, oldLines, newStart, newLines, lines }) => [
    `@@ -${place(oldStart, oldLines)} +${place(newStart, newLines)} @@`,
    ...lines,
  ]);
}

/** Whether the last line ends is no difference to whoever reads it. */
const ended = (text: string): string => (text === "" || text.endsWith("\n") ? text : `${text}\n`);

/** An empty place is named by the line before it. */
const place = (start: number, lines: number): string => `${lines === 0 ? start - 1 : start},${lines}`;
