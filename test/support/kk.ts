/** A stand-in for KubeKey: it records what it was given, and leaves what KubeKey 3 leaves. */
import { appendFile, readFile, writeFile } from "fs/promises";
import { join } from "path";

export interface Behaviour {
  /** As `kk version` prints it. */
  readonly version?: string;
  /** What `--show-supported-k8s` lists. */
  readonly supported?: readonly string[];
  readonly lines?: readonly string[];
  /** A file that must be there before it goes on after its first line. */
  readonly waitsFor?: string;
  /** What it leaves as kubeconfig. */
  readonly kubeconfig?: string;
  readonly exitCode?: number;
}

export interface KkCall {
  readonly args: readonly string[];
  readonly cwd: string;
  readonly cwdMode: string;
  /** The cluster file and its mode. */
  readonly file: string;
  readonly fileMode: string;
}

/** It starts Node only for a cluster, since that takes longer than what most tests ask of it. */
const PROGRAM = `#!/bin/sh
here=$(dirname "$0")
case "$*" in
  version) exec cat "$here/version" ;;
  version*) exec cat "$here/supported" ;;
  *) exec node "$here/cluster.js" "$@" ;;
esac
`;

const CLUSTER = `const fs = require("fs");
const path = require("path");
const { lines = [], waitsFor, kubeconfig, exitCode = 0 } = JSON.parse(fs.readFileSync(path.join(__dirname, "behaviour.json"), "utf8"));
const args = process.argv.slice(2);
const mode = (file) => (fs.statSync(file).mode & 0o777).toString(8);
const there = (file) =>
  new Promise((done) => {
    const watcher = fs.watch(path.dirname(file), () => look());
    const look = () => fs.existsSync(file) && (watcher.close(), done());
    look();
  });
(async () => {
  const file = args[args.indexOf("-f") + 1];
  const call = { args, cwd: process.cwd(), cwdMode: mode("."), file: fs.readFileSync(file, "utf8"), fileMode: mode(file) };
  fs.appendFileSync(path.join(__dirname, "calls"), JSON.stringify(call) + "\\n");
  for (const [index, line] of lines.entries()) {
    console.log(line);
    if (index === 0 && waitsFor !== undefined) await there(waitsFor);
  }
  if (kubeconfig !== undefined) {
    fs.mkdirSync("kubekey/pki/etcd", { recursive: true });
    fs.writeFileSync("kubekey/config-kubesphere", kubeconfig);
  }
  if (exitCode !== 0) console.error("error: Pipeline[CreateClusterPipeline] execute failed");
  process.exitCode = exitCode;
})();
`;

/** What KubeKey 3.1.12 says of itself. */
export const KK_VERSION =
  'kk version: &version.Info{Major:"3", Minor:"1", GitVersion:"v3.1.12", GoVersion:"go1.19.13", Platform:"linux/amd64"}';
const SUPPORTED = ["v1.25.3", "v1.25.4", "v1.26.0"];

/** @param folder where nothing else is; the program there is called `kk` */
export async function standInKk(folder: string, behaviour: Behaviour) {
  const program = join(folder, "kk");
  const behave = async ({ version = KK_VERSION, supported = SUPPORTED, ...as }: Behaviour) => {
    const files = { version: `${version}\n`, supported: supported.map((it) => `${it}\n`).join(""), "behaviour.json": JSON.stringify(as) };
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  };
  await behave(behaviour);
  await writeFile(join(folder, "cluster.js"), CLUSTER);
  await writeFile(program, PROGRAM, { mode: 0o755 });
  await appendFile(join(folder, "calls"), "");
  return {
    program,
    behave,
    /** Those that were given a cluster file, in order. */
    calls: async (): Promise<KkCall[]> => {
      const lines = (await readFile(join(folder, "calls"), "utf8")).split("\n").filter((line) => line !== "");
      return lines.map((line) => JSON.parse(line) as KkCall);
    },
  };
}
