/** The end-to-end tests' own sandbox: real engine, real API server, beside any other sandbox on the machine. */
import { spawn, type SpawnOptions } from "child_process";
import { createHash, randomInt } from "crypto";
import { request as httpRequest, type IncomingHttpHeaders } from "http";
import { request as httpsRequest } from "https";
import { readFileSync } from "fs";
import { resolve } from "path";
import { load } from "js-yaml";
import { isPortFree } from "../../sandbox/src/portFree";

export const CHECKOUT = resolve(__dirname, "../..");
/** How many files of a suite that needs sandboxes run at the same time, at most: `--maxWorkers` in sandbox/run.mjs. */
export const WORKERS = 2;
/** Which of the suites that run at the same time this one is, from 0 on, as sandbox/run.mjs says. */
const FIRST_WORKER = 1 + Number(process.env["TEST_LANE"] ?? 0) * WORKERS;
/** One of the processes of all those suites; what runs before and after those of a suite has the first one's sandbox. */
const WORKER = FIRST_WORKER - 1 + Number(process.env["JEST_WORKER_ID"] ?? 1);

/** Two checkouts that are tested at the same time have sandboxes of their own. No name is how another begins: processes are told by them. */
const nameOf = (worker: number) => `test${worker === 1 ? "" : worker}-${createHash("sha256").update(CHECKOUT).digest("hex").slice(0, 8)}`;
/** The one of this process: files of tests that run at the same time have one each. */
export const SANDBOX = nameOf(WORKER);
/** Those of all processes of a suite. */
export const SANDBOXES: readonly string[] = Array.from({ length: WORKERS }, (_, index) => nameOf(FIRST_WORKER + index));

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a command to its end; its exit code is for the caller to judge. */
export function run(
  command: string,
  args: readonly string[],
  { input, ...options }: SpawnOptions & { readonly input?: string } = {},
): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(command, args, { cwd: CHECKOUT, stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"], ...options });
    child.stdin?.on("error", () => undefined).end(input);
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.once("error", fail);
    child.once("close", (code) => done({ code, stdout, stderr }));
  });
}

/** `npm start` and `npm run sandbox -- …` of this checkout, for the tests' sandbox. */
export const sandboxCommand = (args: readonly string[], options?: SpawnOptions, name = SANDBOX) =>
  run(process.execPath, ["sandbox/run.mjs", ...args, "--name", name], options);

/** Throws what a command said when it failed. */
export function succeeded(ran: Ran): string {
  if (ran.code !== 0) throw new Error(`exit code ${ran.code}\n${ran.stdout}\n${ran.stderr}`);
  return ran.stdout;
}

/**
 * NodePorts are 30000 to 32767; the ends are left to those who count on from here or name ports of their own. Nobody listens on a chosen
 * one until the stack is deployed, so each of Jest's processes has a part.
 */
const [FIRST_PORT, LAST_PORT, PARTS] = [31000, 32600, 4];
const PART = (LAST_PORT - FIRST_PORT) / PARTS;

/**
 * Two ports that nobody listens on and that can be NodePorts.
 * @param from the first to look at, before all others of this process's part in turn. Default: any of the part's first half, or tests of
 * other checkouts begun at the same time would find the same ones; the other half is for those who count on
 */
export async function freeNodePorts(from?: number): Promise<[number, number]> {
  const first = FIRST_PORT + ((WORKER - 1) % PARTS) * PART;
  const start = (from ?? randomInt(first, first + PART / 2)) - first;
  const free: number[] = [];
  for (let n = 0; free.length < 2 && n < PART; n++) {
    const port = first + ((start + n) % PART);
    if (await isPortFree(port)) free.push(port);
  }
  const [one, other] = free;
  if (one === undefined || other === undefined) throw new Error(`no two ports are free between ${first} and ${first + PART - 1}`);
  return [one, other];
}

/**
 * The tests' sandbox anew, on ports of its own: each file of tests that need one begins with it, whatever those before it have left there, and
 * none has to clear away, which takes longer than a control plane that is made anew.
 */
