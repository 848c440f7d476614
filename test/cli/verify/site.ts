/** What answers under the names of a stack: one server on this machine, for each host and path of its own. */
import { createServer, type OutgoingHttpHeaders, type RequestListener } from "http";
import { createServer as createTlsServer } from "https";
import type { AddressInfo } from "net";
import type { Server } from "net";
import { runAll, type Checked } from "../../../cli/verify/check";
import { checksOf } from "../../../cli/verify/checks";
import { parseOverride } from "../../../cli/verify/http";
import { statedIngress } from "../../../cli/shared/statedIngress";
import type { Target } from "../../../cli/verify/target";
import { selfSigned } from "../../support/selfSigned";

type Answer = [status: number, body: string, headers?: OutgoingHttpHeaders];
export type Routes = Readonly<Record<string, Answer | undefined>>;

const day = 24 * 3600 * 1000;
/** Of the console over HTTPS. */
export const pair = selfSigned(["ks.example.com"], new Date(Date.now() - day), new Date(Date.now() + day));

export const site = {
  /** By host and path. */
  routes: {} as Routes,
  /** Hosts and paths that were asked, each with its cookies. */
  asked: [] as string[],
  port: 0,
  securePort: 0,
};

const answer: RequestListener = ({ headers, url }, response) => {
  const [host = ""] = (headers.host ?? "").split(":");
  site.asked.push([`${host}${url}`, headers.cookie].filter(Boolean).join(" "));
  const [status, body, more] = site.routes[`${host}${url}`] ?? [404, "nothing here"];
  response.writeHead(status, more).end(body);
};
const server = createServer(answer);
const secure = createTlsServer({ cert: pair.certificate, key: pair.key }, answer);

beforeAll(async () => {
  const portOf = async (it: Server) => {
    await new Promise<void>((listening) => it.listen(0, "127.0.0.1", listening));
    return (it.address() as AddressInfo).port;
  };
  [site.port, site.securePort] = [await portOf(server), await portOf(secure)];
});
beforeEach(() => {
  site.asked = [];
});
afterAll(() => {
  for (const it of [server, secure]) {
    it.closeAllConnections();
    it.close();
  }
});

export const consoleUrl = () => `http://ks.example.com:${site.port}`;
export const ui = () => `http://demo.example.com:${site.port}/`;
export const bundle = () => `${consoleUrl()}/pstatic/dist/demo/index.js`;
export const target = (changes: Partial<Target> = {}): Target => ({
  access: { domain: "example.com" },
  ingress: statedIngress({}),
  consoleUrl: consoleUrl(),
  issuer: consoleUrl(),
  extensions: [{ name: "demo", url: ui(), bundleUrl: bundle(), hasBundle: true, hasIngress: true }],
  client: undefined,
  password: undefined,
  ca: undefined,
  members: [],
  ...changes,
});
export const healthy = (): Record<string, Answer> => ({
  "ks.example.com/": [302, ""],
  "ks.example.com/pstatic/dist/demo/index.js": [200, 'System.register(["react"], function () {});'],
  "demo.example.com/": [200, "hello"],
  "ks.example.com/.well-known/openid-configuration": [
    200,
    JSON.stringify({ issuer: consoleUrl(), jwks_uri: `${consoleUrl()}/oauth/keys`, token_endpoint: `${consoleUrl()}/oauth/token` }),
  ],
  "ks.example.com/oauth/keys": [200, JSON.stringify({ keys: [{ kty: "RSA" }] })],
});

/** All names lead to this machine. @param ca what is trusted beside the well-known authorities */
export const verify = async (wanted: Target = target(), ca?: string): Promise<readonly Checked[]> =>
  runAll(checksOf(wanted, { overrides: [site.port, site.securePort].map((it) => parseOverride(`*:${it}:127.0.0.1`)), ca }));
export const failures = (checked: readonly Checked[]) =>
  checked.flatMap((it) => (it.result === "failed" ? [[it.what, it.detail, it.cause, it.next]] : []));
