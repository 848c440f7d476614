/** The base revision as a folder of its own, outside the checkout, with the dependencies that it names. */
import { createHash } from "crypto";
import { mkdir, realpath, rm, symlink } from "fs/promises";
import { join } from "path";
import { temporaryRoot } from "../../kubesphere/chart/temporaryFolder";
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

/** Where the worktree of a rehearsal is: in this user's folder of temporary files. Git knows it by its real path. */
export const worktreeFolder = async (rehearsal: string): Promise<string> => join(await realpath(temporaryRoot()), rehearsal);

/**
 * An empty worktree of the commit.
 * @param folder where nothing is yet
 * @throws Failure with what git said
 */
export async function addWorktree(checkout: string, { commit }: Revision, folder: string): Promise<void> {
  // Git makes it with the rights that everybody has by default.
  await mkdir(folder, { mode: 0o700 });
  const { code, stderr } = await alone(checkout, () => git(checkout, ["worktree", "add", "--quiet", "--detach", folder, commit]));
  if (code === 0) return;
  await removeWorktree(checkout, folder);
  throw new Failure(`git worktree add failed: ${stderr.trim()}`);
}

/** Removes the folder and git's entry of it, as far as they are there. */
export const removeWorktree = (checkout: string, folder: string): Promise<void> =>
  alone(checkout, async () => {
    // Twice --force: one that was killed while git made it is locked.
    await git(checkout, ["worktree", "remove", "--force", "--force", folder]);
    await rm(folder, { recursive: true, force: true });
    await git(checkout, ["worktree", "prune"]);
  });

/** Git reads all entries when it adds one, and fails at another one that is just being written or removed. */
async function alone<T>(checkout: string, work: () => Promise<T>): Promise<T> {
  const repository = (await git(checkout, ["rev-parse", "--path-format=absolute", "--git-common-dir"])).stdout.trim();
  const digest = createHash("sha256").update(repository).digest("hex").slice(0, 16);
  return withLock(join(temporaryRoot(), "locks", `worktrees-${digest}`), { what: "git worktrees" }, work);
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
