/**
 * Here `pulumi` begins, instead of with index.ts: the language host's own TypeScript, which Pulumi.yaml switches off, took a third of a start
 * (the compiler alone is 9 MB of code), and seven seconds more where it had no cache. Each file is transpiled once and kept under the digest of
 * its text, so that an edited one is seen by the next run, and an outdated one never runs.
 */
"use strict";
const { createHash } = require("node:crypto");
const { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const { dirname, join, relative, sep } = require("node:path");

const checkout = join(__dirname, "../..");
const FILE = join(checkout, "node_modules", ".cache", "kubesphere-luban", "program.json");
const OPTIONS = { jsc: { target: "es2022", parser: { syntax: "typescript" } }, module: { type: "commonjs" } };

/** Path → the digest of the text, and what was made of it. */
const transpiled = (() => {
  try {
    return JSON.parse(readFileSync(FILE, "utf8"));
  } catch {
    return {};
  }
})();
const compiler = JSON.stringify(OPTIONS);
let isChanged = false;

function javaScriptOf(file) {
  const source = readFileSync(file, "utf8");
  const path = relative(checkout, file);
  const digest = createHash("sha256").update(compiler).update(source).digest("base64");
  if (transpiled[path]?.digest !== digest) {
    const { code } = require("@swc/core").transformSync(source, { ...OPTIONS, filename: file, swcrc: false });
    transpiled[path] = { digest, code };
    isChanged = true;
  }
  return transpiled[path].code;
}

// Where the host transpiles all the same, for an older one or by somebody's wish, the program's own files are still taken from here.
const others = Module._extensions[".ts"] ?? Module._extensions[".js"];
Module._extensions[".ts"] = (module, file) => {
  const isOwn = file.startsWith(checkout + sep) && !file.includes(`${sep}node_modules${sep}`);
  if (isOwn) module._compile(javaScriptOf(file), file);
  else others(module, file);
};

/** Losing it costs a quarter of a second: on a full disk, or in a folder of somebody else, the next run transpiles again. */
function keep(file, text) {
  const own = `${file}.${process.pid}.new`;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(own, text);
    renameSync(own, file);
  } catch {
    if (existsSync(own)) rmSync(own, { force: true });
  }
}

process.once("exit", () => isChanged && keep(FILE, JSON.stringify(transpiled)));

module.exports = require("../../index.ts");
