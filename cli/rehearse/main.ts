/** `luban rehearse`: what a change does to a running platform, tried in a sandbox. */
import { resolve } from "path";
import { command, Failure, usageError } from "../shared/command";
import { writeWhole } from "../shared/files";
import { runCommand } from "../shared/main";
import { rehearse } from "./rehearsal";
import { markdown, problemsOf, text } from "./report";

const HELP = `--base REVISION [options]

Rehearses the working tree on what there is now: the base revision is brought up in a fresh sandbox, the working tree is previewed and
applied on it while each URL is asked again and again, a second preview must be empty, then the same on the way back to the base.
It needs no cluster and no secret, and takes everything away again.

  --base REVISION  a commit, branch or tag: what is deployed now
  --out FILE       write the report there too, as markdown
  --markdown       the report as markdown
  --json           the report for machines

Exit codes: 0 good, 3 the rehearsal failed (what failed is told first), 1 it could not be run or was interrupted,
2 the command line is wrong.`;

const FAILED = 3;
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** @param checkout the folder of Pulumi.yaml */
export const commands = (checkout: string) =>
  command({
    help: HELP,
    options: { base: { type: "string" }, out: { type: "string" }, markdown: { type: "boolean" } },
    words: [0, 0],
    async run({ values: { base, out, markdown: asMarkdown }, cache, progress }) {
      if (base === undefined || base === "") throw usageError("name the base: --base REVISION, such as --base origin/main");
      const rehearsal = await interruptible((signal) => rehearse({ checkout, cache, base, progress, signal }));
      if (out !== undefined) await writeWhole(resolve(out), `${markdown(rehearsal)}\n`);
      const isGood = problemsOf(rehearsal).length === 0;
      return {
        text: asMarkdown ? markdown(rehearsal) : text(rehearsal),
        json: { isGood, ...rehearsal },
        ...(!isGood && { exitCode: FAILED }),
      };
    },
  });

/** A second signal changes nothing: what is there is being taken away already. */
async function interruptible<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const interruption = new AbortController();
  const interrupt = () => interruption.abort(new Failure("interrupted; the sandbox and the worktree are taken away"));
  for (const signal of SIGNALS) process.on(signal, interrupt);
  try {
    return await work(interruption.signal);
  } finally {
    for (const signal of SIGNALS) process.off(signal, interrupt);
  }
}

/**
 * @param args without node and script
 * @param cache the sandbox's cache folder
 * @param checkout the working tree
 * @returns the exit code
 */
export const main = (args: readonly string[], cache: string, checkout: string): Promise<number> =>
  runCommand("rehearse", commands(checkout), args, cache);
