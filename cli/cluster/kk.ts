/** KubeKey's program: what it is, and one run of it on a cluster file that nobody else sees. */
import { spawn } from "child_process";
import { constants } from "fs";
import { access, readFile, rm, writeFile } from "fs/promises";
import { join, resolve } from "path";
import { createInterface } from "readline";
import type { Readable } from "stream";
import { temporaryFolder } from "../../kubesphere/chart/temporaryFolder";
import { Failure } from "../shared/command";
import { maskUrls } from "../shared/urls";
import { CLUSTER_NAME } from "./clusterFile";

export interface Kk {
  /** A command on PATH, or a path. */
  readonly program: string;
  /** e.g. `v3.1.12`; undefined for one built by hand. */
  readonly version: string | undefined;
}

export interface KkRun {
  /** Without `-f` and `-y`. */
  readonly args: readonly string[];
  /** The cluster file's text. */
  readonly file: string;
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
 * @param kubernetes the version that it must be able to install; undefined where nothing is installed
 * @throws Failure when there is none, when it is no KubeKey 3, and when it says that it does not know the version
 */
export async function findKk(given: string | undefined, kubernetes: string | undefined): Promise<Kk> {
  const program = given === undefined ? "kk" : given.includes("/") ? resolve(given) : given;
  // KubeKey 3 prints a Go struct, KubeKey 4 the bare version.
  const said = await output(program, ["version"]);
  if (said === undefined) throw new Failure(`${program} version failed: name KubeKey's program with --kk`);
  const version = /\bv\d+\.\d+\.\d+[^\s",}]*/.exec(said)?.[0];
  if (version !== undefined && !version.startsWith("v3."))
    throw new Failure(`${program} is KubeKey ${version}, whose cluster files have another form: take a KubeKey 3, such as v3.1.12`);
  if (kubernetes === undefined) return { program, version };
  const list = ((await output(program, ["version", "--show-supported-k8s"])) ?? "").split(/\s+/).filter((word) => /^v\d/.test(word));
  if (list.length > 0 && !list.includes(kubernetes)) {
    const minor = kubernetes.replace(/\.\d+$/, ".");
    const near = list.filter((it) => it.startsWith(minor));
    throw new Failure(
      `KubeKey ${version ?? program} does not install Kubernetes ${kubernetes}; it knows ${(near.length > 0 ? near : list).join(", ")}: set kubesphere:cluster.kubekey.kubernetesVersion, or take another KubeKey`,
    );
  }
  return { program, version };
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

const GET = "get it with `curl -sfL https://get-kk.kubesphere.io | VERSION=v3.1.12 sh -`, and name it with --kk";

function cannotRun(program: string, error: NodeJS.ErrnoException): Failure {
  if (error.code !== "ENOENT") return new Failure(`${program} cannot be run: ${error.message}`);
  return new Failure(program === "kk" ? `kk is not on PATH: ${GET}` : `${program} is not there: ${GET}`);
}

/**
 * Runs it in a temporary folder of its own, which only this user may enter and which is gone afterwards, whatever happens: the
 * cluster file may hold passwords, and KubeKey leaves keys of etcd and an administrator's kubeconfig beside it.
 */
export async function runKk({ program }: Kk, { args, file, say }: KkRun): Promise<KkResult> {
  const folder = await temporaryFolder("kubekey");
  try {
    const path = join(folder, "cluster.yaml");
    await writeFile(path, file, { mode: 0o600 });
    const code = await ended(program, [...args, "-f", path, "-y"], folder, say);
    // With its own name alone for a path, KubeKey takes the current folder's `kubekey` for its work (GenerateWorkDir, LoadKubeConfig).
    const left = join(folder, "kubekey", `config-${CLUSTER_NAME}`);
    return { code, kubeconfig: await readFile(left, "utf8").catch(() => undefined) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
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
