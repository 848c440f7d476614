/**
 * Modules that the SDK and zod import and this program never uses are loaded only at their first use: the Automation API, the TypeScript
 * compiler, npm's arborist and normalize-package-data (for functions that are serialized), messages in fifty languages. They are half of all
 * modules, and with the compiler more than half of the loading time.
 */
import Module from "module";

/** Puts a stand-in into Node's module cache; its first use loads the real module. */
function lazily(request: string, importer = __dirname): void {
  const file = require.resolve(request, { paths: [importer] });
  if (require.cache[file]) return;
  const standIn = new Module(file);
  const load = (): object => {
    // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the next line loads the real one into its place
    if (require.cache[file] === standIn) delete require.cache[file];
    return standIn.require(file) as object;
  };
  standIn.exports = new Proxy(() => undefined, {
    get(_, key) {
      // With `__esModule`, an import keeps the stand-in instead of copying its properties.
      if (key === "__esModule") return true;
      const real = load();
      return key === "default" && !("__esModule" in real) ? real : (Reflect.get(real, key) as unknown);
    },
    apply: (_, self, given) => Reflect.apply(load() as () => unknown, self, given),
    has: (_, key) => key in load(),
    ownKeys: () => Reflect.ownKeys(load()),
    getOwnPropertyDescriptor: (_, key) => ({ ...Reflect.getOwnPropertyDescriptor(load(), key), configurable: true }),
  });
  require.cache[file] = standIn;
}

const sdk = require.resolve("@pulumi/pulumi");
lazily("@pulumi/pulumi/automation");
lazily("@pulumi/pulumi/typescript-shim");
lazily("@npmcli/arborist", sdk);
lazily("normalize-package-data", sdk);
lazily("zod/v4/locales");
