import { execFileSync } from "child_process";
import { join } from "path";
import { transformFileSync } from "@swc/core";

const checkout = join(__dirname, "../..");
const { code } = transformFileSync(join(checkout, "components/lazyModules.ts"), {
  jsc: { target: "es2022", parser: { syntax: "typescript" } },
  module: { type: "commonjs" },
});

// Jest keeps modules of its own; Node's are what the program meets.
const inNode = (script: string): unknown =>
  JSON.parse(execFileSync(process.execPath, ["--eval", `const __dirname = ".";\n${code}\n${script}`], { cwd: checkout, encoding: "utf8" }));

/** A file of each that is loaded with the whole of it only. */
const LOADED = `["pulumi/automation/localWorkspace.js", "arborist/lib/index.js", "normalize-package-data/lib/fixer.js", "zod/v4/locales/de.cjs"]
  .filter((end) => Object.keys(require.cache).some((file) => file.replaceAll("\\\\", "/").endsWith(end) && require.cache[file].loaded))`;

test("what the program never uses of the SDK and of zod is not paid for at every start, and is there for what asks for it", () => {
  const script = `
    const { automation, runtime } = require("@pulumi/pulumi");
    const { z } = require("zod");
    const loaded = [${LOADED}];
    const found = { automation: typeof automation.LocalWorkspace.createStack, german: typeof z.locales.de().localeError };
    loaded.push(${LOADED});
    runtime.computeCodePaths().then((paths) => {
      loaded.push(${LOADED});
      console.log(JSON.stringify({ loaded, found: { ...found, codePaths: paths.has("node_modules/zod") } }));
    });`;
  expect(inNode(script)).toEqual({
    loaded: [
      [],
      ["pulumi/automation/localWorkspace.js", "zod/v4/locales/de.cjs"],
      ["pulumi/automation/localWorkspace.js", "arborist/lib/index.js", "normalize-package-data/lib/fixer.js", "zod/v4/locales/de.cjs"],
    ],
    found: { automation: "function", german: "function", codePaths: true },
  });
});

test("however a later SDK imports them, it gets all that is in them", () => {
  const script = `
    const automation = require("@pulumi/pulumi/automation");
    const names = [{ ...automation }, Object.keys(automation).length, "LocalWorkspace" in automation];
    const normalize = require(require.resolve("normalize-package-data", { paths: [require.resolve("@pulumi/pulumi")] }));
    const manifest = { name: " a ", version: "1.0.0" };
    normalize(manifest);
    console.log(JSON.stringify({ copied: "LocalWorkspace" in names[0], many: names[1] > 10, has: names[2], name: manifest.name }));`;
  expect(inNode(script)).toEqual({ copied: true, many: true, has: true, name: "a" });
});
