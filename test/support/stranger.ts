/** Asks a port as somebody who has no credentials and may come by any name. */
import { request as httpRequest, type IncomingHttpHeaders, type IncomingMessage } from "http";
import { request as httpsRequest } from "https";

export interface Question {
  readonly scheme: "http" | "https";
  readonly method: "GET" | "POST";
  readonly path: string;
  /** The Host header, and with HTTPS the name in the greeting. */
  readonly host: string;
  /** Of the page that asks. */
  readonly origin?: string;
}

export interface Reply {
  /** Undefined where the connection was closed without an answer. */
  readonly status?: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

const TIMEOUT_MS = 5000;

export function askAsStranger(port: number, { scheme, method, path, host, origin }: Question): Promise<Reply> {
  const headers = { host: `${host}:${port}`, ...(origin !== undefined && { origin }) };
  const options = { host: "127.0.0.1", port, method, path, headers, agent: false, timeout: TIMEOUT_MS };
  return new Promise((done) => {
    const unanswered = () => done({ headers: {}, body: "" });
    const answered = (response: IncomingMessage) => {
      let body = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
      response.once("error", unanswered).once("end", () => done({ status: response.statusCode, headers: response.headers, body }));
    };
    const tls = { rejectUnauthorized: false, ...(/[a-z]/.test(host) && { servername: host }) };
    const asked = scheme === "http" ? httpRequest(options, answered) : httpsRequest({ ...options, ...tls }, answered);
    asked.once("error", unanswered).once("timeout", () => asked.destroy(new Error(`no answer in ${TIMEOUT_MS / 1000} s`)));
    // "Lw==" is "/": the first key of everything that an API server stores.
    asked.end(method === "POST" ? '{"key":"Lw==","range_end":"MA=="}' : undefined);
  });
}
