/** The npm packages of the lock, and an npm cache that has them all: `npm ci --offline --cache` takes nothing else. */
import { createHash } from "crypto";
import { copyFile, mkdir, readFile, rm } from "fs/promises";
import { dirname, join } from "path";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { run } from "../../sandbox/src/processes";
import { Failure } from "../shared/command";
import { inParallel } from "../../kubesphere/parallel";

export interface NpmPackage {
  readonly name: string;
  readonly version: string;
  /** As in the lock: `sha512-<base64>`. */
  readonly integrity: string;
}

interface Locked {
  readonly name?: string;
  readonly version?: string;
  readonly integrity?: string;
  readonly inBundle?: boolean;
  /** `resolved` is then the folder of a workspace. */
  readonly link?: boolean;
  readonly resolved?: string;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Names of npm's for the parts of a platform such as `linux/amd64`. */
function npmPlatform(platform: string) {
  const [os = "", arch = ""] = platform.split("/");
  return { os, cpu: arch === "amd64" ? "x64" : arch, libc: "glibc" };
}

/** By name, of a lock of npm 7 or newer: what `npm ci` installs on a platform. @param lock the text of package-lock.json */
export function packagesIn(lock: string, platform: string): readonly NpmPackage[] {
  const { packages } = JSON.parse(lock) as { packages: Readonly<Record<string, Locked>> };
  const { os, cpu, libc } = npmPlatform(platform);
  const isForUs = (it: Locked) => fits(os, it.os) && fits(cpu, it.cpu) && (os !== "linux" || fits(libc, it.libc));
  const seen = new Set<string>();
  const found = new Map<string, NpmPackage>();
  // What only another platform's packages depend on is in the lock too, and is not installed.
  const visit = (path: string) => {
    const locked = packages[path];
    if (locked === undefined || seen.has(path) || !isForUs(locked)) return;
    seen.add(path);
    if (locked.link === true) return visit(locked.resolved ?? "");
    const { integrity, version = "", inBundle = false, name = nameIn(path) } = locked;
    if (integrity !== undefined && !inBundle) found.set(`${name}@${version}`, { name, version, integrity });
    for (const dependency of dependenciesOf(path, locked)) {
      const place = placesOf(path, dependency).find((it) => packages[it] !== undefined);
      if (place !== undefined) visit(place);
    }
  };
  visit("");
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, it]) => it);
}

const nameIn = (path: string) => path.replace(/^.*node_modules\//, "");

const dependenciesOf = (path: string, { dependencies, optionalDependencies, peerDependencies, devDependencies }: Locked) =>
  Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies, ...(!path.includes("node_modules/") && devDependencies) });

/** Where Node looks, the nearest first. */
function placesOf(path: string, name: string): string[] {
  const own = `${path === "" ? "" : `${path}/`}node_modules/${name}`;
  return path === "" ? [own] : [own, ...placesOf(/^(.*)\/node_modules\/.*$/.exec(path)?.[1] ?? "", name)];
}

/** npm's rule: a list of what is allowed, or of `!` and what is not. */
const fits = (ours: string, allowed: readonly string[] | undefined) =>
  allowed === undefined ||
  (!allowed.includes(`!${ours}`) && (allowed.includes(ours) || allowed.every((it) => it.startsWith("!") || it === "any")));

/** Those whose content is not in the cache, or is not what the lock says. */
export async function missingFrom(cache: string, packages: readonly NpmPackage[]): Promise<readonly NpmPackage[]> {
  const isThere = await inParallel(packages, async ({ integrity }) => {
    const [, algorithm = "", base64 = ""] = /^(\w+)-(.+)$/.exec(integrity.split(" ")[0] ?? "") ?? [];
    const hex = Buffer.from(base64, "base64").toString("hex");
    // The layout of cacache, npm's cache, since npm 5.
    const file = join(cache, "_cacache", "content-v2", algorithm, hex.slice(0, 2), hex.slice(2, 4), hex.slice(4));
    const data = await readFile(file).catch(() => undefined);
    return data !== undefined && createHash(algorithm).update(data).digest("hex") === hex;
  });
  return packages.filter((_, index) => isThere[index] !== true);
}

/** What `npm ci` reads: the workspace is a link to a folder of the checkout. */
const READ = ["package.json", "package-lock.json", ".npmrc", "sandbox/package.json"];

const CI = ["ci", "--ignore-scripts", "--logs-max=0"];

/** Fills the cache by an installation that is thrown away. @throws Failure with npm's words, or when the cache still lacks some */
export async function fillCache(checkout: string, cache: string, packages: readonly NpmPackage[], platform: string): Promise<void> {
  const folder = await temporaryFolder("mirror-npm");
  try {
    for (const file of READ) {
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await copyFile(join(checkout, file), join(folder, file));
    }
    const { os, cpu, libc } = npmPlatform(platform);
    const only = [`--os=${os}`, `--cpu=${cpu}`, ...(os === "linux" ? [`--libc=${libc}`] : [])];
    const { code, stderr } = await run("npm", [...CI, "--prefix", folder, "--cache", cache, ...only], { cwd: folder });
    if (code !== 0) throw new Failure(`npm ci failed: ${errorsIn(stderr)}`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const missing = await missingFrom(cache, packages);
  if (missing.length > 0) {
    const some = missing.slice(0, 3).map(({ name, version }) => `${name} ${version}`);
    throw new Failure(`npm left ${missing.length} packages out of ${cache}: ${some.join(", ")}${missing.length > 3 ? ", …" : ""}`);
  }
}

const errorsIn = (stderr: string) => {
  const lines = stderr.split("\n").filter((line) => /^npm (error|ERR!)/.test(line));
  return lines.slice(0, 3).join("\n") || stderr.trim();
};
