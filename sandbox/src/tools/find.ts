/** Tools that are installed already: found on PATH, taken when their version is within the tested range. */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, join, sep } from "node:path";
import { coerce, satisfies } from "semver";
import { run } from "../processes.js";
import type { Executable, Tool } from "./catalogue.js";

/** Executable name to absolute path. */
export type Located = Readonly<Record<string, string>>;

export interface Found {
  readonly version: string;
  readonly paths: Located;
}

export interface SearchOptions {
  /** A PATH value. */
  readonly path: string;
  /** A folder whose executables do not count: the sandbox's own, which are on PATH in a shell made by `env`. */
  readonly except: string;
}

/** The first place on PATH that has every executable of the tool in one accepted version; a reason when there is none. */
export async function findOnPath(tool: Tool, options: SearchOptions): Promise<Found | { readonly reason: string }> {
  const paths: Record<string, string> = {};
  let version: string | undefined;
  for (const executable of tool.executables) {
    const path = which(executable.name, options);
    if (!path) return { reason: version ? `${executable.name} is not on PATH beside ${tool.name} ${version}` : "not on PATH" };
    paths[executable.name] = path;
    if (!executable.versionArgs) continue;
    const found = await versionOf(path, executable);
    if (!found || !satisfies(found, tool.version.accepted)) {
      return { reason: `${path} is ${found ?? "of an unknown version"}, and this works with ${tool.version.accepted}` };
    }
    if (version && found !== version) return { reason: `${path} is ${found}, and the others on PATH are ${version}` };
    version = found;
  }
  return { version: version ?? tool.version.pinned, paths };
}

/** The version that an executable prints, undefined when it cannot be run or prints none. */
export async function versionOf(path: string, { versionArgs = [] }: Executable): Promise<string | undefined> {
  const { code, stdout, stderr } = await run(path, versionArgs, { timeout: 20_000 });
  const printed = /v?(\d+\.\d+(\.\d+)?)/.exec(stdout || stderr)?.[1];
  return code === 0 && printed ? coerce(printed)?.version : undefined;
}

function which(name: string, { path, except }: SearchOptions): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((file) => isExecutable(file) && !realpathSync(file).startsWith(except + sep) && !file.startsWith(except + sep));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
