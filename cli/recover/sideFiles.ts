/**
 * The attributes that Pulumi's file backend keeps beside each of its files. It puts the file itself in place whole, and writes these in
 * place (gocloud.dev/blob/fileblob/attrs.go): a kill in that moment leaves half of them, and then the file counts as unreadable
 * (`failed to load checkpoint: EOF`), although nothing of it is lost. A file without them is read all the same.
 */
import { readdir, readFile } from "fs/promises";
import { homedir } from "os";
import { join } from "path";
import { openStack } from "../shared/pulumi";
import type { Told } from "./report";

/**
 * @param checkout the folder of Pulumi.yaml
 * @returns paths, none where another kind of backend is in use
 */
export async function brokenSideFiles(checkout: string): Promise<readonly string[]> {
  const { code, stdout } = await openStack(undefined, checkout).run(["whoami", "--json"]);
  const folder = code === 0 ? folderOf((JSON.parse(stdout) as { url: string }).url) : undefined;
  if (folder === undefined) return [];
  const files = (await readdir(join(folder, ".pulumi"), { recursive: true })).filter((file) => file.endsWith(".attrs"));
  const paths = files.map((file) => join(folder, ".pulumi", file));
  const broken = await Promise.all(paths.map(async (path) => !isWhole(await readFile(path, "utf8"))));
  return paths.filter((_, index) => broken[index]);
}

/** Of a backend's URL, such as `file:///srv/state` or `file://~`. */
export function folderOf(url: string): string | undefined {
  const [scheme, rest = ""] = url.split(/(?<=^\w+:\/\/)/);
  if (scheme !== "file://") return undefined;
  const path = decodeURI(rest.replace(/\?.*$/, ""));
  return path.startsWith("~") ? join(homedir(), path.slice(1)) : path;
}

function isWhole(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

export const sideFileFinding = (path: string): Told => ({
  what: `${path} was cut off while it was written`,
  evidence: "with half of it `pulumi` cannot read the file that it belongs to, and nobody sees what else is left",
  mend: "remove it: it says nothing that a stack needs",
  isDestructive: false,
});
