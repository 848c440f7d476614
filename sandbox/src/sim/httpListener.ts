/** An HTTP server on this machine only, which answers from one function. */
import { createServer, type Server } from "node:http";
import type { Answer } from "./bundles.js";

export interface Request {
  /** Without port, in lower case. */
  host: string;
  /** Without query. */
  path: string;
}

export type Handler = (request: Request) => Promise<Answer>;

/** @throws the system's error, as when the port is taken. */
export async function listen(port: number, handler: Handler): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").replace(/\?.*$/, "");
    const host = (request.headers.host ?? "").replace(/:\d+$/, "").toLowerCase();
    const answered = request.method === "GET" || request.method === "HEAD" ? handler({ host, path }) : notAllowed();
    answered.catch(failed).then(({ status, contentType, body }) => {
      response.writeHead(status, { "content-type": contentType, "content-length": Buffer.byteLength(body) });
      response.end(request.method === "HEAD" ? undefined : body);
    }, console.error);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return server;
}

const plain = (status: number, body: string): Answer => ({ status, contentType: "text/plain; charset=utf-8", body });
const notAllowed = () => Promise.resolve(plain(405, "The sandbox's stand-ins answer GET only\n"));
const failed = (error: unknown) => plain(500, `${String(error)}\n`);
