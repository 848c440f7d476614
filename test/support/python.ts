/** Programs in Python on the sandbox's engine, and the SDK that they have of a schema. */
import { copyFile, chmod, mkdir, writeFile } from "fs/promises";
import { delimiter, join } from "path";
import { COMPILER_FLAGS, goEnvironment } from "../../sandbox/src/tools/build";
import { CHECKOUT, run, succeeded } from "./sandbox";

const HOST = "github.com/pulumi/pulumi/sdk/v3/python/cmd/pulumi-language-python";

/**
 * A shell's environment in which Python programs run: the language host is built as the sandbox's own one of Node is, the SDK comes
 * from PyPI. Both are there in seconds where Go's and pip's caches have them.
 * @param root a folder of this test's own
 * @param version of the SDK
 */
export async function pythonEnvironment(shell: NodeJS.ProcessEnv, root: string, version: string): Promise<NodeJS.ProcessEnv> {
  const [host, venv] = [join(root, "host"), join(root, "venv")];
  await Promise.all([languageHost(host), virtualEnvironment(venv, version)]);
  return {
    ...shell,
    PATH: [join(venv, "bin"), host, shell["PATH"]].join(delimiter),
    // The engine looks for this host where PATH leads, and not beside itself alone.
    PULUMI_IGNORE_AMBIENT_PLUGINS: undefined,
  };
}

async function languageHost(folder: string): Promise<void> {
  const cwd = join(CHECKOUT, "sandbox/tools/language-host");
  const go = async (...args: string[]) => succeeded(await run("go", args, { cwd, env: { ...goEnvironment(), GOTOOLCHAIN: "auto" } }));
  await go("build", ...COMPILER_FLAGS, "-o", `${folder}/`, HOST);
  const runner = "pulumi-language-python-exec";
  await copyFile(join((await go("list", "-f", "{{.Dir}}", HOST)).trim(), "..", runner), join(folder, runner));
  await chmod(join(folder, runner), 0o755);
}

async function virtualEnvironment(folder: string, version: string): Promise<void> {
  succeeded(await run("python3", ["-m", "venv", folder]));
  succeeded(await run(join(folder, "bin/pip"), ["install", "--quiet", "--disable-pip-version-check", `pulumi==${version}`]));
}

interface Schema {
  readonly name: string;
  readonly resources: Readonly<Record<string, { readonly inputProperties: object; readonly properties?: object }>>;
}

const snake = (name: string) => name.replace(/([a-z])([A-Z])/g, "$1_$2").toLowerCase();

/**
 * Writes the package that `pulumi package add` would generate of a schema, as far as a program that gives maps and lists needs it: the
 * language host that can be built has no generator.
 */
export async function pythonSdk(schema: string, folder: string): Promise<void> {
  const { name, resources } = JSON.parse(schema) as Schema;
  const classes = Object.entries(resources).map(([type, { inputProperties, properties = {} }]) => {
    const [inputs, outputs] = [Object.keys(inputProperties), Object.keys(properties)];
    const given = [...inputs.map((it) => `"${it}": ${snake(it)}`), ...outputs.map((it) => `"${it}": None`)];
    return [
      `class ${type.split(":").at(-1) ?? ""}(pulumi.ComponentResource):`,
      `    def __init__(self, resource_name, opts=None, *, ${inputs.map((it) => `${snake(it)}=None`).join(", ")}):`,
      `        super().__init__("${type}", resource_name, {${given.join(", ")}}, opts, True)`,
      ...outputs.flatMap((it) => ["    @property", `    def ${snake(it)}(self):`, `        return pulumi.get(self, "${it}")`]),
    ].join("\n");
  });
  await mkdir(join(folder, `pulumi_${name}`), { recursive: true });
  await writeFile(join(folder, `pulumi_${name}/__init__.py`), ["import pulumi", ...classes, ""].join("\n"));
}
