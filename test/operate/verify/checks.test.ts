/** What people would meet, told by the check that looks for it, with what is likely behind it. On a server of this machine. */
import { createServer, type IncomingMessage, type ServerResponse } from "http";
import { createServer as createTlsServer } from "https";
import type { AddressInfo } from "net";
import { runAll, type Checked } from "../../../operate/verify/check";
import { checksOf } from "../../../operate/verify/checks";
import { parseOverride } from "../../../operate/verify/http";
import { asText } from "../../../operate/verify/report";
import type { Target } from "../../../operate/verify/target";
import { freePort } from "../../support/freePort";
import { selfSigned } from "../../support/selfSigned";

type Routes = Readonly<Record<string, [status: number, body: string] | undefined>>;

let routes: Routes;
const answer = ({ headers, url }: IncomingMessage, response: ServerResponse) => {
  const [host = ""] = (headers.host ?? "").split(":");
  const [status, body] = routes[`${host}${url}`] ?? [404, "nothing here"];
  response.writeHead(status).end(body);
};
const server = createServer(answer);
const day = 24 * 3600 * 1000;
const pair = selfSigned(["ks.example.com"], new Date(Date.now() - day), new Date(Date.now() + day));
const secure = createTlsServer({ cert: pair.certificate, key: pair.key }, answer);
let port: number;
let securePort: number;
beforeAll(async () => {
  for (const it of [server, secure]) await new Promise<void>((listening) => it.listen(0, "127.0.0.1", listening));
  port = (server.address() as AddressInfo).port;
  securePort = (secure.address() as AddressInfo).port;
});
afterAll(() => {
  for (const it of [server, secure]) {
    it.closeAllConnections();
    it.close();
  }
});

const console = () => `http://ks.example.com:${port}`;
const target = (changes: Partial<Target> = {}): Target => ({
  access: { domain: "example.com" },
  consoleUrl: console(),
  issuer: console(),
  extensions: [
    {
      name: "demo",
      url: `http://demo.example.com:${port}/`,
      bundleUrl: `${console()}/pstatic/dist/demo/index.js`,
      hasBundle: true,
      hasIngress: true,
    },
  ],
  client: undefined,
  password: undefined,
  ca: undefined,
  ...changes,
});
const healthy = (): Record<string, [number, string]> => ({
  "ks.example.com/": [302, ""],
  "ks.example.com/pstatic/dist/demo/index.js": [200, 'System.register(["react"], function () {});'],
  "demo.example.com/": [200, "hello"],
  "ks.example.com/.well-known/openid-configuration": [
    200,
    JSON.stringify({ issuer: console(), jwks_uri: `${console()}/oauth/keys`, token_endpoint: `${console()}/oauth/token` }),
  ],
  "ks.example.com/oauth/keys": [200, JSON.stringify({ keys: [{ kty: "RSA" }] })],
});
const verify = async (wanted: Target, ca?: string): Promise<readonly Checked[]> =>
  runAll(checksOf(wanted, { overrides: [port, securePort].map((it) => parseOverride(`*:${it}:127.0.0.1`)), ca }));
const failures = (checked: readonly Checked[]) =>
  checked.flatMap((it) => (it.result === "failed" ? [[it.what, it.detail, it.cause, it.next]] : []));

test("a platform that is well is told as such, each thing in the order of a person's look", async () => {
  routes = healthy();
  const checked = await verify(target());
  expect(checked.map(({ what, result, detail }) => [what, result, detail])).toEqual([
    ["name ks.example.com", "ok", "ks.example.com is taken for 127.0.0.1, as --resolve says"],
    ["name demo.example.com", "ok", "demo.example.com is taken for 127.0.0.1, as --resolve says"],
    ["console", "ok", `${console()}: HTTP 302`],
    ["bundle demo", "ok", `${console()}/pstatic/dist/demo/index.js: a module that registers, 43 bytes`],
    ["extension demo", "ok", `http://demo.example.com:${port}/: HTTP 200`],
    ["issuer", "ok", `${console()}/.well-known/openid-configuration says ${console()}`],
    ["keys", "ok", `${console()}/oauth/keys: one key`],
    ["login", "skipped", "the stack declares no OAuth client that lets people in"],
  ]);
});

