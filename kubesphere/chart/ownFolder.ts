/** Folders that only this user can write to, at a path that others can guess. */
import { chmodSync, lstatSync, mkdirSync } from "fs";
import { ConfigurationError } from "../errors";

/**
 * Makes the folder if it does not exist.
 * @returns `path`
 * @throws ConfigurationError if another user has put something there
 */
export function ownFolder(path: string, mend = "Remove it, or have its owner do so."): string {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  // Not the target of a link: its owner can change the target later.
  const info = lstatSync(path);
  const user = process.geteuid?.();
  const found = info.isSymbolicLink() ? "a link" : !info.isDirectory() ? "no folder" : info.uid !== user ? `user ${info.uid}'s folder` : "";
  // Windows has no such user ids.
  if (found !== "" && user !== undefined)
    throw new ConfigurationError({ path, given: found, allowed: "a folder of this user's own, for what nobody else may write to", mend });
  if ((info.mode & 0o077) !== 0) chmodSync(path, 0o700);
  return path;
}
