/** Links that lead out of a folder which a command writes to. */
import { readdir, readlink, realpath } from "fs/promises";
import { dirname, join, relative, resolve, sep } from "path";
import { Failure } from "./command";

/**
 * Whoever made the folder may be a stranger: nothing outside of it is read for what it says, copied from, written over or deleted.
 * @param places files and folders in it, each of which is looked at with all that is below it
 * @throws Failure that names the link and where it leads
 */
export async function refuseLinksOut(folder: string, places: readonly string[]): Promise<void> {
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined) return;
  const isOut = (real: string) => real !== root && !real.startsWith(`${root}${sep}`);
  const look = async (path: string): Promise<void> => {
    // A link to nothing leads somewhere once that is there.
    const real = await realpath(path).catch(async () => resolve(dirname(path), await readlink(path).catch(() => "")));
    if (isOut(real)) throw new Failure(`${relative(root, path)} leads out of the folder, to ${real}`);
  };
  for (const place of places.map((name) => join(root, name))) {
    await look(place);
    // It lists links, and does not follow them.
    const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) if (entry.isSymbolicLink()) await look(join(entry.parentPath, entry.name));
  }
}
