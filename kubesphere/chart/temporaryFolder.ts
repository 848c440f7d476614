/**
 * Temporary folders, all in one that only this user can enter: `kubesphere-luban-UID` in the system's. The name of each identifies the
 * process that made it, so that the next run removes the folders of killed processes.
 */
import { readdirSync, statSync } from "fs";
import { mkdtemp, rm } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { ownFolder } from "./ownFolder";
import { lifeOf, ownIdentity, type ProcessIdentity } from "./processIdentity";

/** How long a folder of another container is kept, in milliseconds: whether its process still runs cannot be seen from here. */
const FOREIGN_MS = 7 * 24 * 3600 * 1000;

/** @throws ConfigurationError if another user has put something in its place */
export const temporaryRoot = (): string =>
  ownFolder(join(tmpdir(), `kubesphere-luban-${process.geteuid?.() ?? "user"}`), "Name another folder in TMPDIR, or have it removed.");

/** The folders that this process has cleared. */
const cleared = new Set<string>();

/**
 * A new, empty folder; the caller removes it.
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

/** Removes the folders of killed runs. */
async function clear(root: string): Promise<void> {
  for (const name of readdirSync(root)) {
    const maker = makerOf(name);
    const folder = join(root, name);
    // A folder that cannot be removed must not make the command fail.
    if (maker && isLeft(folder, maker)) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

function isLeft(folder: string, maker: ProcessIdentity): boolean {
  // These are on this machine's own disk: since a restart, none of their processes runs.
  if (maker.boot !== ownIdentity().boot) return true;
  const life = lifeOf(maker);
  const { mtimeMs = Date.now() } = statSync(folder, { throwIfNoEntry: false }) ?? {};
  return life === "unknown" ? Date.now() - mtimeMs > FOREIGN_MS : life === "dead";
}

/** The form in a file's name. */
const mark = ({ pid, start, boot, namespace }: ProcessIdentity): string => [pid, start, boot, namespace].join(".");

/** undefined for a folder that was not made here. */
function makerOf(name: string): ProcessIdentity | undefined {
  const [, pid = "", start = "", boot = "", namespace = ""] = /^[a-z-]+\.(\d+)\.(\w*)\.(\w*)\.(\w*)\.\w{6}$/.exec(name) ?? [];
  return pid === "" ? undefined : { pid: Number(pid), start, boot, namespace };
}
