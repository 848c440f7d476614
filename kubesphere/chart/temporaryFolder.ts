/**
 * Temporary folders, all in one that only this user can enter: `kubesphere-luban-UID` in the system's. Each says in its name who made it,
 * so that the next run takes away those whose maker was killed.
 */
import { readdirSync, statSync } from "fs";
import { mkdtemp, rm } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { ownFolder } from "./ownFolder";
import { lifeOf, ownIdentity, type ProcessIdentity } from "./processIdentity";

/** For how long a folder from another container stays, in milliseconds: whether its maker lives cannot be seen from here. */
const FOREIGN_MS = 7 * 24 * 3600 * 1000;

/** @throws ConfigurationError when somebody else has put something in its place */
export const temporaryRoot = (): string =>
  ownFolder(join(tmpdir(), `kubesphere-luban-${process.geteuid?.() ?? "user"}`), "Name another folder in TMPDIR, or have it removed.");

/** Those that this process has cleared. */
const cleared = new Set<string>();

/**
 * A new, empty folder; whoever asks for it removes it.
 * @param purpose in letters and `-`, for those who look into the folder of temporary files
 * @throws ConfigurationError as {@link temporaryRoot}
 */
export async function temporaryFolder(purpose: string): Promise<string> {
  const root = temporaryRoot();
  if (!cleared.has(root)) {
    cleared.add(root);
    await clear(root);
  }
  return mkdtemp(join(root, `${purpose}.${mark(ownIdentity())}.`));
}

/** Takes away what killed runs have left. */
async function clear(root: string): Promise<void> {
  for (const name of readdirSync(root)) {
    const maker = makerOf(name);
    const folder = join(root, name);
    // What cannot be removed is none of the reasons why a command should fail.
    if (maker && isLeft(folder, maker)) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

function isLeft(folder: string, maker: ProcessIdentity): boolean {
  // These are on this machine's own disk: since it was started again, nobody who made them is there.
  if (maker.boot !== ownIdentity().boot) return true;
  const life = lifeOf(maker);
  const { mtimeMs = Date.now() } = statSync(folder, { throwIfNoEntry: false }) ?? {};
  return life === "unknown" ? Date.now() - mtimeMs > FOREIGN_MS : life === "dead";
}

/** As part of a file's name. */
const mark = ({ pid, start, boot, namespace }: ProcessIdentity): string => [pid, start, boot, namespace].join(".");

/** undefined for what was not made here. */
function makerOf(name: string): ProcessIdentity | undefined {
  const [, pid = "", start = "", boot = "", namespace = ""] = /^[a-z-]+\.(\d+)\.(\w*)\.(\w*)\.(\w*)\.\w{6}$/.exec(name) ?? [];
  return pid === "" ? undefined : { pid: Number(pid), start, boot, namespace };
}
