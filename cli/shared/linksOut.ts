/** Finds links that lead out of a folder to which a command writes. */
import { readdir, readlink, realpath } from "fs/promises";
import { dirname, join, relative, resolve, sep } from "path";
import { Failure } from "./command";

/**
 * The folder may come from somebody untrusted: no file outside of it may be read, copied, overwritten or deleted.
 * @param places files and folders in it; folders are checked with everything below them
 * @throws Failure that names the link and its target
 */
export async function refuseLinksOut(folder: string, places: readonly string[]): Promise<void> {
  const root = await realpath(folder).catch(() => undefined);
  if (root === undefined) return;
  const isOut = (real: string) => real !== root && !real.startsWith(`${root}${sep}`);
  const look = async (path: string): Promise<void> => {
    // A link without a target leads out as soon as the target exists.
    const real = await realpath(path).catch(async () => resolve(dirname(path), await readlink(path).catch(() => "")));
    if (isOut(real)) throw new Failure(`${relative(root, path)} leads out of the folder, to ${real}`);
  };
  for (const place of places.map((name) => join(root, name))) {
    await look(place);
    // This lists links without following them.
    const entries = await readdir(place, { recursive: true, withFileTypes: true }).catch(() => []);
    for (const entry of entries) if (entry.isSymbolicLink()) await look(join(entry.parentPath, entry.name));
  }
}
