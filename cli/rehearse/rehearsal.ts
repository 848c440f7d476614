/** The steps of a rehearsal: the base, the working tree on top of it, and back again. */
import { randomBytes } from "crypto";
import { reportOf } from "../preview/report";
import type { Progress } from "../shared/progress";
import { Failure } from "../shared/command";
import { leftOver, upProblems } from "./preview";
import { probeDuring, type Target } from "./prober";
import { outageProblems, type Problem, type Rehearsal, type Roll, type Step } from "./report";
import { newSandbox, type Sandbox } from "./sandbox";
import { leaveTrace, removeAbandoned, removeTraced } from "./trace";
import { addDependencies, addWorktree, isChanged, revision, worktreeFolder, type Revision } from "./worktree";
import { printableColoured } from "../shared/text/terminal";
import { maskLogins } from "../shared/urls";

export interface Stage {
  readonly checkout: string;
  /** The sandbox's cache folder. */
  readonly cache: string;
  /** A revision of the checkout's repository. */
  readonly base: string;
  readonly progress: Progress;
  /** Its reason is thrown once everything is taken away. */
  readonly signal: AbortSignal;
}

/**
 * Leaves nothing behind, however it ends; what one that was killed left behind, the next one takes away.
 * @throws Failure when it cannot be told whether the working tree is good: no such base, a base that does not come up
 */
export async function rehearse(stage: Stage): Promise<Rehearsal> {
  const { checkout, cache, signal } = stage;
  // One after the other: where both fail, the user's own is reported.
  const base = await revision(checkout, stage.base);
  const head = await revision(checkout, "HEAD");
  await removeAbandoned(cache, checkout, (text) => stage.progress.now(text));
  const name = `rehearsal-${randomBytes(6).toString("hex")}`;
  const trace = { name, checkout, folder: await worktreeFolder(name), pid: process.pid };
  await leaveTrace(cache, trace);
  try {
    const sandbox = await newSandbox(checkout, cache, name);
    await addWorktree(checkout, base, trace.folder);
    signal.throwIfAborted();
    const tree = { commit: head.commit, isChanged: await isChanged(checkout) };
    return { base, tree, ...(await play(stage, base, sandbox, trace.folder)) };
  } finally {
    stage.progress.now("taking the sandbox away");
    await removeTraced(cache, trace);
  }
}

async function play({ checkout, cache, progress, signal }: Stage, base: Revision, sandbox: Sandbox, folder: string) {
  const steps: Step[] = [];
  const rolls: Roll[] = [];
  const step = async <T>(what: string, work: () => Promise<T>, problemsOf: (result: T) => readonly Problem[] = () => []): Promise<T> => {
    progress.now(what);
    const since = performance.now();
    const result = await work();
    steps.push({ what, ms: performance.now() - since, problems: problemsOf(result) });
    return result;
  };
  const up = (program: string) => sandbox.pulumi(program, ["up", "--yes", "--skip-preview", "--suppress-outputs"], signal);
  const preview = (program: string, ...args: string[]) => sandbox.pulumi(program, ["preview", "--json", ...args], signal);
  /** @returns those that do not answer now */
  const silent = async (targets: readonly Target[]) =>
    (
      await probeDuring(
        targets,
        () => Promise.resolve(),
        () => targets,
        { signal },
      )
    ).probed.filter(({ outages }) => outages.at(-1)?.isOver === false);

  const roll = async (program: string, what: string, when: string, before: readonly Target[]) => {
    const rolling = async () => {
      const ran = await step(
        what,
        () => up(program),
        (ran) => upProblems(what, ran),
      );
      // One that failed on its way owes what it found.
      return { ran, after: ran.code === 0 ? await sandbox.urls(signal) : before };
    };
    const since = performance.now();
    const { result, probed } = await probeDuring(before, rolling, ({ after }) => after, { signal });
    const { ran, after } = result;
    const added = await silent(after.filter((target) => !isIn(before, target)));
    const problems = [...outageProblems(when, probed), ...outageProblems(`after ${what}`, added)];
    const upMs = steps.at(-1)?.ms ?? 0;
    steps.push({ what: `every URL kept answering ${when}`, ms: performance.now() - since - upMs, problems });
    rolls.push({ what: when, probed });
    if (ran.code === 0) {
      const again = `the preview after ${what}`;
      await step(
        `${again} is empty`,
        () => preview(program, "--expect-no-changes"),
        (ran) => leftOver(again, ran),
      );
    }
    return after;
  };

  await step("a sandbox is brought up", () => sandbox.up((said) => process.stderr.write(printableColoured(maskLogins(said))), signal));
  await step("the base gets its dependencies", async () => {
    if (await addDependencies(checkout, folder, signal)) await sandbox.addPlugins(folder);
  });
  const before = await step("the base is brought up", async () => {
    mustBeGood(base, upProblems("its pulumi up", await up(folder)));
    const urls = await sandbox.urls(signal);
    mustBeGood(base, outageProblems("at all", await silent(urls)));
    return urls;
  });

  const changes = await step(
    "the working tree's preview",
    async () => {
      const stack = await sandbox.stack(checkout, signal);
      return reportOf(stack, checkout, cache, () => undefined).catch((error: unknown) => unlessEnded(error, signal));
    },
    (told) => (told instanceof Failure ? [{ line: "the working tree's preview failed", detail: told.message }] : []),
  );
  if (changes instanceof Failure) return { steps, changes: undefined, rolls, added: [], removed: [] };

  const after = await roll(checkout, "applying the working tree", "while it was applied", before);
  await roll(folder, "going back to the base", "while it went back", after);
  const only = (these: readonly Target[], those: readonly Target[]) => these.filter((target) => !isIn(those, target));
  return { steps, changes, rolls, added: only(after, before), removed: only(before, after) };
}

const isIn = (targets: readonly Target[], { url }: Target) => targets.some((target) => target.url === url);

/** What the user can mend; anything else, an interruption before all, is thrown. */
function unlessEnded(error: unknown, signal: AbortSignal): Failure {
  signal.throwIfAborted();
  if (error instanceof Failure) return error;
  throw error;
}

function mustBeGood({ name }: Revision, problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const told = problems.map(({ line, detail = "" }) => `  ${line}\n${detail}`.trimEnd());
  throw new Failure([`the base ${name} does not come up, so nothing can be rehearsed on it:`, ...told].join("\n"));
}
