/** What code of another checkout differs from this one's: it is not run here, so that only its reviewer can tell what it does. */
import { readFile, readdir } from "fs/promises";
import { join } from "path";
import { JUDGE, PROGRAM } from "./candidate";

export interface ChangedCode {
  /** Of the program: what it would declare is not judged. */
  readonly program: readonly string[];
  /** Of the policy, and of what runs it. */
  readonly judge: readonly string[];
}

export async function changedCode(checkout: string, other: string): Promise<ChangedCode> {
  const changed = async (places: readonly string[]) => {
    const [ours, theirs] = await Promise.all([checkout, other].map((root) => contents(root, places)));
    const names = new Set([...(ours ?? new Map<string, string>()).keys(), ...(theirs ?? new Map<string, string>()).keys()]);
    return [...names].filter((name) => ours?.get(name) !== theirs?.get(name)).sort();
  };
  return { program: await changed(PROGRAM), judge: await changed(JUDGE) };
}

/** By path; of what is no file the kind. */
async function contents(root: string, places: readonly string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const visit = async (path: string): Promise<void> => {
    const entries = await readdir(join(root, path), { withFileTypes: true }).catch(() => undefined);
    for (const entry of entries ?? []) {
      const name = join(path, entry.name);
      if (entry.isDirectory() && entry.name !== "node_modules") await visit(name);
      else if (entry.isFile()) found.set(name, await readFile(join(root, name), "latin1"));
      // A link or a pipe is not read: whether it is there is all that counts.
      else if (!entry.isDirectory()) found.set(name, entry.isSymbolicLink() ? "a link" : "no file");
    }
  };
  const top = await readdir(root, { withFileTypes: true }).catch(() => []);
  for (const entry of top.filter(({ name }) => places.includes(name))) {
    if (entry.isDirectory()) await visit(entry.name);
    else found.set(entry.name, entry.isFile() ? await readFile(join(root, entry.name), "latin1") : "no file");
  }
  return found;
}
