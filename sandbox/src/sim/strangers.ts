/** Keeps web pages of strangers away from the console: by a name of their own that leads here (DNS rebinding), and by requests across origins. */
import { isIP } from "node:net";
import type { Answer } from "./bundles.js";
import type { Handler, Request } from "./httpListener.js";

/** @param isOwn whether a host name is one that the stack gives the console */
export const withoutStrangers =
  (handler: Handler, isOwn: (host: string) => boolean | Promise<boolean>): Handler =>
  async (request) => {
    const { host } = request;
    if (!isBeyondDns(host) && !(await isOwn(host)))
      return refusal(421, `421 Misdirected Request: the console has no name "${host}"; use its address, or a name that the stack declares`);
    if (isForeign(request) && !leadsHere(request))
      return refusal(403, "403 Forbidden: a page of another origin may lead to the console, and ask nothing of it");
    return handler(request);
  };

/**
 * An address, or a name that no DNS server is asked for: a stranger's page cannot have it and lead here.
 * @param host without port
 */
export const isBeyondDns = (host: string): boolean =>
  isIP(host.replace(/^\[|\]$/g, "")) !== 0 || host === "localhost" || host.endsWith(".localhost");

/**
 * Whether a page of another origin has sent it. Browsers say so in Sec-Fetch-Site where the console's address counts as secure, as
 * loopback does; elsewhere only in Origin, of requests that change something. Cookies do not: all ports of an address are one site.
 */
function isForeign({ headers }: Request): boolean {
  const site = headers["sec-fetch-site"];
  if (site !== undefined) return site !== "same-origin" && site !== "none";
  const { origin } = headers;
  return origin !== undefined && !(URL.canParse(origin) && new URL(origin).host === withoutDefaultPort(headers.host ?? "", origin));
}

/** In the form of `URL.host`. */
function withoutDefaultPort(host: string, origin: string): string {
  const url = `${new URL(origin).protocol}//${host}`;
  return URL.canParse(url) ? new URL(url).host : host;
}

/** A link that somebody follows, in a window and not in a frame; an application may also post the form of an authorization request. */
function leadsHere({ method, path, headers }: Request): boolean {
  const mode = headers["sec-fetch-mode"];
  // A link names no origin: with one, and nothing else said, it is a form or a script.
  const isFollowed = mode === undefined ? method === "POST" : mode === "navigate" && headers["sec-fetch-dest"] === "document";
  return isFollowed && (method === "GET" || method === "HEAD" || path === "/oauth/authorize");
}

const refusal = (status: number, text: string): Answer => ({
  status,
  contentType: "text/plain; charset=utf-8",
  headers: { "x-content-type-options": "nosniff" },
  body: `${text}\n`,
});
