/**
 * Another checkout, such as a pull request's, as this one's program sees it: its stack files, charts and extensions, and nothing of its code.
 * Who judges a change must not be what it changes.
 */
import { mkdtemp, readdir, realpath, rm, symlink } from "fs/promises";
import { tmpdir } from "os";
import { join, resolve } from "path";
import { Failure } from "../shared/command";

/** What `pulumi` runs, or what says how: always this checkout's own. */
export const PROGRAM = ["Pulumi.yaml", "index.ts", "components", "kubesphere", "package.json", "package-lock.json", "tsconfig.json"];
/** What judges and what has it judge. */
export const JUDGE = ["policy", "operate", "sandbox", ".github"];

/** Nothing of these names is taken from the other checkout. Settings of tools begin with a dot, and some name code. */
const isCode = (name: string) => [...PROGRAM, "policy", "operate", "node_modules"].includes(name) || name.startsWith(".");
/** Beside folders: stack files, and packages. */
const isData = (name: string) => /^Pulumi\..+\.yaml$|\.tgz$/.test(name);

/**
 * A folder in which this checkout's program runs on the other's data, for the time of some work.
 * @throws Failure when the other checkout is not there
 */
export async function onCandidate<T>(checkout: string, candidate: string, work: (folder: string) => Promise<T>): Promise<T> {
  const other = resolve(candidate);
  const entries = await readdir(other, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(`--checkout ${candidate} cannot be read (${error.code ?? error.message}): name the folder of its Pulumi.yaml`);
  });
  if (!entries.some(({ name }) => name === "Pulumi.yaml"))
    throw new Failure(`--checkout ${candidate} is no checkout of this project: it has no Pulumi.yaml`);
  const folder = await mkdtemp(join(await realpath(tmpdir()), "policy-"));
  try {
    for (const name of [...PROGRAM, "node_modules"]) await symlink(join(checkout, name), join(folder, name));
    for (const entry of entries) {
      const { name } = entry;
      // A link of the other's would lead anywhere.
      if (!isCode(name) && (entry.isDirectory() || (entry.isFile() && isData(name)))) await symlink(join(other, name), join(folder, name));
    }
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
