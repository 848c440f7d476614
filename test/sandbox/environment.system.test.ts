import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exportLines, keepNoRunLogs, linkTools } from "../../sandbox/src/environment";
import { sandboxPaths } from "../../sandbox/src/paths";
import { shellWord } from "../../kubesphere/shellWord";
import { pluginFile } from "../../sandbox/src/plugins";

const checkout = join(__dirname, "../..");
const cache = mkdtempSync(join(tmpdir(), "it's a $HOME; "));
const paths = sandboxPaths({ checkout, cache, bundle: join(cache, "bundle") }, "default");
afterAll(() => rmSync(cache, { recursive: true }));

const evaluated = (lines: string, ...names: string[]) =>
  execFileSync("sh", ["-c", `${lines}\nfor name in ${names.join(" ")}; do eval "printf '%s\\n' \\"\\\${$name-unset}\\""; done`], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, PULUMI_CONFIG_PASSPHRASE: "of another project", PULUMI_ACCESS_TOKEN: "of another project" },
  })
    .trimEnd()
    .split("\n");

test("eval of env gives a shell on the sandbox, whatever the cache folder is called, and nothing of the user's own Pulumi", () => {
  const root = join(cache, "sandboxes", "default");
  const names = ["KUBECONFIG", "PULUMI_HOME", "PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE_FILE", "PULUMI_CONFIG_PASSPHRASE"];
  expect(evaluated(exportLines(paths), ...names, "PULUMI_ACCESS_TOKEN", "PULUMI_STACK", "PULUMI_OPTION_CONFIG_FILE", "PATH")).toEqual([
    join(root, "kubeconfig"),
    join(cache, "pulumi"),
    `file://${join(root, "state")}`,
    join(root, "passphrase"),
    "unset",
    "unset",
    "sandbox",
    join(root, "Pulumi.sandbox.yaml"),
    `${join(root, "bin")}:${process.env.PATH ?? ""}`,
  ]);
});

test("downloads of plugins are off exactly when a stand-in is in use", () => {
  const variable = () => evaluated(exportLines(paths), "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION");
  const file = pluginFile(paths, "kubernetes");
  mkdirSync(join(file, ".."), { recursive: true });
  writeFileSync(file, "\x7fELF");
  const official = variable();
  writeFileSync(file, "#!/bin/sh\n# Stand-in of the kubesphere sandbox\n");
  expect({ official, standIn: variable() }).toEqual({ official: ["unset"], standIn: ["true"] });
});

test("Pulumi.yaml says of a host that was built, too, what it does: a bench would measure another start than people have", () => {
  const tools = Object.fromEntries(["pulumi", "pulumi-language-nodejs", "helm"].map((name) => [name, join(paths.tools, "go-0123", name)]));
  mkdirSync(join(paths.tools, "go-0123"), { recursive: true });
  for (const file of Object.values(tools)) writeFileSync(file, '#!/bin/sh\nprintf "%s\\n" "$@"\n', { mode: 0o755 });
  linkTools(paths, tools);
  const started = (cwd: string) =>
    execFileSync(join(paths.bin, "pulumi-language-nodejs"), ["127.0.0.1:1"], { cwd, encoding: "utf8" }).trim().split("\n");
  const nodeargs = "-nodeargs=--require ./components/shared/startUp.cjs";
  expect([started(checkout), started(cache)]).toEqual([[nodeargs, "-typescript=false", "127.0.0.1:1"], ["127.0.0.1:1"]]);
});

test("no run spends most of its time on a log that nobody reads, and what an earlier version has kept of them goes", () => {
  const logs = join(paths.pulumiHome, "logs");
  mkdirSync(logs, { recursive: true });
  writeFileSync(join(logs, "stack-20261130T020250.log"), "");
  for (let up = 0; up < 2; up++) keepNoRunLogs(paths);
  expect(statSync(logs).isFile()).toBe(true);
});

test("texts are quoted only where a shell needs it", () => {
  expect(["/home/me/.cache", "a b", "it's", "$x", ""].map(shellWord)).toEqual(["/home/me/.cache", "'a b'", "'it'\\''s'", "'$x'", "''"]);
});
