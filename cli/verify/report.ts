/** The results, for people. */
import type { Checked } from "./check";
import { oneLiners } from "../shared/text/terminal";

const MARKS = { ok: "✓", failed: "✗", skipped: "–" } as const;

export function asText(stack: string, results: readonly Checked[]): string {
  const checked = oneLiners(results);
  const width = Math.max(...checked.map(({ what }) => what.length));
  const lines = checked.flatMap((it) => [
    `${MARKS[it.result]} ${it.what.padEnd(width)}  ${it.result === "skipped" ? "skipped: " : ""}${it.detail}  ${(it.ms / 1000).toFixed(1)} s`,
    ...(it.result === "failed" ? [`    likely: ${it.cause}`, `    next:   ${it.next}`] : []),
  ]);
  const count = (result: Checked["result"]) => checked.filter((it) => it.result === result).length;
  const [bad, left] = [count("failed"), count("skipped")];
  const sum = `${checked.length === 1 ? "one check" : `${checked.length} checks`}: ${bad === 0 ? "all good" : `${bad} failed`}${left === 0 ? "" : `, ${left} skipped`}`;
  return [`${stack}: ${sum}`, ...lines].join("\n");
}
