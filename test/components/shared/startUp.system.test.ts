import { execFileSync } from "child_process";
import { readFileSync } from "fs";
import { join } from "path";
import { load } from "js-yaml";
import { temporaryFolders } from "../../support/charts";

const checkout = join(__dirname, "../../..");
const folder = temporaryFolders();

const { runtime } = load(readFileSync(join(checkout, "Pulumi.yaml"), "utf8")) as { runtime: { options: { nodeargs: string } } };
const { nodeargs } = runtime.options;

// Jest keeps modules of its own; Node's are what the program meets.
const inNode = (script: string): unknown =>
  JSON.parse(execFileSync(process.execPath, [...nodeargs.split(" "), "--eval", script], { cwd: checkout, encoding: "utf8" }));

/** A file of each that is loaded with the whole of it only. */
const LOADED = `["pulumi/automation/localWorkspace.js", "normalize-package-data/lib/fixer.js", "zod/v4/locales/de.cjs", "arborist/lib/index.js"]
  .filter((end) => Object.keys(require.cache).some((file) => file.replaceAll("\\\\", "/").endsWith(end) && require.cache[file].loaded))`;

test("what the program never uses of the SDK and of zod is not paid for at every start, and is there for what asks for it in any way", async () => {
  const program = await folder({
    "package.json": JSON.stringify({ name: "program", dependencies: { zod: "4.0.0" } }),
    "node_modules/zod/package.json": JSON.stringify({ name: "zod", version: "4.0.0" }),
  });
  const script = `
    const { automation, runtime } = require("@pulumi/pulumi");
    const { z } = require("zod");
    const normalize = require(require.resolve("normalize-package-data", { paths: [require.resolve("@pulumi/pulumi")] }));
    const loaded = [${LOADED}];
    const manifest = { name: " a ", version: "1.0.0" };
    normalize(manifest);
    const found = {
      copied: typeof { ...automation }.LocalWorkspace.createStack,
      named: typeof z.locales.de().localeError,
      called: manifest.name,
    };
    loaded.push(${LOADED});
    // Of a small program: the checkout has hundreds of packages to look through.
    process.chdir(${JSON.stringify(program)});
    runtime.computeCodePaths().then((paths) => {
      loaded.push(${LOADED});
      console.log(JSON.stringify({ loaded, found: { ...found, codePaths: paths.has("node_modules/zod") } }));
    });`;
  const first = ["pulumi/automation/localWorkspace.js", "normalize-package-data/lib/fixer.js", "zod/v4/locales/de.cjs"];
  expect(inNode(script)).toEqual({
    loaded: [[], first, [...first, "arborist/lib/index.js"]],
    found: { copied: "function", named: "function", called: "a", codePaths: true },
  });
});

test("no debugger runs beside the program for functions that nobody serializes: for its sake Node would compile everything anew each time", async () => {
  const script = `
    const { runtime } = require("@pulumi/pulumi");
    const closures = require.resolve("@pulumi/pulumi/runtime/closure/v8Hooks");
    const loaded = [require.cache[closures].loaded];
    const greeting = "hello";
    require(closures)
      .isInitializedAsync()
      .then(() => loaded.push(require.cache[closures].loaded))
      .then(() => runtime.serializeFunction(() => greeting))
      .then(({ text }) => console.log(JSON.stringify({ loaded, isSerialized: text.includes('greeting: "hello"') || text.includes('greeting = "hello"') })));`;
  expect(inNode(script)).toEqual({ loaded: [false, false], isSerialized: true });
});

test("the SDK reads no source maps of its own files for the trace of the first resource", () => {
  const script = `
    require(require.resolve("source-map-support/register", { paths: [require.resolve("@pulumi/pulumi")] }));
    const isLoaded = new Error().stack.length > 0 && Object.keys(require.cache).some((file) => /source-map-support.source-map-support/.test(file));
    console.log(JSON.stringify({ isLoaded }));`;
  expect(inNode(script)).toEqual({ isLoaded: false });
});
