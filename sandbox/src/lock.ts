/** Locks between processes: a file with the owner's pid, which its owner touches as long as it lives. */
import { linkSync, mkdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { isAlive } from "./processes.js";
import { say } from "./report.js";

export interface LockOptions {
  /** For the line that a waiting user sees: "sandbox default". */
  readonly what: string;
  /** How often the owner touches the file, in milliseconds. */
  readonly beatMs?: number;
  /** For how long a lock must have stood still under a waiter's eyes to count as left behind, in milliseconds. */
  readonly staleMs?: number;
}

/** Runs `work` while no other process holds the lock `file`; waits for one that does. */
export async function withLock<T>(
  file: string,
  { what, beatMs = 1000, staleMs = 10_000 }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(file), { recursive: true });
  let seen: { beat: number | undefined; since: number } | undefined;
  while (!acquire(file)) {
    const owner = ownerOf(file);
    const beat = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
    if (!seen && owner) say(`${what}: process ${owner} is at work on it, waiting`);
    if (!seen || seen.beat !== beat) seen = { beat, since: performance.now() };
    // A pid can belong to a stranger after a reboot, so a living process alone is no proof.
    const abandoned = owner !== undefined && (!isAlive(owner) || performance.now() - seen.since > staleMs);
    if (abandoned && ownerOf(file) === owner) rmSync(file, { force: true });
    else await new Promise((wake) => setTimeout(wake, Math.min(50, beatMs)));
  }
  const heart = setInterval(() => void (ownerOf(file) === process.pid && utimesSync(file, new Date(), new Date())), beatMs);
  heart.unref();
  try {
    return await work();
  } finally {
    clearInterval(heart);
    if (ownerOf(file) === process.pid) rmSync(file, { force: true });
  }
}

function acquire(file: string): boolean {
  // A link is made whole or not at all, so nobody ever reads a lock without its owner.
  const own = `${file}.${process.pid}`;
  writeFileSync(own, String(process.pid));
  try {
    linkSync(own, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
}

function ownerOf(file: string): number | undefined {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return undefined;
  }
}
