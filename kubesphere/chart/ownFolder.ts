/** Folders that only this user can write to, at a path that others can foresee. */
import { chmodSync, lstatSync, mkdirSync } from "fs";
import { ConfigurationError } from "../errors";

/**
 * Makes the folder if need be.
 * @returns `path`
 * @throws ConfigurationError when somebody else has put something there
 */
export function ownFolder(path: string, mend = "Remove it, or have its owner do so."): string {
  try {
    mkdirSync(path, { mode: 0o700 });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
  // Not what a link leads to: whoever made the link may have it lead elsewhere tomorrow.
  const info = lstatSync(path);
  const user = process.geteuid?.();
  const found = info.isSymbolicLink() ? "a link" : !info.isDirectory() ? "no folder" : info.uid !== user ? `user ${info.uid}'s folder` : "";
  // Windows knows no such users.
  if (found !== "" && user !== undefined)
    throw new ConfigurationError({ path, given: found, allowed: "a folder of this user's own, for what nobody else may write to", mend });
  if ((info.mode & 0o077) !== 0) chmodSync(path, 0o700);
  return path;
}