const STATUS = "npm run status";
test.each<[what: string, change: () => Routes, check: string, detail: () => string, cause: string, next: string]>([
  [
    "a console that is another server",
    () => ({ "ks.example.com/": [404, ""] }),
    "console",
    () => `${console()}: HTTP 404`,
    "another server than the console answers there",
    "compare kubesphere:ports and kubesphere:access with where it runs",
  ],
  [
    "a console without Pods",
    () => ({ "ks.example.com/": [503, ""] }),
    "console",
    () => `${console()}: HTTP 503`,
    "the Service has no ready Pod behind it",
    "npm run doctor",
  ],
  [
    "a page in place of the front end",
    () => ({ "ks.example.com/pstatic/dist/demo/index.js": [200, "<!doctype html>"] }),
    "bundle demo",
    () => `${console()}/pstatic/dist/demo/index.js: no System.register`,
    "a page came in place of JavaScript: the console does not know the bundle",
    STATUS,
  ],
  [
    "something else in its place",
    () => ({ "ks.example.com/pstatic/dist/demo/index.js": [200, "export default 1"] }),
    "bundle demo",
    () => `${console()}/pstatic/dist/demo/index.js: no System.register`,
    "it is no module of the console's",
    STATUS,
  ],
  [
    "a front end that is not served",
    () => ({ "ks.example.com/pstatic/dist/demo/index.js": [404, ""] }),
    "bundle demo",
    () => `${console()}/pstatic/dist/demo/index.js: HTTP 404`,
    "no JSBundle is served at /dist/demo/index.js: it is gone, or not Available",
    STATUS,
  ],
  [
    "an extension without its Ingress",
    () => ({ "demo.example.com/": [404, ""] }),
    "extension demo",
    () => `http://demo.example.com:${port}/: HTTP 404`,
    "no Ingress takes its host, or the UI has nothing at /: is demo installed?",
    STATUS,
  ],
  [
    "an extension without Pods",
    () => ({ "demo.example.com/": [503, ""] }),
    "extension demo",
    () => `http://demo.example.com:${port}/: HTTP 503`,
    "the Service has no ready Pod behind it",
    STATUS,
  ],
  [
    "keys that are none",
    () => ({ "ks.example.com/oauth/keys": [200, '{"keys":[]}'] }),
    "keys",
    () => `${console()}/oauth/keys: no keys`,
    "applications cannot tell KubeSphere's tokens from others",
    "npm run doctor",
  ],
])("%s", async (_what, change, check, detail, cause, next) => {
  routes = { ...healthy(), ...change() };
  expect(failures(await verify(target()))).toEqual([[check, detail(), cause, next]]);
});

test("another issuer is told, and what would rely on it is not taken for good", async () => {
  routes = { ...healthy(), "ks.example.com/.well-known/openid-configuration": [200, '{"issuer":"http://elsewhere"}'] };
  const checked = await verify(target());
  expect(failures(checked)).toEqual([
    [
      "issuer",
      `${console()}/.well-known/openid-configuration says http://elsewhere, not ${console()}`,
      "ks-apiserver still runs with its former configuration, or somebody else changed it",
      "pulumi up --refresh, then kubectl --namespace kubesphere-system rollout restart deployment/ks-apiserver",
    ],
  ]);
  expect(checked.filter(({ result }) => result === "skipped").map(({ what }) => what)).toEqual(["keys", "login"]);
});

test("an extension without a front end or an address of its own owes neither", async () => {
  routes = { ...healthy(), "demo.example.com/": undefined, "ks.example.com/pstatic/dist/demo/index.js": undefined };
  const [demo] = target().extensions;
  const checked = await verify(target({ extensions: demo === undefined ? [] : [{ ...demo, hasBundle: false, hasIngress: false }] }));
  expect(checked.filter(({ what }) => what.endsWith(" demo")).map(({ result, detail }) => [result, detail])).toEqual([
    ["skipped", "the extension brings no front end"],
    ["skipped", "the extension has no Ingress for demo.example.com"],
  ]);
});

