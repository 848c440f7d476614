/** KubeKey's program: what it is, and one run of it on files that nobody else sees. */
import { spawn } from "child_process";
import { constants } from "fs";
import { access, readFile, rm, writeFile } from "fs/promises";
import { join, resolve } from "path";
import { createInterface } from "readline";
import type { Readable } from "stream";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { getKubekey, KUBEKEY } from "../../kubesphere/cluster/kubekey";
import { readYaml } from "../../kubesphere/yaml/goYaml";
import { Failure } from "../shared/command";
import { maskUrls } from "../shared/urls";
import type { KkCall } from "./files";
import type { Printed } from "./kubekey4";

interface Found {
  /** A command on PATH, or a path. */
  readonly program: string;
  /** e.g. `v3.1.12`; undefined for one built by hand. */
  readonly version: string | undefined;
}
interface Kk3 extends Found {
  readonly major: 3;
}
interface Kk4 extends Found {
  readonly major: 4;
  /** For the version of Kubernetes that it was asked for. */
  readonly printed: Printed;
}
export type Kk = Kk3 | Kk4;

export interface KkRun extends KkCall {
  /** Where it leaves the kubeconfig, from the folder that it runs in. */
  readonly kubeconfig: string;
  /** Gets each line that it prints, as it prints it but for what logs in to an address. */
  readonly say: (line: string) => void;
}

export interface KkResult {
  /** Never null: a signal counts as a shell counts it. */
  readonly code: number;
  /** As KubeKey left it; undefined when it did not. Holds credentials. */
  readonly kubeconfig: string | undefined;
}

/**
 * @param given `--kk`; default: `kk` on PATH
 * @param kubernetes the version that is installed
 * @param installs whether it is to install that one; else a cluster of it is there already
 * @throws Failure when there is none, when it is neither KubeKey 3 nor 4, and when it does not know the version
 */
export async function findKk(given: string | undefined, kubernetes: string, installs: boolean): Promise<Kk> {
  const program = given === undefined ? "kk" : given.includes("/") ? resolve(given) : given;
  // KubeKey 3 prints a Go struct, KubeKey 4 JSON.
  const said = await output(program, ["version"]);
  if (said === undefined) throw new Failure(`${program} version failed: name KubeKey's program with --kk`);
  const version = /\bv\d+\.\d+\.\d+[^\s",}]*/.exec(said)?.[0];
  const found = { program, version };
  if (version?.startsWith("v4.")) return { ...found, major: 4, printed: await printed(program, version, kubernetes) };
  if (version !== undefined && !version.startsWith("v3."))
    throw new Failure(`${program} is KubeKey ${version}, which is not known here: get ${EITHER}`);
  if (installs) await refuseUnsupported(found, kubernetes);
  return { ...found, major: 3 };
}

async function refuseUnsupported({ program, version }: Found, kubernetes: string): Promise<void> {
  const list = ((await output(program, ["version", "--show-supported-k8s"])) ?? "").split(/\s+/).filter((word) => /^v\d/.test(word));
  if (list.length === 0 || list.includes(kubernetes)) return;
  const minor = kubernetes.replace(/\.\d+$/, ".");
  const near = list.filter((it) => it.startsWith(minor));
  throw new Failure(
    `KubeKey ${version ?? program} does not install Kubernetes ${kubernetes}; it knows ${(near.length > 0 ? near : list).join(", ")}: ${ANOTHER}`,
  );
}

const ANOTHER = "set kubesphere:cluster.kubekey.kubernetesVersion, or take another KubeKey";

/** It has a template for each minor version of Kubernetes, and no list of them. @throws Failure where it has none */
async function printed(program: string, version: string, kubernetes: string): Promise<Printed> {
  const asked = ["create", "config", "--with-kubernetes", kubernetes];
  const [inventory, config] = await Promise.all([output(program, ["create", "inventory"]), output(program, asked)]);
  if (config === undefined)
    throw new Failure(
      `KubeKey ${version} does not install Kubernetes ${kubernetes}: \`kk ${asked.join(" ")}\` failed; KubeKey ${KUBEKEY[4].latest} knows ${KUBEKEY[4].kubernetes}: ${ANOTHER}`,
    );
  return { inventory: asMap(inventory, `${program} create inventory`), config: asMap(config, `${program} ${asked.join(" ")}`) };
}

function asMap(text: string | undefined, command: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    [value] = readYaml(text ?? "");
  } catch {
    // Told below.
  }
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Readonly<Record<string, unknown>>;
  throw new Failure(`\`${command}\` prints no map in YAML, over which this stack's settings could be written: take another KubeKey`);
}