export async function freshSandbox(options?: SpawnOptions, more: readonly "--member"[] = []): Promise<void> {
  succeeded(await sandboxCommand(["sandbox", "reset"], options));
  const [ingress, console] = await freeNodePorts();
  const ports = ["--ingress-port", `${ingress}`, "--console-port", `${console}`];
  // Whether this machine resolves nip.io's names is its own affair.
  succeeded(await sandboxCommand(["sandbox", "up", ...ports, "--names", "nip.io", ...more], options));
}

/** A shell's environment in which `pulumi` and `helm` work on the sandbox. */
export async function environment(): Promise<NodeJS.ProcessEnv> {
  const { PATH_PREFIX, ...variables } = JSON.parse(succeeded(await sandboxCommand(["sandbox", "env", "--json"]))) as Record<string, string>;
  return { ...process.env, ...variables, PATH: `${PATH_PREFIX}:${process.env["PATH"] ?? ""}` };
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Asks a URL at 127.0.0.1, whatever public DNS says of its host. */
export function ask(url: string): Promise<Answer> {
  const { host, port, pathname } = new URL(url);
  return answerOf(httpRequest({ host: "127.0.0.1", port, path: pathname, headers: { host } }));
}

function answerOf(asked: ReturnType<typeof httpRequest>): Promise<Answer> {
  return new Promise((done, fail) => {
    asked.once("error", fail);
    asked.once("response", (response) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      response.once("end", () => done({ status: response.statusCode ?? 0, headers: response.headers, body }));
    });
    asked.end();
  });
}

/** Nothing of a component of the sandbox's control plane happens while `work` runs. */
export async function paused<T>(component: string, work: () => Promise<T>): Promise<T> {
  const { components } = JSON.parse(succeeded(await sandboxCommand(["sandbox", "status", "--json"]))) as {
    components: Record<string, number>;
  };
  const pid = components[component];
  if (pid === undefined) throw new Error(`${component} does not run; what does: ${Object.keys(components).join(", ")}`);
  process.kill(pid, "SIGSTOP");
  try {
    return await work();
  } finally {
    process.kill(pid, "SIGCONT");
  }
}

interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string; readonly "certificate-authority-data": string } }[];
  readonly users: readonly { readonly user: { readonly "client-certificate-data": string; readonly "client-key-data": string } }[];
}

const pem = (base64: string) => Buffer.from(base64, "base64");

/** Asks the sandbox's API server as its administrator. A PATCH is a JSON merge patch; APPLY is what `kubectl apply --server-side --force-conflicts` does. */
export function api(
  env: NodeJS.ProcessEnv,
  verb: "GET" | "POST" | "PATCH" | "APPLY" | "DELETE",
  place: string,
  body?: object,
): Promise<Answer> {
  const type = { APPLY: "application/apply-patch+yaml", PATCH: "application/merge-patch+json" }[verb as string] ?? "application/json";
  const [method, path] = verb === "APPLY" ? ["PATCH", `${place}?fieldManager=kubectl&force=true`] : [verb, place];
  const { clusters, users } = load(readFileSync(env["KUBECONFIG"] as string, "utf8")) as Kubeconfig;
  const [{ cluster }, { user }] = [clusters[0], users[0]] as [Kubeconfig["clusters"][number], Kubeconfig["users"][number]];
  const asked = httpsRequest(new URL(path, cluster.server), {
    method,
    headers: { "content-type": type },
    ca: pem(cluster["certificate-authority-data"]),
    cert: pem(user["client-certificate-data"]),
    key: pem(user["client-key-data"]),
  });
  if (body !== undefined) asked.write(JSON.stringify(body));
  return answerOf(asked);
}

/** Reads an object, or a list, of the sandbox's API server; undefined when it is not there. */
export async function read<T>(path: string, env: NodeJS.ProcessEnv): Promise<T | undefined> {
  const { status, body } = await api(env, "GET", path);
  if (status === 404) return undefined;
  if (status !== 200) throw new Error(`GET ${path}: ${status} ${body}`);
  return JSON.parse(body) as T;
}
