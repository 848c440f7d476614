/**
 * A chart behind a login, as Helm takes it. What logs in is in files, since every process of the machine may read a command line
 * (`/proc/PID/cmdline`, `ps`).
 */
import { writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";

export interface HelmChart {
  /** A name in `repository`, `http(s)://…`, or `oci://…`. */
  readonly chart: string;
  readonly repository?: string | undefined;
  readonly version?: string | undefined;
  /** Those in the address count before these. */
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  /** The trusted certificate authorities in PEM. */
  readonly caBundle?: string | undefined;
  /** The same as a file. */
  readonly caFile?: string | undefined;
  readonly plainHttp?: boolean | undefined;
}

export interface ChartArguments {
  /** To be run before, where Helm must first read the repository's index. */
  readonly update?: readonly string[];
  /** What names the chart to `helm pull` and `helm show`. */
  readonly which: readonly string[];
}

/** An entry of Helm's `repositories.yaml`. */
interface RepositoryEntry {
  readonly name: string;
  readonly url: string | undefined;
  readonly username?: string | undefined;
  readonly password?: string | undefined;
  readonly caFile?: string;
}

/** Readable by their owner only, as Helm's own are. */
const PRIVATE = { mode: 0o600 };
const NAME = "login";

/** @returns the options by which Helm knows this repository, and no other */
async function writeRepository(folder: string, entry: RepositoryEntry): Promise<string[]> {
  const file = join(folder, "repositories.yaml");
  await writeFile(file, JSON.stringify({ apiVersion: "", repositories: [entry] }), PRIVATE);
  return ["--repository-config", file, "--repository-cache", folder];
}

const indexFile = (folder: string, name: string): string => join(folder, `${name}-index.yaml`);

/**
 * The index of a repository that is known to hold one chart, wherever that is: Helm sends a repository's login to what the index names.
 * @param url of the archive
 * @returns what names the chart to Helm
 */
async function writeIndexOfOne(folder: string, name: string, url: string): Promise<string[]> {
  const entries = { chart: [{ name: "chart", version: "0.0.0", urls: [url] }] };
  await writeFile(indexFile(folder, name), JSON.stringify({ apiVersion: "v1", entries }), PRIVATE);
  return [`${name}/chart`, "--version", "0.0.0"];
}

/**
 * What names a chart to Helm, without user, password, token or query on the command line.
 * @param folder of its own, that only this user can read; the login is there until it is removed
 */
export async function chartArguments(address: HelmChart, folder: string): Promise<ChartArguments> {
  const { chart, repository, version } = address;
  const trusted = await trustedFile(address, folder);
  const flags = [...(trusted === undefined ? [] : ["--ca-file", trusted]), ...(address.plainHttp === true ? ["--plain-http"] : [])];
  const pinned = [...(version === undefined ? [] : ["--version", version]), ...flags];
  const { url, login, isSecret } = parted(repository ?? chart, address);
  if (!isSecret) return { which: [chart, ...(repository === undefined ? [] : ["--repo", repository]), ...pinned] };
  if (url.startsWith("oci://")) return { which: [url, ...pinned, ...(await writeRegistry(folder, url, login))] };
  // An entry's address decides whom Helm gives the login to: the same scheme, host and port.
  const origin = repository === undefined ? new URL("/", url).href : url;
  const places = await writeRepository(folder, { name: NAME, url: origin, ...login, ...(trusted !== undefined && { caFile: trusted }) });
  if (repository === undefined) return { which: [...(await writeIndexOfOne(folder, NAME, url)), ...flags, ...places] };
  return { update: ["repo", "update", NAME, "--fail-on-repo-update-fail", ...places], which: [`${NAME}/${chart}`, ...pinned, ...places] };
}

/** Why a repository's index cannot be had: `helm repo update` says it on standard output only. */
export const updateProblem = (stdout: string): string | undefined =>
  /Unable to get an update from the "[^"]*" .*:\s+(.+)/.exec(stdout)?.[1];

async function trustedFile({ caBundle, caFile }: HelmChart, folder: string): Promise<string | undefined> {
  if (caBundle === undefined) return caFile === undefined ? undefined : resolve(caFile);
  const file = join(folder, "ca.pem");
  await writeFile(file, caBundle, PRIVATE);
  return file;
}

interface Login {
  readonly username?: string | undefined;
  readonly password?: string | undefined;
}

/** The address without its user and password, as far as Helm takes these beside it. */
function parted(address: string, { username, password }: Login): { url: string; login: Login; isSecret: boolean } {
  if (!/^(?:https?|oci):\/\//i.test(address) || !URL.canParse(address)) return { url: address, login: {}, isSecret: false };
  const url = new URL(address);
  if (url.username === "" && url.password === "")
    return { url: address, login: { username, password }, isSecret: url.search !== "" || username !== undefined || password !== undefined };
  const login = { username: decoded(url.username), password: decoded(url.password) };
  // Helm's getter sends a login of two parts only; a token alone goes out with the address, which Go's HTTP client takes it from.
  if (url.protocol !== "oci:" && (login.username === "" || login.password === "")) return { url: address, login: {}, isSecret: true };
  url.username = url.password = "";
  return { url: url.href, login, isSecret: true };
}

/** A `%` that begins no escape is meant as it stands. */
const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};

/** Docker's format, in which Helm keeps what `helm registry login` was given. */
async function writeRegistry(folder: string, url: string, { username = "", password = "" }: Login): Promise<string[]> {
  const file = join(folder, "registry.json");
  const auth = Buffer.from(`${username}:${password}`).toString("base64");
  await writeFile(file, JSON.stringify({ auths: { [new URL(url).host]: { auth } } }), PRIVATE);
  return ["--registry-config", file];
}
