/** Tools that are installed already: found on PATH, taken when their version is within the tested range. */
import { accessSync, constants, realpathSync, statSync } from "node:fs";
import { delimiter, dirname, join, sep } from "node:path";
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
  /** A folder whose executables do not count: the sandbox's own, which are on PATH in a shell made by `env`. Empty: none. */
  readonly except: string;
}

/**
 * The tool as PATH has it, when its version is accepted; a reason otherwise. All its executables must be in one folder: the engine
 * looks for its language host beside itself only.
 */
export async function findOnPath(tool: Tool, options: SearchOptions): Promise<Found | { readonly reason: string }> {
  const [first, ...others] = tool.executables as readonly [Executable, ...Executable[]];
  const path = which(first.name, options);
  if (!path) return { reason: "not there" };
  const version = await versionOf(path, first);
  if (!version || !satisfies(version, tool.version.accepted)) {
    return { reason: `${path} is ${version ?? "of an unknown version"}, and this works with ${tool.version.accepted}` };
  }
  const paths: Record<string, string> = { [first.name]: path };
  for (const other of others) {
    const beside = [dirname(path), dirname(realpathSync(path))].map((folder) => join(folder, other.name)).find(isExecutable);
    if (!beside) return { reason: `${path} has no ${other.name} beside it` };
    const found = other.versionArgs && (await versionOf(beside, other));
    if (other.versionArgs && found !== version)
      return { reason: `${beside} is ${found ?? "of an unknown version"}, and ${path} ${version}` };
    paths[other.name] = beside;
  }
  return { version, paths };
}

/** The version that an executable prints, undefined when it cannot be run or prints none. */
export async function versionOf(path: string, { versionArgs = [] }: Executable): Promise<string | undefined> {
  const { code, stdout, stderr } = await run(path, versionArgs, { timeout: 20_000 });
  const printed = /v?(\d+\.\d+(\.\d+)?)/.exec(stdout || stderr)?.[1];
  return code === 0 && printed ? coerce(printed)?.version : undefined;
}

function which(name: string, { path, except }: SearchOptions): string | undefined {
  const counts = (file: string) => except === "" || !file.startsWith(except + sep);
  return path
    .split(delimiter)
    .filter((folder) => folder !== "")
    .map((folder) => join(folder, name))
    .find((file) => isExecutable(file) && counts(realpathSync(file)) && counts(file));
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
