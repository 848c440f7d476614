// Bundles the sandbox's TypeScript into executables that need no node_modules: the CLI, the stand-in plugins and the simulator.
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, statSync, utimesSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { fail, sha256 } from "./say.mjs";

const entries = {
  cli: "sandbox/src/cli.ts",
  "pulumi-resource-kubernetes": "sandbox/src/provider/kubernetes/main.ts",
  "pulumi-resource-random": "sandbox/src/provider/random/main.ts",
  "kubesphere-sim": "sandbox/src/sim/main.ts",
};

const filesUnder = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

/** Bundles into a folder of the cache that is named by the digest of everything that goes in; gives that folder. */
export async function bundle(checkout, cache) {
  const sources = [...filesUnder(join(checkout, "sandbox/src")), ...filesUnder(join(checkout, "kubesphere"))].sort();
  const inputs = [fileURLToPath(import.meta.url), join(checkout, "package-lock.json"), ...sources];
  const digest = sha256(inputs.map((file) => `${relative(checkout, file)} ${sha256(readFileSync(file))}`).join("\n")).slice(0, 16);
  const bundles = join(cache, "bundle");
  const folder = join(bundles, digest);
  if (!existsSync(folder)) {
    const temporary = join(bundles, `.new-${process.pid}`);
    try {
      mkdirSync(temporary, { recursive: true });
      await bundleInto(temporary, checkout);
      renameSync(temporary, folder);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      // The bundler's own words on a full disk are a page long.
      if (isFull(cache)) fail(`the disk of ${cache} is full: free some space, or name another folder in KUBESPHERE_SANDBOX_HOME`);
      // Another start may have put the same bundle there meanwhile.
      if (!existsSync(folder)) fail(`bundling the sandbox failed: ${error.message}`);
    }
  }
  utimesSync(folder, new Date(), new Date());
  prune(bundles);
  return folder;
}

const isFull = (folder) => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < 8 * 1024 * 1024;
};

async function bundleInto(dir, checkout) {
  const { rolldown } = await import("rolldown");
  const input = Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(checkout, file)]));
  const build = await rolldown({ input, platform: "node", cwd: checkout, logLevel: "silent" });
  await build.write({ dir, format: "esm", entryFileNames: "[name].mjs", chunkFileNames: "chunk-[hash].mjs" });
  await build.close();
}

/** Keeps what was used within a day, since a running simulator or an exported shell may stand on it, and the four used last. */
function prune(bundles) {
  const used = readdirSync(bundles).map((name) => ({
    path: join(bundles, name),
    time: statSync(join(bundles, name), { throwIfNoEntry: false })?.mtimeMs ?? 0,
  }));
  for (const { path, time } of used.sort((a, b) => b.time - a.time).slice(4)) {
    if (Date.now() - time > 24 * 3600 * 1000) rmSync(path, { recursive: true, force: true });
  }
}
