/** What a rehearsal makes outside of the checkout is written down before it is made: nobody who is killed can take it away. */
import { readdir, readFile, rm, stat } from "fs/promises";
import { join } from "path";
import { withLock } from "../../sandbox/src/lock";
import { commandLine, isAlive } from "../../sandbox/src/processes";
import { writeWhole } from "../shared/files";
import { removeSandbox } from "./sandbox";
import { removeWorktree } from "./worktree";

export interface Trace {
  /** The rehearsal's, and its sandbox's. */
  readonly name: string;
  readonly checkout: string;
  /** Of the worktree. */
  readonly folder: string;
  readonly pid: number;
}

const traces = (cache: string) => join(cache, "rehearsals");
const fileOf = (cache: string, { name }: Trace) => join(traces(cache), `${name}.json`);

export const leaveTrace = (cache: string, trace: Trace): Promise<void> => writeWhole(fileOf(cache, trace), JSON.stringify(trace));

/** The sandbox, the worktree and the trace, as far as they are there. @throws Failure when something is left; so is the trace, then */
export async function removeTraced(cache: string, trace: Trace, checkout = trace.checkout): Promise<void> {
  const isThere = await stat(trace.checkout).catch(() => undefined);
  const worktree = isThere ? removeWorktree(trace.checkout, trace.folder) : rm(trace.folder, { recursive: true, force: true });
  const ends = await Promise.allSettled([removeSandbox(checkout, cache, trace.name), worktree]);
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  await rm(fileOf(cache, trace), { force: true });
}

/**
 * What rehearsals left behind that are at work no more.
 * @param checkout whose tools take it away: theirs may be gone
 */
export async function removeAbandoned(cache: string, checkout: string, tell: (text: string) => void): Promise<void> {
  const names = (await readdir(traces(cache)).catch(() => [])).filter((name) => name.endsWith(".json"));
  if (names.length === 0) return;
  await withLock(join(cache, "locks", "rehearsals"), { what: "earlier rehearsals" }, async () => {
    for (const name of names) {
      const text = await readFile(join(traces(cache), name), "utf8").catch(() => undefined);
      if (text === undefined) continue;
      const trace = JSON.parse(text) as Trace;
      if (isAtWork(trace)) continue;
      tell(`taking away what ${trace.name} left behind, which was killed`);
      await removeTraced(cache, trace, checkout);
    }
  });
}

/** Process ids are used again. */
const isAtWork = ({ pid }: Trace) => isAlive(pid) && commandLine(pid).includes("rehearse");