/** What it prints on its standard output; undefined when it fails. @throws Failure when there is no such program */
function output(program: string, args: readonly string[]): Promise<string | undefined> {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { env: process.env, stdio: ["ignore", "pipe", "pipe"] });
    let [stdout, stderr] = ["", ""];
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", (error) => fail(cannotRun(program, error)));
    // KubeKey 4 prints its version on the other stream.
    child.once("close", (code) => done(code === 0 ? stdout || stderr : undefined));
  });
}

const EITHER = `${getKubekey(3)} or ${getKubekey(4)}, and name it with --kk`;

/** There is no such program. */
export class NoKk extends Failure {}

function cannotRun(program: string, error: NodeJS.ErrnoException): Failure {
  if (error.code !== "ENOENT") return new Failure(`${program} cannot be run: ${error.message}`);
  return new NoKk(`${program === "kk" ? "kk is not on PATH" : `${program} is not there`}: get ${EITHER}`);
}

/**
 * Runs it in a temporary folder of its own, which only this user may enter and which is gone afterwards, whatever happens: the
 * files may hold passwords, and KubeKey leaves keys of etcd and an administrator's kubeconfig beside them.
 */
export async function runKk({ program }: Kk, { args, files, kubeconfig, say }: KkRun): Promise<KkResult> {
  const folder = await temporaryFolder("kubekey");
  try {
    for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text, { mode: 0o600 });
    const code = await ended(program, args, folder, say);
    return { code, kubeconfig: await readFile(join(folder, kubeconfig), "utf8").catch(() => undefined) };
  } finally {
    await removed(folder, say);
  }
}

/** KubeKey 4 works in it with sudo, too: what it then leaves is root's, and goes with sudo only. */
async function removed(folder: string, say: KkRun["say"]): Promise<void> {
  const left = await rm(folder, { recursive: true, force: true }).then(
    () => false,
    () => true,
  );
  if (left && (await output("sudo", ["-n", "rm", "-rf", "--", folder]).catch(() => undefined)) === undefined)
    say(`KubeKey has left files of root in ${folder}, passwords among them: remove it with \`sudo rm -rf ${folder}\``);
}

const SIGNALS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

async function ended(program: string, args: readonly string[], cwd: string, say: (line: string) => void): Promise<number> {
  const child = spawn(program, args, { cwd, env: process.env, argv0: "kk", stdio: ["ignore", "pipe", "pipe"] });
  // It ends first, and then this process, which has a folder to remove.
  const pass = (signal: NodeJS.Signals) => child.kill(signal);
  const signals = Object.keys(SIGNALS) as (keyof typeof SIGNALS)[];
  for (const signal of signals) process.on(signal, pass);
  try {
    const lines = Promise.all([child.stdout, child.stderr].map((stream) => tell(stream, say)));
    const code = await new Promise<number>((done, fail) => {
      child.once("error", (error) => fail(cannotRun(program, error)));
      child.once("exit", (code, signal) => done(code ?? SIGNALS[signal as keyof typeof SIGNALS] ?? 1));
    });
    await lines;
    return code;
  } finally {
    for (const signal of signals) process.off(signal, pass);
  }
}

async function tell(stream: Readable, say: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) say(maskUrls(line));
}

/** @returns why the file cannot be read, as the system calls it; undefined when it can be */
export const unreadable = (file: string): Promise<string | undefined> =>
  access(file, constants.R_OK).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
