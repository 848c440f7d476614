import { execFileSync } from "child_process";
import { join } from "path";
import { transformFileSync } from "@swc/core";

const checkout = join(__dirname, "../..");
const { code } = transformFileSync(join(checkout, "components/lazyArborist.ts"), {
  jsc: { target: "es2022", parser: { syntax: "typescript" } },
  module: { type: "commonjs" },
});

// Jest keeps modules of its own; Node's are what the program meets.
const inNode = (script: string): unknown =>
  JSON.parse(execFileSync(process.execPath, ["--eval", `${code}\n${script}`], { cwd: checkout, encoding: "utf8" }));

const LOADED = `Object.keys(require.cache).filter((file) => /arborist.lib/.test(file)).length > 1`;

test("the SDK's import does not pay for npm's arborist, and what asks for arborist still gets it", () => {
  const script = `
    const { runtime } = require("@pulumi/pulumi");
    const before = ${LOADED};
    runtime.computeCodePaths().then((paths) =>
      console.log(JSON.stringify({ before, after: ${LOADED}, found: paths.has("node_modules/zod") })));`;
  expect(inNode(script)).toEqual({ before: false, after: true, found: true });
});
