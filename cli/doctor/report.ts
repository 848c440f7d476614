/** The findings, for people. */
import { LUBAN } from "../../kubesphere/luban";
import type { Result } from "./examine";
import type { Finding } from "./finding";
import { oneLine, oneLiners } from "../shared/text/terminal";

const count = (number: number, one: string, many = `${one}s`) => `${number} ${number === 1 ? one : many}`;

/** @param mended what `--fix` has done away with @param typed the command that was looked with */
export function asText(stack: string, results: readonly Result[], mended: readonly Finding[] = [], typed = `${LUBAN} doctor`): string {
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
    ...(mended.length === 0 ? [] : ["", ...mended.map(({ object }) => `mended: ${oneLine(object)}`)]),
    ...(findings.some(({ action }) => action) ? ["", `✚ \`${typed} --fix\` does this, after asking`] : []),
  ].join("\n");
}

function linesOf({ title, notChecked, findings }: Result): readonly string[] {
  if (notChecked !== undefined) return [`? ${title}: not checked: ${oneLine(notChecked)}`];
  if (findings.length === 0) return [`✓ ${title}`];
  return [`✗ ${title}: ${count(findings.length, "finding")}`, ...findings.flatMap(blockOf)];
}

/** What, why, what of it, and the mend. */
export const blockOf = (finding: Finding): readonly string[] => {
  const { object, why, means, mend } = oneLiners({ object: finding.object, why: finding.why, means: finding.means, mend: finding.mend });
  const isDone = finding.action !== undefined;
  return [
    `    ${object}`,
    `      why: ${why}`,
    `      means: ${means}`,
    ...mend.map((line, index) => `      ${index === 0 ? "mend:" : "then:"} ${line}${isDone && index === 0 ? " ✚" : ""}`),
  ];
};
