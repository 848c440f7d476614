/** An HTTP or HTTPS server on this machine only, which answers from one function. */
import { createServer, type IncomingHttpHeaders, type IncomingMessage, type RequestListener, type Server } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { SecureContext } from "node:tls";
import type { Answer } from "./bundles.js";

export interface Request {
  method: string;
  /** Without port, in lower case. */
  host: string;
  /** Without query. */
  path: string;
  query: URLSearchParams;
  headers: IncomingHttpHeaders;
  body: string;
}

/** Bytes of a request's body; a login form has a hundred. */
const LARGEST_BODY = 1 << 20;

export type Handler = (request: Request) => Promise<Answer>;

/** The certificate and key of a host; undefined where it has none. */
export type Certificates = (host: string) => Promise<SecureContext | undefined>;

/**
 * @param certificates makes it an HTTPS server, on which a host without one is not answered
 * @throws the system's error, as when the port is taken.
 */
export async function listen(port: number, handler: Handler, certificates?: Certificates): Promise<Server> {
  const answer: RequestListener = (request, response) => {
    const answered = requestOf(request).then(handler).catch(failed);
    const sent = answered.then(({ status, contentType, headers, body }) => {
      response.writeHead(status, {
        ...(contentType !== undefined && { "content-type": contentType }),
        "content-length": Buffer.byteLength(body),
        ...headers,
      });
      response.end(request.method === "HEAD" ? undefined : body);
    });
    sent.catch(console.error);
  };
  const server = certificates ? createTlsServer({ SNICallback: byName(certificates) }, answer) : createServer(answer);
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return server;
}

const byName = (certificates: Certificates) => (host: string, done: (error: Error | null, context?: SecureContext) => void) =>
  void certificates(host.toLowerCase()).then((context) => done(null, context), done);

/** For what has nothing to be changed. */
export const readOnly =
  (handler: Handler): Handler =>
  (request) =>
    request.method === "GET" || request.method === "HEAD" ? handler(request) : notAllowed();

async function requestOf(request: IncomingMessage): Promise<Request> {
  const [, path = "/", query = ""] = /^([^?]*)\??(.*)$/.exec(request.url ?? "/") ?? [];
  return {
    method: request.method ?? "GET",
    host: (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase(),
    path,
    query: new URLSearchParams(query),
    headers: request.headers,
    body: await bodyOf(request),
  };
}

class TooLarge extends Error {}

/** @throws TooLarge: whoever can connect may send, for ever. */
async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  // Not destroyed when it is left: the answer goes out on the same connection.
  for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > LARGEST_BODY) throw new TooLarge();
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString();
}

const plain = (status: number, body: string): Answer => ({ status, contentType: "text/plain; charset=utf-8", body });
const notAllowed = () => Promise.resolve(plain(405, "The sandbox's stand-ins answer GET only\n"));
const failed = (error: unknown): Answer =>
  error instanceof TooLarge
    ? { ...plain(413, `413 Content Too Large: at most ${LARGEST_BODY} bytes\n`), headers: { connection: "close" } }
    : plain(500, `${String(error)}\n`);
