/**
 * Requests as a browser elsewhere would send them, with names that may be overridden; failures carry the system's code.
 *
 * They go to the user's own platform, which as a rule lies on a network of one's own: any host is asked that the stack's outputs name,
 * and no redirect leads to another one (page.ts). Where a login follows one, it is the user's own KubeSphere that redirects.
 */
import { lookup } from "dns/promises";
import { request as httpRequest } from "http";
import { request as httpsRequest } from "https";
import { isIP } from "net";
import { buffer } from "stream/consumers";
import { rootCertificates } from "tls";
import { usageError } from "../shared/command";

/** As of curl: `*` stands for every host. */
export interface Override {
  readonly host: string;
  readonly port: number;
  readonly address: string;
}

/** @param text `HOST:PORT:ADDRESS` */
export function parseOverride(text: string): Override {
  const [, host = "", port = "", address = ""] = /^([^:]+):(\d+):\[?([^\]]+)\]?$/.exec(text) ?? [];
  if (host === "" || Number(port) > 65535 || isIP(address) === 0)
    throw usageError(`--resolve ${text} is not HOST:PORT:ADDRESS, such as demo.example.com:443:192.168.50.208; * stands for every host`);
  return { host: host.toLowerCase(), port: Number(port), address };
}

export const portOf = ({ port, protocol }: URL): number => Number(port || (protocol === "https:" ? 443 : 80));

/** undefined: DNS says */
export const addressFor = (url: URL, overrides: readonly Override[]): string | undefined =>
  overrides.find(({ host, port }) => port === portOf(url) && (host === "*" || host === url.hostname))?.address;

/** `localhost` and what is under it: browsers ask nobody where those are (RFC 6761). */
export const isLoopbackName = (host: string): boolean => /(?:^|\.)localhost\.?$/.test(host);

/** How long an answer may take, in milliseconds. */
export const TIMEOUT_MS = 15_000;

export interface Network {
  readonly overrides: readonly Override[];
  /** PEM: what is trusted beside the well-known authorities. */
  readonly ca: string | undefined;
}

/** No answer at all. `code` is the system's, such as ECONNREFUSED, or of TLS, such as DEPTH_ZERO_SELF_SIGNED_CERT. */
export class NoAnswer extends Error {
  constructor(
    readonly url: string,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export const addressesOf = (host: string): Promise<readonly string[]> =>
  lookup(host, { all: true }).then((found) => found.map(({ address }) => address));

/**
 * `fetch` without following redirects.
 * @throws NoAnswer
 */
export const fetcher =
  ({ overrides, ca }: Network): typeof fetch =>
  async (...given) => {
    const request = new Request(...given);
    const url = new URL(request.url);
    const body = Buffer.from(await request.arrayBuffer());
    const isTls = url.protocol === "https:";
    const options = {
      host: addressFor(url, overrides) ?? (isLoopbackName(url.hostname) ? "localhost" : url.hostname.replace(/^\[|\]$/g, "")),
      port: portOf(url),
      path: url.pathname + url.search,
      method: request.method,
      headers: { ...Object.fromEntries(request.headers), host: url.host, "content-length": body.length },
      signal: AbortSignal.timeout(TIMEOUT_MS),
      agent: false as const,
      ...(isTls && {
        servername: isIP(url.hostname) === 0 ? url.hostname : "",
        ...(ca !== undefined && { ca: [...rootCertificates, ca] }),
      }),
    };
    return new Promise((done, fail) => {
      const failed = (error: NodeJS.ErrnoException) => {
        const isLate = error.name === "AbortError" || error.name === "TimeoutError";
        const message = isLate ? `no answer within ${TIMEOUT_MS / 1000} s` : error.message;
        fail(new NoAnswer(url.href, isLate ? "ETIMEDOUT" : (error.code ?? ""), message));
      };
      const asked = (isTls ? httpsRequest : httpRequest)(options);
      asked.once("error", failed).once("response", (response) => {
        const headers = new Headers();
        for (const [name, values = []] of Object.entries(response.headersDistinct)) for (const value of values) headers.append(name, value);
        const status = response.statusCode ?? 500;
        const answer = (content: Buffer) => new Response([204, 304].includes(status) ? null : new Uint8Array(content), { status, headers });
        buffer(response).then((content) => done(answer(content)), failed);
      });
      asked.end(body);
    });
  };
