/** The base revision as a folder of its own, outside the checkout, with the dependencies that it names. */
import { createHash } from "crypto";
import { mkdtemp, realpath, rm, symlink } from "fs/promises";
import { tmpdir } from "os";
import { join } from "path";
import { withLock } from "../../sandbox/src/lock";
import { existing } from "../shared/files";
import { Failure } from "../shared/command";
import { run, type Ran } from "./process";

export interface Revision {
  /** As the user named it. */
  readonly name: string;
  /** SHA-1 or SHA-256, whole. */
  readonly commit: string;
}

export interface Worktree {
  readonly folder: string;
  /** Removes the folder and git's entry of it. */
  remove(): Promise<void>;
}

/** Git tells a hook which repository it runs in, and would take that one here. */
const environment = () => Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith("GIT_")));

// No hooks: what somebody does after a checkout of their own is not meant for this one.
const git = (checkout: string, args: readonly string[]): Promise<Ran> =>
  run("git", ["-c", "core.hooksPath=/dev/null", ...args], { cwd: checkout, env: environment() });

/** @throws Failure when the repository has no such commit */
export async function revision(checkout: string, name: string): Promise<Revision> {
  const { code, stdout, stderr } = await git(checkout, ["rev-parse", "--verify", "--end-of-options", `${name}^{commit}`]);
  if (code === 0) return { name, commit: stdout.trim() };
  const mend = "name a commit, branch or tag that is there; a shallow clone must fetch it first (git fetch origin REVISION)";
  throw new Failure(`--base ${name}: ${stderr.trim().split("\n").at(-1) ?? "no such commit"}: ${mend}`);
}

/** Whether files of the checkout are not as its commit has them. */
export const isChanged = async (checkout: string): Promise<boolean> => (await git(checkout, ["status", "--porcelain"])).stdout !== "";

/**
 * An empty worktree of the commit, in the folder of temporary files.
 * @throws Failure with what git said
 */
export async function addWorktree(checkout: string, { commit }: Revision): Promise<Worktree> {
  const temporary = await realpath(tmpdir());
  const folder = await mkdtemp(join(temporary, "kubesphere-rehearsal-"));
  const repository = (await git(checkout, ["rev-parse", "--path-format=absolute", "--git-common-dir"])).stdout.trim();
  const lock = join(temporary, `kubesphere-luban-worktrees-${createHash("sha256").update(repository).digest("hex").slice(0, 16)}`);
  // Git reads all entries when it adds one, and fails at another one that is just being written or removed.
  const alone = <T>(work: () => Promise<T>) => withLock(lock, { what: "git worktrees" }, work);
  const remove = () =>
    alone(async () => {
      // Twice --force: one that was killed while git made it is locked.
      await git(checkout, ["worktree", "remove", "--force", "--force", folder]);
      await rm(folder, { recursive: true, force: true });
      await git(checkout, ["worktree", "prune"]);
    });
  const { code, stderr } = await alone(() => git(checkout, ["worktree", "add", "--quiet", "--detach", folder, commit]));
  if (code === 0) return { folder, remove };
  await remove();
  throw new Failure(`git worktree add failed: ${stderr.trim()}`);
}

/**
 * Gives the worktree the checkout's dependencies where both name the same, else its own.
 * @returns whether they are its own
 * @throws Failure when they cannot be installed
 */
export async function addDependencies(checkout: string, folder: string, signal: AbortSignal): Promise<boolean> {
  const [base, ours] = await Promise.all([checkout, folder].map((root) => existing(join(root, "package-lock.json"))));
  if (base === undefined || ours === undefined) throw new Failure("the base has no package-lock.json: it is from before this project");
  if (base.equals(ours)) {
    await symlink(join(checkout, "node_modules"), join(folder, "node_modules"), "dir");
    return false;
  }
  // `npm run` tells its children which project they belong to, and they would install into that one.
  const env: NodeJS.ProcessEnv = { ...process.env, npm_config_local_prefix: undefined };
  const npm = env["npm_execpath"]?.endsWith(".js") ? [process.execPath, env["npm_execpath"]] : ["npm"];
  const [program = "npm", ...args] = [...npm, "ci", "--prefix", folder, "--loglevel=error", "--no-audit", "--no-fund"];
  const { code, stderr } = await run(program, args, { cwd: folder, env, signal });
  if (code !== 0) throw new Failure(`npm ci of the base failed: ${stderr.trim()}`);
  return true;
}
