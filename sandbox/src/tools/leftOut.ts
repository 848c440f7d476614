/**
 * Leaves out of what is built the packages that no sandbox uses, a fifth of all source: a folder of `sandbox/tools/left-out`, named by an
 * import path, has what stands in that package's place. It does the part that a sandbox needs; what else is asked of it fails with its own words.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { run } from "../processes.js";
import { Failure } from "../report.js";

/** All files under a folder that Go may compile or embed. */
function sources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === "testdata" ? [] : sources(path);
    return entry.name.endsWith("_test.go") ? [] : [path];
  });
}

/** What stands in packages' places in a module folder: absolute paths, sorted. Most module folders have none. */
export const standIns = (goModule: string): readonly string[] =>
  readdirSync(goModule).includes("left-out") ? [...sources(join(goModule, "left-out"))].sort() : [];

interface Package {
  readonly ImportPath: string;
  readonly Dir: string;
  readonly Module: { readonly Path: string; readonly Dir: string };
}

export interface LeftOut {
  /** For `go list` and `go build`. */
  readonly flags: readonly string[];
  /** The folder that Go names of a package → that of its sources. */
  readonly folders: ReadonlyMap<string, string>;
}

/**
 * Go overlays no file in its cache of modules. So each module of which packages are left out is replaced by a folder that exists in the
 * overlay alone: its files are those of the module, which Go has verified by `go.sum`, and ours.
 * @param folder for the overlay and the `go.mod` that names the replacements
 * @throws Failure with Go's own words when it knows no such package
 */
export async function withoutLeftOut(goModule: string, folder: string, env: NodeJS.ProcessEnv): Promise<LeftOut> {
  const importPath = (file: string) => relative(join(goModule, "left-out"), dirname(file));
  const ours = standIns(goModule);
  if (ours.length === 0) return { flags: [], folders: new Map() };
  const listed = await run("go", ["list", "-json=ImportPath,Dir,Module", ...new Set(ours.map(importPath))], { cwd: goModule, env });
  if (listed.code !== 0) throw new Failure(`go list in ${goModule} failed:\n${listed.stderr.trim()}`);
  const packages = JSON.parse(`[${listed.stdout.trim().replaceAll(/^\}\n\{$/gm, "},{")}]`) as readonly Package[];
  const modules = new Map(packages.map(({ Module: { Path, Dir } }) => [Path, Dir]));
  const isLeftOut = new Set(packages.map(({ Dir }) => Dir));

  const overlay = new Map<string, string>();
  for (const [path, dir] of modules)
    for (const file of sources(dir))
      if (!file.endsWith(".go") || !isLeftOut.has(dirname(file))) overlay.set(join(folder, path, relative(dir, file)), file);
  // Go takes a folder for a module only where it finds its go.mod, which modules from before 2018 do not have.
  for (const [path, dir] of modules) {
    if (existsSync(join(dir, "go.mod"))) continue;
    mkdirSync(join(folder, path), { recursive: true });
    writeFileSync(join(folder, path, "go.mod"), `module ${path}\n`);
  }
  for (const file of ours) overlay.set(join(folder, importPath(file), basename(file)), file);

  const file = (name: string) => join(folder, name);
  const replacements = [...modules.keys()].map((path) => `replace ${path} => ${JSON.stringify(file(path))}\n`);
  // Go takes one replacement for a module, and Kubernetes' own modules have one: with their version.
  const isReplaced = (line: string) => modules.has(/^\s*(?:replace\s+)?(\S+)\s+=>/.exec(line)?.[1] ?? "");
  const others = readFileSync(join(goModule, "go.mod"), "utf8")
    .split("\n")
    .filter((line) => !isReplaced(line));
  mkdirSync(folder, { recursive: true });
  writeFileSync(file("go.mod"), `${others.join("\n")}\n${replacements.join("")}`);
  writeFileSync(file("go.sum"), readFileSync(join(goModule, "go.sum")));
  writeFileSync(file("overlay.json"), JSON.stringify({ Replace: Object.fromEntries(overlay) }));
  return {
    flags: [`-modfile=${file("go.mod")}`, `-overlay=${file("overlay.json")}`],
    folders: new Map([...overlay].map(([virtual, actual]) => [dirname(virtual), dirname(actual)])),
  };
}
