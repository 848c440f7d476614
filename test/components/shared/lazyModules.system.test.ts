import { execFileSync } from "child_process";
import { join } from "path";
import { transformFileSync } from "@swc/core";
import { temporaryFolders } from "../../support/charts";

const checkout = join(__dirname, "../../..");
const folder = temporaryFolders();
const { code } = transformFileSync(join(checkout, "components/shared/lazyModules.ts"), {
  jsc: { target: "es2022", parser: { syntax: "typescript" } },
  module: { type: "commonjs" },
});

// Jest keeps modules of its own; Node's are what the program meets.
const inNode = (script: string): unknown =>
  JSON.parse(execFileSync(process.execPath, ["--eval", `const __dirname = ".";\n${code}\n${script}`], { cwd: checkout, encoding: "utf8" }));

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
