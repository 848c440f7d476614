/** What people would meet, told by the check that looks for it, with what is likely behind it. On a server of this machine. */
import { runAll, type Checked } from "../../../cli/verify/check";
import { checksOf } from "../../../cli/verify/checks";
import { parseOverride } from "../../../cli/verify/http";
import { asText } from "../../../cli/verify/report";
import type { Target } from "../../../cli/verify/target";
import { freePort } from "../../support/freePort";
import { bundle, consoleUrl as console, failures, healthy, pair, site, target, ui, verify, type Routes } from "./site";

test("a platform that is well is told as such, each thing in the order of a person's look", async () => {
  site.routes = healthy();
  const checked = await verify(target());
  expect(checked.map(({ what, result, detail }) => [what, result, detail])).toEqual([
    ["name ks.example.com", "ok", "ks.example.com is taken for 127.0.0.1, as --resolve says"],
    ["name demo.example.com", "ok", "demo.example.com is taken for 127.0.0.1, as --resolve says"],
    ["console", "ok", `${console()}: HTTP 302`],
    ["bundle demo", "ok", `${bundle()}: a module that registers, 43 bytes`],
    ["extension demo", "ok", `${ui()}: HTTP 200`],
    ["issuer", "ok", `${console()}/.well-known/openid-configuration says ${console()}`],
    ["keys", "ok", `${console()}/oauth/keys: one key`],
    ["login", "skipped", "the stack declares no OAuth client that lets people in"],
  ]);
});

const STATUS = "npx luban status, and where it is as wanted there: npx luban drift";
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
    "npx luban doctor, and where it finds nothing: npx luban drift",
  ],
  [
    "a page in place of the front end",
    () => ({ "ks.example.com/pstatic/dist/demo/index.js": [200, "<!doctype html>"] }),
    "bundle demo",
    () => `${bundle()}: no System.register`,
    "a page came in place of JavaScript: the console does not know the bundle",
    STATUS,
  ],
  [
    "something else in its place",
    () => ({ "ks.example.com/pstatic/dist/demo/index.js": [200, "export default 1"] }),
    "bundle demo",
    () => `${bundle()}: no System.register`,
    "it is no module of the console's",
    STATUS,
  ],
  [
    "a front end that is not served",
    () => ({ "ks.example.com/pstatic/dist/demo/index.js": [404, ""] }),
    "bundle demo",
    () => `${bundle()}: HTTP 404`,
    "no JSBundle is served at /dist/demo/index.js: it is gone, or not Available",
    STATUS,
  ],
  [
    "an extension without its Ingress",
    () => ({ "demo.example.com/": [404, ""] }),
    "extension demo",
    () => `${ui()}: HTTP 404`,
    "no Ingress takes its host, or the UI has nothing at /: is demo installed?",
    STATUS,
  ],
  [
    "an extension without Pods",
    () => ({ "demo.example.com/": [503, ""] }),
    "extension demo",
    () => `${ui()}: HTTP 503`,
    "the Service has no ready Pod behind it",
    STATUS,
  ],
  [
    "keys that are none",
    () => ({ "ks.example.com/oauth/keys": [200, '{"keys":[]}'] }),
    "keys",
    () => `${console()}/oauth/keys: no keys`,
    "applications cannot tell KubeSphere's tokens from others",
    "npx luban doctor, and where it finds nothing: npx luban drift",
  ],
])("%s", async (_what, change, check, detail, cause, next) => {
  site.routes = { ...healthy(), ...change() };
  expect(failures(await verify(target()))).toEqual([[check, detail(), cause, next]]);
});

test("another issuer is told, and what would rely on it is not taken for good", async () => {
  site.routes = { ...healthy(), "ks.example.com/.well-known/openid-configuration": [200, '{"issuer":"http://elsewhere"}'] };
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
  site.routes = { ...healthy(), "demo.example.com/": undefined, "ks.example.com/pstatic/dist/demo/index.js": undefined };
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
    next: "add it: *.ks.invalid. A <address of a node>; until then: npx luban verify --resolve demo.ks.invalid:9:<address of a node>",
  });
  expect(await unknown("ks.invalid", { domain: "ks.invalid" })).toMatchObject({ cause: "there is no record ks.invalid" });
  expect(await unknown("demo.invalid", { nodeIP: "192.168.50.208" })).toMatchObject({
    cause: "there is no record demo.invalid",
    next: "add it: demo.invalid. A 192.168.50.208; until then: npx luban verify --resolve demo.invalid:9:192.168.50.208",
  });
});

test("a port that nobody listens on", async () => {
  site.routes = healthy();
  const closed = await freePort();
  expect(failures(await verify(target({ consoleUrl: `http://127.0.0.1:${closed}`, extensions: [] })))).toEqual([
    [
      "console",
      `http://127.0.0.1:${closed}: ECONNREFUSED`,
      `nobody listens on port ${closed}: the console is not up, or its NodePort is another one`,
      "npx luban doctor, and where it finds nothing: npx luban drift",
    ],
  ]);
});

test("a certificate is trusted when the stack itself has the console present it, and never else", async () => {
  const url = `https://ks.example.com:${site.securePort}`;
  site.routes = {
    ...healthy(),
    "ks.example.com/.well-known/openid-configuration": [200, JSON.stringify({ issuer: url, jwks_uri: `${url}/oauth/keys` })],
  };
  const https = target({ consoleUrl: url, issuer: url, extensions: [] });
  expect(failures(await verify(https, pair.certificate))).toEqual([]);
  const distrusted = failures(await verify(https));
  // Node 24 adds which option of its own would do.
  const plain = (cause = "") => cause.replace(/; if the root CA[^)]*/, "");
  expect(distrusted.map(([what, , cause]) => [what, plain(cause)])).toEqual([
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
