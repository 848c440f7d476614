/** A server that lets in who logs in, in front of files or of a registry. */
import { randomBytes } from "crypto";
import { createServer as createPlain, request, type IncomingMessage, type RequestListener, type ServerResponse } from "http";
import { createServer as createTls } from "https";
import type { AddressInfo } from "net";
import { selfSigned } from "../../sandbox/src/selfSigned";

interface Guarded {
  readonly username: string;
  readonly password: string;
  /** How it asks: as a web server or a plain registry does, or with tokens as Docker Hub and Harbor do. @default Basic */
  readonly challenge?: "Basic" | "Bearer";
  /** Whether it has a certificate, which nobody trusts by himself. @default true */
  readonly tls?: boolean;
  /** By path; or the port of another server of this machine, to which it hands on. */
  readonly holds: Readonly<Record<string, Buffer | string>> | number;
}

export interface LoginServer {
  /** `127.0.0.1:port`. */
  readonly host: string;
  /** With scheme. */
  readonly origin: string;
  /** PEM; empty without TLS. */
  readonly certificate: string;
  /** `METHOD /path` of what was let in. */
  readonly answered: readonly string[];
  readonly close: () => Promise<void>;
}

const basic = (user: string, password: string) => `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
const DAY = 24 * 3600 * 1000;

export async function loginServer({ username, password, challenge = "Basic", tls = true, holds }: Guarded): Promise<LoginServer> {
  const now = Date.now();
  const { certificate, key } = selfSigned(["127.0.0.1", "localhost"], new Date(now - DAY), new Date(now + DAY));
  const token = randomBytes(12).toString("hex");
  const answered: string[] = [];
  const listener: RequestListener = (asked, response) => {
    const { authorization } = asked.headers;
    const { pathname } = new URL(asked.url ?? "", "http://server");
    if (challenge === "Bearer" && pathname === "/token") {
      if (authorization !== basic(username, password)) response.writeHead(401).end();
      else response.end(JSON.stringify({ token }));
    } else if (authorization !== (challenge === "Basic" ? basic(username, password) : `Bearer ${token}`)) {
      const realm = challenge === "Basic" ? 'realm="charts"' : `realm="${origin}/token",service="charts",scope="repository:charts:pull"`;
      response.writeHead(401, { "www-authenticate": `${challenge} ${realm}` }).end();
    } else {
      answered.push(`${asked.method} ${pathname}`);
      if (typeof holds === "number") handOn(holds, asked, response);
      else if (holds[pathname] === undefined) response.writeHead(404).end();
      else response.end(holds[pathname]);
    }
  };
  const server = tls ? createTls({ cert: certificate, key }, listener) : createPlain(listener);
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const origin = `${tls ? "https" : "http"}://${host}`;
  const close = async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  };
  return { host, origin, certificate: tls ? certificate : "", answered, close };
}

function handOn(port: number, asked: IncomingMessage, response: ServerResponse): void {
  const { method, url: path, headers } = asked;
  const further = request({ host: "127.0.0.1", port, method, path, headers: { ...headers, authorization: "" } }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  further.on("error", () => response.writeHead(502).end());
  asked.pipe(further);
}
