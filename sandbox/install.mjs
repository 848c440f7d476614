// Installs the npm dependencies when they are missing or stale. Depends on nothing.
import { spawnSync } from "node:child_process";
import { existsSync, linkSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fail, say, seconds, sha256 } from "./say.mjs";

/** What must be equal for an installation to be good: the lock file, Node's major version and the platform of native parts. */
const installStamp = (checkout) =>
  `${sha256(readFileSync(join(checkout, "package-lock.json")))} node${process.versions.node.split(".")[0]} ${process.platform}-${process.arch}\n`;

function isInstalled(checkout) {
  const stamp = join(checkout, "node_modules", ".sandbox-stamp");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === installStamp(checkout)) return true;
  // npm writes its own lock file last: a plain `npm ci` or `npm install` since then is as good as ours.
  const changed = (file) => statSync(join(checkout, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const installed = changed("node_modules/.package-lock.json");
  if (installed <= changed("package-lock.json") || installed <= changed("node_modules/.sandbox-stamp")) return false;
  writeFileSync(stamp, installStamp(checkout));
  return true;
}

const alive = (pid) => {
  try {
    process.kill(pid, 0);
    // In a container nobody may look after a dead process: it then stays in the list, without a command line.
    return !existsSync("/proc/self/cmdline") || readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch (error) {
    return error.code === "EPERM";
  }
};

const ownerOf = (file) => {
  try {
    return Number(readFileSync(file, "utf8"));
  } catch {
    return 0;
  }
};

/** Two starts at once must not install into one folder: the second waits for the first. Gives the function that unlocks. */
async function lockInstall(checkout) {
  // Not in the cache: two starts may have caches of their own, and yet one node_modules.
  const file = join(tmpdir(), `kubesphere-luban-install-${sha256(checkout).slice(0, 16)}`);
  for (let said = false; ; await new Promise((wake) => setTimeout(wake, 200))) {
    try {
      // A link is made whole or not at all, so nobody ever reads a lock without its owner.
      writeFileSync(`${file}.${process.pid}`, String(process.pid));
      linkSync(`${file}.${process.pid}`, file);
      return () => rmSync(file, { force: true });
    } catch (error) {
      if (error.code !== "EEXIST") throw error;
    } finally {
      rmSync(`${file}.${process.pid}`, { force: true });
    }
    const owner = ownerOf(file);
    if (owner > 0 && !alive(owner)) rmSync(file, { force: true });
    else if (owner > 0 && !said) say(`npm dependencies: process ${owner} is installing them, waiting for it`);
    said = true;
  }
}

/** @returns when the dependencies of the lock file are in place; ends the process when they cannot be had */
export async function install(checkout) {
  if (isInstalled(checkout)) return;
  const unlock = await lockInstall(checkout);
  try {
    if (isInstalled(checkout)) return;
    const since = performance.now();
    say("npm dependencies: missing or stale, running npm ci");
    const npm = process.env.npm_execpath?.endsWith(".js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
    const [command, ...args] = [...npm, "ci", "--loglevel=error"];
    const { status, error } = spawnSync(command, args, { cwd: checkout, stdio: ["ignore", 2, 2] });
    if (status !== 0) {
      fail(`npm ci failed${error ? `: ${error.message}` : ""}. It needs the npm registry: check the network, then run this again.`);
    }
    writeFileSync(join(checkout, "node_modules", ".sandbox-stamp"), installStamp(checkout));
    say(`npm dependencies: installed in ${seconds(since)}`);
  } finally {
    unlock();
  }
}
