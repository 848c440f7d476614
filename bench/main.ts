/** `npm run bench`: how fast it is on this machine, beside the aims and beside the same by hand. Run by `sandbox/run.mjs`. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { command, Failure, usageError, type Outcome } from "../cli/shared/command";
import { runCommand } from "../cli/shared/main";
import { machine } from "./machine";
import type { Table } from "./measurement";
import { extensions } from "./parts/extensions";
import { member } from "./parts/member";
import { memory } from "./parts/memory";
import { packing } from "./parts/packing";
import { sideBySide } from "./parts/sideBySide";
import { start } from "./parts/start";
import { plot } from "./plot";
import { asMarkdown, asText } from "./report";
import { Workbench } from "./workbench";

const PARTS = ["start", "packing", "side-by-side", "member", "memory", "extensions"];
const ROUNDS = "5";
const COUNTS = "1,10,100,300";

const positive = (option: string, text: string): number => {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw usageError(`--${option} ${text}: write whole numbers from 1`);
  return number;
};

const benchCommand = (checkout: string) =>
  command({
    help: `[PART…] [--rounds N] [--counts N,N…] [--json]
  Measures in a sandbox of its own, and compares. It judges nothing: a machine may be slow.

  PART           ${PARTS.join(", ")} (default: all, which takes some 45 minutes on two cores,
                 and 30 with --counts 1,10,100)
  --rounds N     of what is short; the figures are medians (default: ${ROUNDS})
  --counts N,N…  how many extensions one stack gets in the last part (default: ${COUNTS})

  Where all parts are measured, the figures are written to bench/results.md, and a plot to bench/results.svg.

  Exit codes: 0 measured, 1 a part failed: what was measured before it is told, and nothing is written, 2 the command line is wrong.`,
    options: { rounds: { type: "string", default: ROUNDS }, counts: { type: "string", default: COUNTS } },
    words: [0, PARTS.length],
    async run({ words, values, progress }) {
      const strange = words.find((word) => !PARTS.includes(word));
      if (strange !== undefined) throw usageError(`no part "${strange}": name some of ${PARTS.join(", ")}`);
      const rounds = positive("rounds", values.rounds);
      const counts = values.counts
        .split(",")
        .map((count) => positive("counts", count))
        .sort((a, b) => a - b);
      const wanted = words.length === 0 ? PARTS : PARTS.filter((part) => words.includes(part));

      return Workbench.use(checkout, progress, async (bench) => {
        const parts: Readonly<Record<string, () => Promise<Table>>> = {
          start: () => start(bench, rounds),
          packing: () => packing(bench, rounds, join(__dirname, "..", "pack.mjs")),
          "side-by-side": () => sideBySide(bench, rounds),
          member: () => member(bench, rounds),
          memory: () => memory(bench, join(__dirname, "..")),
          extensions: () => extensions(bench, rounds, counts),
        };
        const { tables, failure } = await inTurn(wanted.flatMap((part) => parts[part] ?? []));
        const on = await machine(bench);
        if (words.length === 0 && !failure) keep(checkout, tables, asMarkdown(tables, on, today(), rounds));
        return outcome(tables, { machine: on, rounds }, failure);
      });
    },
  });

/** Minutes of measuring are not lost to a part that fails after them. @throws what is no Failure, and a Failure before all else */
export async function inTurn(parts: readonly (() => Promise<Table>)[]): Promise<{ tables: readonly Table[]; failure?: Failure }> {
  const tables: Table[] = [];
  for (const part of parts) {
    try {
      tables.push(await part());
    } catch (error) {
      if (tables.length === 0 || !(error instanceof Failure)) throw error;
      return { tables, failure: error };
    }
  }
  return { tables };
}

function outcome(tables: readonly Table[], on: object, failure: Failure | undefined): Outcome {
  if (!failure) return { text: asText(tables), json: { ...on, tables } };
  return { text: `${asText(tables)}\n\n${failure.message}`, json: { ...on, tables, error: failure.message }, exitCode: 1 };
}

const today = () => new Date().toISOString().slice(0, 10);

function keep(checkout: string, tables: readonly Table[], markdown: string): void {
  const table = (part: string) => tables.find((it) => it.part === part);
  const [pair, many] = [table("side-by-side"), table("extensions")];
  writeFileSync(join(checkout, "bench", "results.md"), markdown);
  if (pair && many) writeFileSync(join(checkout, "bench", "results.svg"), plot(pair, many));
}

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the folder of Pulumi.yaml
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("bench", benchCommand(checkout), args, cache, "npm run bench --");
