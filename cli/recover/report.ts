/** The findings, for people. */
import { LUBAN } from "../../kubesphere/luban";
import { oneLine } from "../shared/text/terminal";

export interface Told {
  readonly what: string;
  readonly evidence: string;
  readonly mend: string;
  /** Whether the mend takes something away from the cluster. */
  readonly isDestructive: boolean;
}

/** @param isCleared whether the mends have been done; undefined while that is asked */
export function asText(findings: readonly Told[], isCleared?: boolean): string {
  if (findings.length === 0) return "nothing is left behind: the next run can go on";
  const lines = findings.flatMap(({ what, evidence, mend, isDestructive }) => [
    `${isCleared === true ? "✓" : isDestructive ? "!" : "·"} ${oneLine(what)}`,
    `    ${oneLine(evidence)}`,
    `    ${isDestructive ? "takes something away: " : ""}${oneLine(mend)}`,
  ]);
  if (isCleared === undefined) return lines.join("\n");
  return [...lines, isCleared ? "cleared: run the same command again" : `not cleared: \`${LUBAN} recover --yes\` does it`].join("\n");
}
