/** The plugins under test, where the engine looks for them. */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "fs";
import { dirname, join } from "path";
import { pathToFileURL } from "url";
import { CHECKOUT, run, succeeded } from "../support/sandbox";
import type { Place } from "./sandbox";

export const PLUGINS = ["kubernetes", "random"] as const;

/** The engine asks for exactly the version that the installed SDK names. */
const versionOf = (name: (typeof PLUGINS)[number]): string => {
  const manifest = readFileSync(join(CHECKOUT, "node_modules/@pulumi", name, "package.json"), "utf8");
  return (JSON.parse(manifest) as { pulumi: { version: string } }).pulumi.version;
};

const fileOf = ({ env }: Place, name: (typeof PLUGINS)[number]) =>
  join(env["PULUMI_HOME"] as string, "plugins", `resource-${name}-v${versionOf(name)}`, `pulumi-resource-${name}`);

/** A stand-in is a script, the official plugin is machine code. */
const isScript = (file: string) => readFileSync(file).subarray(0, 2).toString() === "#!";

/** The sandbox takes them from the user's own Pulumi, or downloads them, wherever it can. @throws where it could not */
export function assertOfficial(place: Place): void {
  const missing = PLUGINS.filter((name) => !existsSync(fileOf(place, name)) || isScript(fileOf(place, name)));
  if (missing.length === 0) return;
  const commands = missing.map((name) => `pulumi plugin install resource ${name} ${versionOf(name)}`);
  throw new Error(
    `PROVIDER=official: the official plugins ${missing.join(" and ")} are neither installed in $PULUMI_HOME or ~/.pulumi nor to be downloaded here. ` +
      `Install them (${commands.join("; ")}), or leave PROVIDER out to test the stand-ins.`,
  );
}

/** This checkout's stand-ins, in a Pulumi home of their own: the sandbox's may hold the official plugins. */
export async function writeStandIns(place: Place): Promise<void> {
  const home = place.folder("pulumi");
  rmSync(home, { recursive: true, force: true });
  mkdirSync(home, { recursive: true });
  // As in the sandbox's own: in the place of a folder, a file keeps the engine from writing a log of each run.
  writeFileSync(join(home, "logs"), "");
  const cache = dirname(dirname(home));
  // The bundler is an ES module, which jest cannot load.
  const script = `import { bundle } from ${JSON.stringify(pathToFileURL(join(CHECKOUT, "cli/launch/bundle.mjs")))};
    process.stdout.write(await bundle(...${JSON.stringify([CHECKOUT, cache, "sandbox"])}));`;
  const bundle = succeeded(await run(process.execPath, ["--input-type=module", "--eval", script]));
  for (const name of PLUGINS) {
    const file = fileOf(place, name);
    mkdirSync(dirname(file), { recursive: true });
    const command = [process.execPath, join(bundle, `pulumi-resource-${name}.mjs`)].map(quoted).join(" ");
    writeFileSync(file, `#!/bin/sh\nexport KUBESPHERE_SANDBOX_HOME=${quoted(cache)} KUBESPHERE_SANDBOX_HELM=helm\nexec ${command} "$@"\n`);
    chmodSync(file, 0o755);
  }
}

const quoted = (text: string) => `'${text.replaceAll("'", `'\\''`)}'`;
