/**
 * Locks between processes: a file that says who holds it, which its holder touches as long as it lives.
 *
 * Several may find one left behind, and each would take it away and make its own: the second would take away the first one's. So each
 * holding has a token of its own, and whoever wants to follow a dead holder takes the lock on *that holding* first, `FILE.TOKEN`. While
 * it has that one, nobody else replaces the file; and once it is replaced, its token never comes back. Whoever dies in between leaves
 * such a lock, which is followed the same way.
 */
import { randomBytes } from "node:crypto";
import { linkSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { ownFolder } from "../../kubesphere/chart/ownFolder.js";
import { lifeOf, ownIdentity, type ProcessIdentity } from "../../kubesphere/chart/processIdentity.js";
import { say } from "./report.js";

export interface LockOptions {
  /** For the line that a waiting user sees: "sandbox default". */
  readonly what: string;
  /** How often the holder touches the file, in milliseconds. */
  readonly beatMs?: number;
  /**
   * For how long the lock of a holder whom this process cannot see must have stood still under its eyes to count as left behind, in
   * milliseconds: one in another container, on another machine, or before the machine was started again.
   */
  readonly staleMs?: number;
}

interface Holding extends ProcessIdentity {
  /** Of this holding alone. */
  readonly token: string;
}

/** Runs `work` while no other process holds the lock `file`; waits for one that does. */
export async function withLock<T>(
  file: string,
  { what, beatMs = 1000, staleMs = 30_000 }: LockOptions,
  work: () => Promise<T>,
): Promise<T> {
  mkdirSync(dirname(dirname(file)), { recursive: true });
  ownFolder(dirname(file));
  const own: Holding = { ...ownIdentity(), token: randomBytes(8).toString("hex") };
  const watch = new Watch(staleMs);
  for (let said = false; !acquire(file, own, watch); await new Promise((wake) => setTimeout(wake, Math.min(50, beatMs)))) {
    const holder = holdingOf(file);
    if (!said && holder) say(`${what}: process ${holder.pid} is at work on it, waiting`);
    said ||= holder !== undefined;
  }
  const heart = setInterval(() => void (isHeld(file, own) && utimesSync(file, new Date(), new Date())), beatMs);
  heart.unref();
  try {
    return await work();
  } finally {
    clearInterval(heart);
    release(file, own);
  }
}

/** How long holdings have stood still, by this process's own clock: those of others may be wrong. */
class Watch {
  private readonly seen = new Map<string, { readonly beat: number; readonly since: number }>();

  constructor(private readonly staleMs: number) {}

  isLeftBehind(file: string, holding: Holding): boolean {
    const life = lifeOf(holding);
    if (life !== "unknown") return life === "dead";
    const beat = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    const seen = this.seen.get(holding.token);
    if (seen?.beat === beat) return performance.now() - seen.since > this.staleMs;
    this.seen.set(holding.token, { beat, since: performance.now() });
    return false;
  }
}

function acquire(file: string, own: Holding, watch: Watch): boolean {
  if (create(file, own)) return true;
  const holder = holdingOf(file);
  if (!holder || !watch.isLeftBehind(file, holder)) return false;
  const succession = `${file}.${holder.token}`;
  if (!acquire(succession, own, watch)) return false;
  try {
    if (holdingOf(file)?.token !== holder.token) return false;
    const next = `${file}.new-${own.token}`;
    writeFileSync(next, JSON.stringify(own), { mode: 0o600, flag: "wx" });
    renameSync(next, file);
    sweep(file, own);
    return true;
  } finally {
    release(succession, own);
  }
}

function create(file: string, own: Holding): boolean {
  // A link is made whole or not at all, so nobody ever reads a lock without its holder.
  const next = `${file}.new-${own.token}`;
  writeFileSync(next, JSON.stringify(own), { mode: 0o600, flag: "wx" });
  try {
    linkSync(next, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(next, { force: true });
  }
}

/** Takes away what those have left who died on the way to the lock: nobody needs a succession to a holding that is no more. */
function sweep(file: string, { token }: Holding): void {
  for (const name of readdirSync(dirname(file))) {
    const path = join(dirname(file), name);
    const isOurs = name.startsWith(`${basename(file)}.`) && !name.endsWith(token);
    const left = isOurs ? holdingOf(path) : undefined;
    if (left && lifeOf(left) === "dead") rmSync(path, { force: true });
  }
}

const isHeld = (file: string, { token }: Holding): boolean => holdingOf(file)?.token === token;

function release(file: string, own: Holding): void {
  if (isHeld(file, own)) rmSync(file, { force: true });
}

/** undefined: nobody's, or about to be. One of a version before this had the process id alone. */
function holdingOf(file: string): Holding | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  if (/^\d+$/.test(text)) return { ...ownIdentity(), pid: Number(text), start: "", token: `pid-${text}` };
  try {
    return JSON.parse(text) as Holding;
  } catch {
    // A machine that lost its power may have kept the name and not the content.
    return { pid: 0, start: "", boot: "another", namespace: "", token: "damaged" };
  }
}
