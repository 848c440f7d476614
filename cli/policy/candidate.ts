/**
 * Another checkout, such as a pull request's, as this one's program sees it: its stack files, charts and extensions, and nothing of its code.
 * Who judges a change must not be what it changes.
 */
import { readdir, realpath, rm, symlink, writeFile } from "fs/promises";
import { join, resolve } from "path";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { Failure } from "../shared/command";
import { borrow, readStackFile, stackFileName } from "./stackFile";

/** What `pulumi` runs, or what says how: always this checkout's own. */
export const PROGRAM = [
  "Pulumi.yaml",
  "index.ts",
  "components",
  "settings",
  "kubesphere",
  "package.json",
  "package-lock.json",
  "tsconfig.json",
];
/** What judges and what has it judge. */
export const JUDGE = ["policy", "cli", "sandbox", ".github"];

/** Nothing of these names is taken from the other checkout. Settings of tools begin with a dot, and some name code. */
const isCode = (name: string) => [...PROGRAM, "policy", "cli", "node_modules"].includes(name) || name.startsWith(".");

export interface Candidate {
  /** Where this checkout's program runs on the other's data. */
  readonly folder: string;
  /** Of the stack's file what is this checkout's own although the other's says otherwise. */
  readonly kept: readonly string[];
}

/**
 * A folder in which this checkout's program runs on the other's data, for the time of some work.
 * @throws Failure when the other checkout is not there, or has no file of the stack
 */
export async function onCandidate<T>(
  { checkout, candidate, stack }: { readonly checkout: string; readonly candidate: string; readonly stack: string },
  work: (candidate: Candidate) => Promise<T>,
): Promise<T> {
  const other = resolve(candidate);
  const entries = await readdir(other, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    throw new Failure(`--checkout ${candidate} cannot be read (${error.code ?? error.message}): name the folder of its Pulumi.yaml`);
  });
  if (!entries.some(({ name }) => name === "Pulumi.yaml"))
    throw new Failure(`--checkout ${candidate} is no checkout of this project: it has no Pulumi.yaml`);
  const theirs = await readStackFile(other, stack);
  if (theirs === undefined) throw new Failure(`--checkout ${candidate} has no ${stackFileName(stack)}`);
  const { file, kept } = borrow(theirs, await readStackFile(checkout, stack));
  const folder = await realpath(await temporaryFolder("policy"));
  try {
    for (const name of [...PROGRAM, "node_modules"]) await symlink(join(checkout, name), join(folder, name));
    for (const entry of entries) {
      const { name } = entry;
      // A link of the other's would lead anywhere.
      const isData = entry.isDirectory() || (entry.isFile() && name.endsWith(".tgz"));
      if (!isCode(name) && isData) await symlink(join(other, name), join(folder, name));
    }
    // JSON is YAML that every reader reads alike: what was looked at here is what Pulumi sees.
    await writeFile(join(folder, stackFileName(stack)), JSON.stringify(file), { mode: 0o600 });
    return await work({ folder, kept });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
