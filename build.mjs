// `npm run build` and `npm pack ./dist`: the components alone, compiled and with their types, as a package that other programs install.
import { execFileSync } from "node:child_process";
import { chmodSync, cpSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules, createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const checkout = dirname(fileURLToPath(import.meta.url));
const dist = resolve(checkout, process.argv[2] ?? "dist");
const require = createRequire(import.meta.url);
const tsc = require.resolve("typescript/bin/tsc");

rmSync(dist, { recursive: true, force: true });
execFileSync(process.execPath, [tsc, "-p", join(checkout, "tsconfig.build.json"), "--outDir", dist], { stdio: "inherit" });
// `npx luban` is found in a clone. Elsewhere npx would ask the npm registry for a package of that name, which is not ours.
const typed = join(dist, "kubesphere/luban.js");
const compiled = readFileSync(typed, "utf8");
if (!compiled.includes('"npx luban"')) throw new Error(`${typed} does not say how a command is typed`);
writeFileSync(typed, compiled.replaceAll('"npx luban"', '"luban"'));
// What they read: the base chart of packages, an icon.
cpSync(join(checkout, "kubesphere"), join(dist, "kubesphere"), { recursive: true, filter: (file) => !file.endsWith(".ts") });
for (const file of ["CHANGELOG.md", "LICENSE"]) cpSync(join(checkout, file), join(dist, file));
cpSync(join(checkout, "docs/library.md"), join(dist, "README.md"));

const { name, version, description, license, engines, dependencies } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
await buildPlugin(join(dist, "plugin"));
const imported = importedBy(dist);
const major = (range) => `^${range.split(".").slice(0, 2).join(".")}.0`;
// A program has one Pulumi SDK, its own.
const isPeer = (dependency) => dependency.startsWith("@pulumi/");
const some = (is) => Object.entries(dependencies).filter(([dependency]) => imported.has(dependency) && is(dependency));
const manifest = {
  ...{ name, version, description, license, engines },
  keywords: ["kubesphere", "kubernetes", "pulumi", "helm"],
  main: "components/index.js",
  types: "components/index.d.ts",
  // `npm run docs` writes there, too.
  files: ["*", "!/docs"],
  dependencies: Object.fromEntries(some((dependency) => !isPeer(dependency))),
  peerDependencies: Object.fromEntries(some(isPeer).map(([dependency, range]) => [dependency, major(range)])),
};
const unknown = [...imported].filter((dependency) => dependency !== name && dependencies[dependency] === undefined);
if (unknown.length > 0) throw new Error(`the components import what package.json does not name: ${unknown.join(", ")}`);
writeFileSync(join(dist, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);

/** What the engine starts for programs in other languages, and what it makes their SDKs of. */
async function buildPlugin(folder) {
  const source = join(checkout, "plugin");
  const { name } = JSON.parse(readFileSync(join(source, "package.json"), "utf8"));
  const executable = join(folder, `pulumi-resource-${name}`);
  writeFileSync(executable, '#!/usr/bin/env node\nrequire("./server.js");\n');
  chmodSync(executable, 0o755);
  // As the language host infers it, which takes the names of the classes alone from their modules.
  const { ComponentProvider } = require("@pulumi/pulumi/provider/experimental");
  const exported = [...readFileSync(join(source, "index.ts"), "utf8").matchAll(/^export class (\w+)/gm)].map(([, name]) => ({ name }));
  const inferred = await new ComponentProvider({ name, dirname: source, components: exported }).getSchema();
  writeFileSync(join(folder, "schema.json"), `${JSON.stringify(JSON.parse(inferred), undefined, 2)}\n`);
}

/** Names of the packages that compiled modules ask for, whenever they do. */
function importedBy(folder) {
  const files = readdirSync(folder, { recursive: true }).filter((file) => /\.(d\.ts|js)$/.test(file));
  const asked = files.flatMap((file) =>
    [...readFileSync(join(folder, file), "utf8").matchAll(/(?:require|import)\("([^".][^"]*)"\)|from "([^".][^"]*)"/g)].map(
      ([, required, from]) => required ?? from,
    ),
  );
  const names = asked.map((request) =>
    request
      .split("/")
      .slice(0, request.startsWith("@") ? 2 : 1)
      .join("/"),
  );
  return new Set(names.filter((request) => !builtinModules.includes(request.replace(/^node:/, ""))));
}
