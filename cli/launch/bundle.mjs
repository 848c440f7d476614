// Bundles TypeScript into executables that need no node_modules, together with the files that they read.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statfsSync, statSync, utimesSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundleOf, commands } from "../commands.cjs";
import { fail, sha256 } from "./say.mjs";

/**
 * What is bundled together: the executables, the folders of their TypeScript, and those of the files that they read.
 * Several kinds, so that none is made anew, and no simulator started again, for another's sake.
 */
const ofCommands = {
  folders: ["cli", "policy", "kubesphere", "settings", "components", "sandbox/src"],
  assets: ["cli", "kubesphere"],
};
const entriesOf = (kind) =>
  Object.fromEntries(
    Object.keys(commands)
      .filter((name) => bundleOf(name) === kind)
      .map((name) => [name, `cli/${name}/main.ts`]),
  );
const kinds = {
  sandbox: {
    folders: ["sandbox/src", "kubesphere"],
    assets: [],
    entries: {
      cli: "sandbox/src/cli.ts",
      "pulumi-resource-kubernetes": "sandbox/src/provider/kubernetes/main.ts",
      "pulumi-resource-random": "sandbox/src/provider/random/main.ts",
      "kubesphere-sim": "sandbox/src/sim/main.ts",
    },
  },
  tools: {
    folders: ["sandbox/src"],
    assets: [],
    entries: { tools: "sandbox/src/tools/main.ts", workflows: "sandbox/src/workflows/main.ts" },
  },
  commands: { ...ofCommands, entries: entriesOf("commands") },
  program: { ...ofCommands, entries: entriesOf("program") },
  bench: {
    folders: ["bench", ...ofCommands.folders],
    assets: ofCommands.assets,
    entries: { bench: "bench/main.ts", pack: "bench/pack.ts", follow: "bench/follow.ts", watch: "bench/watch.ts" },
  },
};

const isTypeScript = (file) => file.endsWith(".ts");
const filesUnder = (folder) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));

/** Bundles into a folder of the cache that is named by the digest of everything that goes in; gives that folder. */
export async function bundle(checkout, cache, kind) {
  const { folders, assets, entries } = kinds[kind];
  const sources = folders.flatMap((folder) => filesUnder(join(checkout, folder)).filter(isTypeScript));
  const copied = assets.flatMap((folder) => filesUnder(join(checkout, folder)).filter((file) => !isTypeScript(file)));
  const inputs = [fileURLToPath(import.meta.url), join(checkout, "package-lock.json"), ...[...sources, ...copied].sort()];
  const contents = inputs.map((file) => `${relative(checkout, file)} ${sha256(readFileSync(file))}`);
  const digest = sha256([kind, ...contents].join("\n")).slice(0, 16);
  const bundles = join(cache, "bundle");
  const folder = join(bundles, digest);
  if (!existsSync(folder)) {
    const temporary = join(bundles, `.new-${process.pid}`);
    try {
      mkdirSync(temporary, { recursive: true });
      await bundleInto(temporary, checkout, entries);
      for (const file of copied) cpSync(file, join(temporary, relative(checkout, file)));
      renameSync(temporary, folder);
    } catch (error) {
      rmSync(temporary, { recursive: true, force: true });
      // The bundler's own words on a full disk are a page long.
      if (isFull(cache)) fail(`the disk of ${cache} is full: free some space, or name another folder in KUBESPHERE_SANDBOX_HOME`);
      // Another start may have put the same bundle there meanwhile.
      if (!existsSync(folder)) fail(`bundling the ${kind}'s sources failed: ${error.message}`);
    }
  }
  utimesSync(folder, new Date(), new Date());
  prune(bundles);
  return folder;
}

/** An executable as a module, to run in this process: a second one would take as long to start as most of them take. */
export const load = async (checkout, cache, kind, name) =>
  import(pathToFileURL(join(await bundle(checkout, cache, kind), `${name}.mjs`)).href);

const isFull = (folder) => {
  const { bavail, bsize } = statfsSync(folder);
  return bavail * bsize < 8 * 1024 * 1024;
};

async function bundleInto(dir, checkout, entries) {
  const { rolldown } = await import("rolldown");
  const input = Object.fromEntries(Object.entries(entries).map(([name, file]) => [name, join(checkout, file)]));
  const build = await rolldown({ input, platform: "node", cwd: checkout, logLevel: "silent", plugins: [keepFolders(checkout)] });
  await build.write({ dir, format: "esm", entryFileNames: "[name].mjs", chunkFileNames: "chunk-[hash].mjs" });
  await build.close();
}

/** A module that reads files beside itself finds their copies in the bundle's folder, where `__dirname` would be the bundle's own. */
const keepFolders = (checkout) => ({
  name: "keep-folders",
  transform(code, id) {
    if (!id.startsWith(checkout + sep) || id.includes(`${sep}node_modules${sep}`) || !code.includes("__dirname")) return undefined;
    const folder = JSON.stringify(`/${relative(checkout, dirname(id)).replaceAll(sep, "/")}`);
    return { code: code.replaceAll(/\b__dirname\b/g, `(import.meta.dirname + ${folder})`), map: null };
  },
});

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
