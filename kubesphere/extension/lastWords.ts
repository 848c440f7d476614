/** The end of an executor's log: what Helm said of a failure. */

/** Of a log: Helm's error is at its end, and takes some. */
export const LOG_LINES = 20;
/** Of a line, in UTF-16 code units. */
const LONGEST = 600;

/** From Helm's error on, if there is one; a chart's words go to a terminal, and so without what moves its cursor. */
export function lastWords(log: string): string {
  const lines = log
    .split("\n")
    .map((line) => line.replace(/\p{C}/gu, " ").trim().slice(0, LONGEST))
    .filter((line) => line !== "");
  const error = lines.findLastIndex((line) => line.startsWith("Error: "));
  return (error === -1 ? lines.slice(-LOG_LINES) : lines.slice(error)).join("\n").replace(/^Error: /, "");
}
