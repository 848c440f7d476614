/** The findings, for people. */
import type { Result } from "./examine";
import type { Finding } from "./finding";

const count = (number: number, one: string, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/** @param mended what `--fix` has done away with */
export function asText(stack: string, results: readonly Result[], mended: readonly Finding[] = []): string {
  const findings = results.flatMap((it) => it.findings);
  const unknown = results.filter(({ notChecked }) => notChecked !== undefined).length;
  const numbers = [
    count(results.length, "check"),
    count(findings.length, "finding"),
    ...(unknown > 0 ? [`${unknown} not checked`] : []),
    ...(mended.length > 0 ? [`${mended.length} mended`] : []),
  ];
  return [
    `${stack}: ${numbers.join(", ")}`,
    "",
    ...results.flatMap(linesOf),
    ...(mended.length === 0 ? [] : ["", ...mended.map(({ object }) => `mended: ${object}`)]),
    ...(findings.some(({ action }) => action) ? ["", "✚ `npm run doctor -- --fix` does this, after asking"] : []),
  ].join("\n");
}

function linesOf({ title, notChecked, findings }: Result): readonly string[] {
  if (notChecked !== undefined) return [`? ${title}: not checked: ${notChecked}`];
  if (findings.length === 0) return [`✓ ${title}`];
  return [`✗ ${title}: ${count(findings.length, "finding")}`, ...findings.flatMap(blockOf)];
}

/** What, why, what of it, and the mend. */
export const blockOf = ({ object, why, means, mend, action }: Finding): readonly string[] => [
  `    ${object}`,
  `      why: ${why}`,
  `      means: ${means}`,
  ...mend.map((line, index) => `      ${index === 0 ? "mend:" : "then:"} ${line}${action !== undefined && index === 0 ? " ✚" : ""}`),
];
