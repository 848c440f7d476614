/** The end of an executor's log, with Helm's message about a failure. */

/** The number of lines to read: Helm's error is at the end of the log, and has several lines. */
export const LOG_LINES = 20;
/** The longest line, in UTF-16 code units. */
const LONGEST = 600;

/** The lines from Helm's error on, if there is one; without characters that move a terminal's cursor, since a chart may print them. */
export function lastWords(log: string): string {
  const lines = log
    .split("\n")
    .map((line) => line.replace(/\p{C}/gu, " ").trim().slice(0, LONGEST))
    .filter((line) => line !== "");
  const error = lines.findLastIndex((line) => line.startsWith("Error: "));
  return (error === -1 ? lines.slice(-LOG_LINES) : lines.slice(error)).join("\n").replace(/^Error: /, "");
}
