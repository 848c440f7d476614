/**
 * Node loads this before the SDK, as Pulumi.yaml says. Most of a short run's CPU time went into loading modules that it never uses.
 */
"use strict";
const Module = require("node:module");
const { join } = require("node:path");

const checkout = join(__dirname, "../..");
// What Node has compiled once is not compiled again. From Node 22 on; where the folder cannot be written, nothing changes.
Module.enableCompileCache?.(join(checkout, "node_modules", ".cache", "kubesphere-luban", "compiled"));

const fromHere = Module.createRequire(__filename);
const sdk = Module.createRequire(fromHere.resolve("@pulumi/pulumi"));

/**
 * Puts a stand-in into Node's module cache; its first use loads the real module.
 * @param file its path
 * @param own what the stand-in has itself
 */
function lazily(file, own = {}) {
  const standIn = new Module(file);
  const load = () => {
    // oxlint-disable-next-line typescript/no-dynamic-delete -- the next line loads the real one into its place
    if (require.cache[file] === standIn) delete require.cache[file];
    return standIn.require(file);
  };
  standIn.exports = new Proxy(() => undefined, {
    get(_, key) {
      // With `__esModule`, an import keeps the stand-in instead of copying its properties.
      if (key === "__esModule") return true;
      if (Object.hasOwn(own, key)) return own[key];
      const real = load();
      return key === "default" && !("__esModule" in real) ? real : Reflect.get(real, key);
    },
    apply: (_, self, given) => Reflect.apply(load(), self, given),
    has: (_, key) => key in load(),
    ownKeys: () => Reflect.ownKeys(load()),
    getOwnPropertyDescriptor: (_, key) => ({ ...Reflect.getOwnPropertyDescriptor(load(), key), configurable: true }),
  });
  require.cache[file] = standIn;
}

// The Automation API; what serializes functions: the TypeScript compiler, npm's arborist and normalize-package-data; messages in fifty
// languages. They are half of all modules, and with the compiler more than half of the loading time.
lazily(sdk.resolve("./automation"));
lazily(sdk.resolve("./typescript-shim"));
lazily(sdk.resolve("@npmcli/arborist"));
lazily(sdk.resolve("normalize-package-data"));
lazily(fromHere.resolve("zod/v4/locales"));

// A debugger in every run, for the sake of functions that are serialized. It also sets a flag of V8's, for which all that Node has kept compiled
// is thrown away. The SDK waits for it before the program; who serializes a function waits for the real one.
lazily(sdk.resolve("./runtime/closure/v8Hooks"), { isInitializedAsync: () => Promise.resolve() });

// The SDK asks each resource for its stack trace, and for the first one, which is before quietSdk.ts, the source maps of its own files are read.
lazily(sdk.resolve("source-map-support/register"));