test("a name that nobody knows is told by the record that is missing", async () => {
  const unknown = (host: string, access: Target["access"]) =>
    runAll(
      checksOf(target({ access, consoleUrl: "http://127.0.0.1:9", issuer: `http://${host}:9`, extensions: [] }), {
        overrides: [],
        ca: undefined,
      }),
    ).then(([name]) => name);
  expect(await unknown("demo.ks.invalid", { domain: "ks.invalid" })).toMatchObject({
    detail: "demo.ks.invalid cannot be resolved",
    cause: "there is no record *.ks.invalid",
    next: "add it: *.ks.invalid. A <address of a node>; until then: npm run verify -- --resolve demo.ks.invalid:9:<address of a node>",
  });
  expect(await unknown("ks.invalid", { domain: "ks.invalid" })).toMatchObject({ cause: "there is no record ks.invalid" });
  expect(await unknown("demo.invalid", { nodeIP: "192.168.50.208" })).toMatchObject({
    cause: "nip.io is not asked, or its answer is not let through: some resolvers refuse names that lead to private addresses",
    next: 'let the resolver pass nip.io, put "192.168.50.208 demo.invalid" into the hosts file, or go around it: npm run verify -- --resolve demo.invalid:9:192.168.50.208',
  });
});

test("a port that nobody listens on", async () => {
  routes = healthy();
  const closed = await freePort();
  expect(failures(await verify(target({ consoleUrl: `http://127.0.0.1:${closed}`, extensions: [] })))).toEqual([
    [
      "console",
      `http://127.0.0.1:${closed}: ECONNREFUSED`,
      `nobody listens on port ${closed}: the console is not up, or its NodePort is another one`,
      "npm run doctor",
    ],
  ]);
});

test("a certificate is trusted when the stack itself has the console present it, and never else", async () => {
  const url = `https://ks.example.com:${securePort}`;
  routes = {
    ...healthy(),
    "ks.example.com/.well-known/openid-configuration": [200, JSON.stringify({ issuer: url, jwks_uri: `${url}/oauth/keys` })],
  };
  const https = target({ consoleUrl: url, issuer: url, extensions: [] });
  expect(failures(await verify(https, pair.certificate))).toEqual([]);
  const distrusted = failures(await verify(https));
  expect(distrusted.map(([what, , cause]) => [what, cause])).toEqual([
    ["console", "the certificate for ks.example.com is not trusted here (self-signed certificate)"],
    ["issuer", "the certificate for ks.example.com is not trusted here (self-signed certificate)"],
  ]);
});

test.each(["a", "a:b:c", "a:80:b.example.com", "a:99999:127.0.0.1", ":80:127.0.0.1"])("--resolve %s is refused", (text) => {
  expect(() => parseOverride(text)).toThrow(`--resolve ${text} is not HOST:PORT:ADDRESS`);
});
test("--resolve takes what curl takes", () => {
  expect(parseOverride("Demo.example.com:443:[::1]")).toEqual({ host: "demo.example.com", port: 443, address: "::1" });
});

test("the report for people", () => {
  const checked: Checked[] = [
    { what: "console", result: "ok", detail: "fine", ms: 40 },
    { what: "keys", result: "failed", detail: "none", cause: "this", next: "that", ms: 1960 },
    { what: "login", result: "skipped", detail: "no client", ms: 0 },
  ];
  expect(asText("dev", checked)).toBe(`dev: 3 checks: 1 failed, 1 skipped
✓ console  fine  0.0 s
✗ keys     none  2.0 s
    likely: this
    next:   that
– login    skipped: no client  0.0 s`);
  expect(asText("dev", checked.slice(0, 1))).toMatch(/^dev: one check: all good\n/);
});
