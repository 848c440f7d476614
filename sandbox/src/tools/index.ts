/** Gets tools: from PATH, else its official download, else built from its Go module. */
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "../lock.js";
import type { SharedPaths } from "../paths.js";
import { Failure, say } from "../report.js";
import { build, buildFolder, findGo, inOneBuild, isBuilt } from "./build.js";
import { tools, type Executable, type Platform, type Tool } from "./catalogue.js";
import { ReachRecord, Unreachable } from "./download.js";
import { fetchTool } from "./fetch.js";
import { findOnPath, versionOf, type Located } from "./find.js";

interface Source {
  readonly from: "PATH" | "download" | "build";
  readonly version: string;
  readonly paths: Located;
}

/** What the record keeps of a choice, so that a later start asks nobody again. */
interface Recorded extends Source {
  readonly pinned: string;
  /** Size and time of change of each executable: another file in its place is looked at anew. */
  readonly stamps: Readonly<Record<string, string>>;
}

export interface Tools {
  /** Executable name to absolute path. */
  readonly paths: Located;
  /** One line for the user: `pulumi 3.259.0 (PATH), …`. */
  readonly summary: string;
}

type ToolPaths = Pick<SharedPaths, "cache" | "goModules" | "locks" | "tools" | "unreachable">;

/**
 * @param wanted default: all that a sandbox needs
 * @throws Failure that names each tool that cannot be had, what was tried and the ways out
 */
export function getTools(paths: ToolPaths, wanted: readonly Tool[] = tools): Promise<Tools> {
  return withLock(join(paths.locks, "tools"), { what: "tools" }, async () => {
    const record = join(paths.tools, "sources.json");
    const sources = new Map<string, Source>();
    const tried = new Map<string, string[]>();
    const recorded = readRecord(record);
    const reach = new ReachRecord(paths.unreachable);
    for (const tool of wanted) {
      const known = recorded[tool.name];
      const source = known && isCurrent(tool, known, paths) ? known : await locate(tool, paths, reach, tried);
      if (source) sources.set(tool.name, source);
    }
    const missing = wanted.filter(({ name }) => !sources.has(name));
    if (missing.length > 0) for (const [name, source] of await buildAll(missing, paths, tried)) sources.set(name, source);
    const entries = wanted.map(({ name, version: { pinned } }) => [name, withStamps(sources.get(name) as Source, pinned)] as const);
    mkdirSync(paths.tools, { recursive: true });
    writeFileSync(record, JSON.stringify({ ...recorded, ...Object.fromEntries(entries) }, undefined, 2));
    return {
      paths: Object.assign({}, ...entries.map(([, source]) => source.paths)) as Located,
      summary: entries.map(([name, { version, from }]) => `${name} ${version} (${from})`).join(", "),
    };
  });
}

async function locate(tool: Tool, paths: ToolPaths, reach: ReachRecord, tried: Map<string, string[]>): Promise<Source | undefined> {
  const found = await findOnPath(tool, { path: process.env.PATH ?? "", except: paths.cache });
  if ("version" in found) return { from: "PATH", ...found };
  const reasons = [`PATH: ${found.reason}`];
  tried.set(tool.name, reasons);
  const built = builtSource(tool, paths);
  if (built) return built;
  const platform = currentPlatform();
  const downloads = tool.downloads(platform);
  if (downloads.length === 0) reasons.push(`download: none is published for ${platform.os}`);
  else
    try {
      return { from: "download", version: tool.version.pinned, paths: await fetchTool(tool, platform, paths.tools, reach) };
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
      reasons.push(`download: ${error.message}`);
    }
  return undefined;
}

async function buildAll(missing: readonly Tool[], paths: ToolPaths, tried: ReadonlyMap<string, string[]>) {
  const go = await findGo(paths.goModules);
  if ("reason" in go) {
    const lines = missing.map(({ name, version }) => [`  ${name} ${version.accepted}`, ...(tried.get(name) ?? [])].join("\n    "));
    // The next try follows upon a change: it asks everybody again.
    rmSync(paths.unreachable, { force: true });
    const wayOut = "Connect to the network for the downloads, install Go (https://go.dev/dl) to have them built, or put them on PATH.";
    throw new Failure(`These tools are needed and could not be had:\n${lines.join("\n")}\n  and building them: ${go.reason}.\n${wayOut}`);
  }
  const executables = missing.flatMap((tool) => tool.executables);
  for (const wanted of inOneBuild(executables.filter((executable) => !isBuilt(folderOf(executable, paths), executable)))) {
    const folder = folderOf(wanted[0] as Executable, paths);
    await build(wanted, paths.goModules, folder, go.environment);
    for (const executable of wanted.filter(({ versionArgs }) => versionArgs)) {
      const path = join(folder, executable.name);
      if (!(await versionOf(path, executable))) throw new Failure(`${path} was built and does not run: ${executable.goPackage}`);
    }
  }
  return missing.map((tool) => [tool.name, builtSource(tool, paths) as Source] as const);
}

function builtSource(tool: Tool, paths: ToolPaths): Source | undefined {
  if (!tool.executables.every((executable) => isBuilt(folderOf(executable, paths), executable))) return undefined;
  return { from: "build", version: tool.version.pinned, paths: builtPaths(tool, paths) };
}

const folderOf = (executable: Executable, { goModules, tools: folder }: ToolPaths) => buildFolder(goModules, folder, executable);

const builtPaths = ({ executables }: Tool, paths: ToolPaths): Located =>
  Object.fromEntries(executables.map((executable) => [executable.name, join(folderOf(executable, paths), executable.name)]));

function currentPlatform(): Platform {
  const { platform, arch } = process;
  if ((platform !== "linux" && platform !== "darwin") || (arch !== "x64" && arch !== "arm64")) {
    throw new Failure(`the sandbox runs on Linux and macOS, on x64 and arm64; this is ${platform} on ${arch}`);
  }
  return { os: platform, arch: arch === "x64" ? "amd64" : "arm64" };
}

function readRecord(file: string): Partial<Record<string, Recorded>> {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Record<string, Recorded>;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") say(`${file} is not readable and is made anew`);
    return {};
  }
}

const stamp = (path: string) => {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.size} ${stat.mtimeMs}` : "gone";
};

const withStamps = (source: Source, pinned: string): Recorded => ({
  from: source.from,
  version: source.version,
  paths: source.paths,
  pinned,
  stamps: Object.fromEntries(Object.values(source.paths).map((path) => [path, stamp(path)])),
});

/** What was built is so only where today's modules and flags would put it: the same version may be built in another way. */
function isCurrent(tool: Tool, { from, pinned, paths, stamps }: Recorded, places: ToolPaths): boolean {
  const built = from === "build" ? builtPaths(tool, places) : paths;
  const isUnchanged = ({ name }: Executable) => paths[name] && paths[name] === built[name] && stamps[paths[name]] === stamp(paths[name]);
  return pinned === tool.version.pinned && tool.executables.every(isUnchanged);
}
