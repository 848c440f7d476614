// Installs the npm dependencies when they are missing or stale. Depends on nothing.
import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
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

/** Id, start and PID namespace: ids are used again, and mean somebody else in another container. */
const identity = (pid) =>
  `${pid} ${
    read(`/proc/${pid}/stat`)
      .replace(/^.*\) /s, "")
      .split(" ")[19] ?? ""
  } ${namespace()}`;
const namespace = () => {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
};

const read = (file) => {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return "";
  }
};

/** Whether the holder is known to be gone; who lives in another container cannot be seen. */
function isDead(holder) {
  const [pid, , place] = holder.split(" ");
  if (place !== namespace()) return false;
  try {
    process.kill(Number(pid), 0);
    // In a container nobody may look after a dead process: it then stays in the list, without a command line.
    return existsSync("/proc/self/cmdline") && (read(`/proc/${pid}/cmdline`) === "" || !holder.startsWith(identity(pid)));
  } catch (error) {
    return error.code !== "EPERM";
  }
}

/** A folder that nobody else can write to, or put something else in the place of. */
function ownFolder() {
  const folder = join(tmpdir(), `kubesphere-luban-${process.geteuid?.() ?? "user"}`);
  try {
    mkdirSync(folder, { mode: 0o700 });
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
  const info = lstatSync(folder);
  if (!info.isDirectory() || info.uid !== (process.geteuid?.() ?? info.uid))
    fail(`${folder} is not a folder of this user's own: have it removed, or name another folder for temporary files in TMPDIR`);
  return folder;
}

/**
 * As `src/lock.ts` does it, which explains it, and without what it needs: whoever follows a dead holder takes the lock on that holding first.
 * @returns whether it is held now
 */
function acquire(file, own) {
  const next = `${file}.new-${process.pid}`;
  writeFileSync(next, own);
  try {
    // A link is made whole or not at all, so nobody ever reads a lock without its holder.
    linkSync(next, file);
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  } finally {
    rmSync(next, { force: true });
  }
  const holder = read(file);
  if (holder === "" || !isDead(holder)) return false;
  const succession = `${file}.${sha256(holder).slice(0, 16)}`;
  if (!acquire(succession, own)) return false;
  try {
    if (read(file) !== holder) return false;
    writeFileSync(next, own);
    renameSync(next, file);
    return true;
  } finally {
    rmSync(succession, { force: true });
  }
}

/** Two starts at once must not install into one folder: the second waits for the first. Gives the function that unlocks. */
async function lockInstall(checkout) {
  // Not in the cache: two starts may have caches of their own, and yet one node_modules.
  const file = join(ownFolder(), `install-${sha256(checkout).slice(0, 16)}`);
  const own = `${identity(process.pid)} ${randomUUID()}`;
  for (let said = false; !acquire(file, own); said = true) {
    if (!said)
      say(`npm dependencies: process ${parseInt(read(file), 10)} is installing them, waiting for it; if there is none, remove ${file}`);
    await new Promise((wake) => setTimeout(wake, 200));
  }
  return () => rmSync(file, { force: true });
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
