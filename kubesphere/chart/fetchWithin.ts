/**
 * `fetch` for downloads from untrusted servers: a redirect may not lead closer to this machine than the first address. From the Internet it
 * leads only to the Internet; it leads to a private network, to the cloud's metadata (169.254.169.254) or to this machine only if the first
 * address was at least as close. The address of each connection is checked, so that a name which resolves differently in between does not
 * help an attacker.
 */
import { lookup as systemLookup, type LookupAddress } from "dns";
import { request as httpRequest, type IncomingMessage } from "http";
import { request as httpsRequest, type RequestOptions as HttpsOptions } from "https";
import { isIP, type LookupFunction } from "net";
import { Readable } from "stream";
import { isGlobal, reachOf } from "./addresses";

export interface FetchOptions {
  /** Ends the request, or the transfer of its answer. */
  readonly signal: AbortSignal;
  /** @default GET */
  readonly method?: "GET" | "HEAD";
  /** The User-Agent. @default this program's name */
  readonly userAgent?: string;
  /** The header of this name; no other origin than the first address's gets it. @default none */
  readonly authorization?: string | undefined;
  /** Media types. @default any */
  readonly accept?: string;
  /** The trusted certificate authorities. @default Node's own */
  readonly tls?: { readonly ca?: string; readonly rejectUnauthorized?: boolean };
  /** All addresses of a name. @default the system's */
  readonly resolve?: (hostname: string) => Promise<readonly LookupAddress[]>;
}

/** A redirect that is not allowed; its message names both addresses. */
export class RefusedRedirect extends Error {}

/** As of `fetch`. */
const MAX_REDIRECTS = 20;
const REDIRECTS = [301, 302, 303, 307, 308];

/** The larger, the closer to this machine. */
const CLOSENESS = ["global", "private", "link-local", "loopback"] as const;
type Closeness = (typeof CLOSENESS)[number];

function closenessOf(address: string): Closeness {
  const reach = reachOf(address);
  // A provider's NAT and unrouted addresses count as closer than the Internet.
  return reach === undefined || reach === "public" ? (isGlobal(address) ? "global" : "private") : reach;
}

const isCloser = (a: Closeness, b: Closeness) => CLOSENESS.indexOf(a) > CLOSENESS.indexOf(b);

/**
 * @param url http(s)
 * @returns the last answer, whatever its status; its body is not decoded
 * @throws RefusedRedirect
 * @throws the error of Node's `http` if there is no answer
 */
export async function fetchWithin(
  url: string,
  { signal, method = "GET", userAgent = "kubesphere-luban", authorization, accept = "*/*", tls = {}, resolve = resolveAll }: FetchOptions,
): Promise<Response> {
  const way: Way = { closest: "loopback", from: undefined };
  let at = new URL(url);
  const { origin } = at;
  for (let hops = 0; hops <= MAX_REDIRECTS; hops++) {
    const headers = { accept, "user-agent": userAgent, ...(authorization !== undefined && at.origin === origin && { authorization }) };
    const message = await ask(at, { ...tls, signal, method, headers }, way, resolve);
    const location = REDIRECTS.includes(message.statusCode ?? 0) ? message.headers.location : undefined;
    if (location === undefined) return responseOf(message, method, signal);
    message.destroy();
    if (!URL.canParse(location, at.href))
      throw new RefusedRedirect(`${at.host} redirects to ${JSON.stringify(location)}, which is no address`);
    const next = new URL(location, at);
    if (!/^https?:$/.test(next.protocol))
      throw new RefusedRedirect(`${at.host} redirects to ${next.protocol}, and only http and https are followed`);
    way.from = at.host;
    at = next;
  }
  throw new RefusedRedirect(`more than ${MAX_REDIRECTS} redirects`);
}

/** What was come by. */
interface Way {
  /** How close to this machine the next host may be. */
  closest: Closeness;
  /** The host that redirected; undefined at the beginning. */
  from: string | undefined;
}

/** Connects only to addresses that were checked. */
async function ask(url: URL, options: HttpsOptions, way: Way, resolve: Required<FetchOptions>["resolve"]): Promise<IncomingMessage> {
  const hostname = url.hostname.replace(/^\[|\]$/g, "");
  const family = isIP(hostname);
  const addresses = family === 0 ? await resolve(hostname) : [{ address: hostname, family }];
  for (const { address } of addresses) {
    const closeness = closenessOf(address);
    if (!isCloser(closeness, way.closest)) continue;
    const where = family === 0 ? `${url.host}, which is ${address}` : url.host;
    throw new RefusedRedirect(`${way.from ?? ""} redirects to ${where}: a ${closeness} address, to which nothing out there may lead`);
  }
  // It is unknown which of several addresses answers: the farthest one counts.
  for (const { address } of addresses) if (isCloser(way.closest, closenessOf(address))) way.closest = closenessOf(address);
  const lookup: LookupFunction = (_hostname, { all }, done) => {
    const [first] = addresses;
    if (all) done(null, [...addresses]);
    else done(null, first?.address ?? "", first?.family);
  };
  const request = url.protocol === "https:" ? httpsRequest : httpRequest;
  return new Promise((answered, failed) => {
    const headers = { "accept-encoding": "identity", ...(options.headers as Record<string, string>) };
    request(url, { ...options, headers, lookup, agent: false })
      .once("response", answered)
      .once("error", (error: Error) => failed(options.signal?.aborted ? (options.signal.reason as Error) : told(error)))
      .end();
  });
}

/** If several addresses were tried, the error has no message of its own. */
function told(error: Error): Error {
  const [first] = (error as Partial<AggregateError>).errors ?? [];
  return error.message === "" && first instanceof Error ? first : error;
}

function responseOf(message: IncomingMessage, method: "GET" | "HEAD", signal: AbortSignal): Response {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(message.headersDistinct)) for (const value of values) headers.append(name, value);
  const { statusCode: status = 500, statusMessage: statusText = "" } = message;
  const isEmpty = method === "HEAD" || [204, 205, 304].includes(status);
  if (isEmpty) message.resume();
  else signal.addEventListener("abort", () => message.destroy(signal.reason as Error), { once: true });
  const body = isEmpty ? null : (Readable.toWeb(message) as ReadableStream<Uint8Array>);
  return new Response(body, { status, statusText, headers });
}

const resolveAll = (hostname: string): Promise<readonly LookupAddress[]> =>
  new Promise((done, fail) => systemLookup(hostname, { all: true }, (error, found) => (error ? fail(error) : done(found))));
