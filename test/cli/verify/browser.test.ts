/** What a browser would show or refuse of an extension's UI, and a request of ours would not notice. On a server of this machine. */
import { readFileSync } from "fs";
import { join } from "path";
import { runAll } from "../../../cli/verify/check";
import { checksOf } from "../../../cli/verify/checks";
import { bundle, consoleUrl, failures, healthy, pair, site, target, ui, verify, type Routes } from "./site";

const BUNDLE = "ks.example.com/pstatic/dist/demo/index.js";
const UI = "demo.example.com/";

/** As the base chart fills it in. */
const frontEnd = (embed: "iframe" | "link", url: string) =>
  readFileSync(join(__dirname, `../../../kubesphere/extension/base/bundle/${embed}.js`), "utf8").replace(
    "__EXTENSION__",
    JSON.stringify({ name: "demo", title: "Demo", parent: "global", desc: "", url }),
  );
const withUi = (answer: Routes[string], embed: "iframe" | "link" = "iframe"): Routes => ({
  ...healthy(),
  [BUNDLE]: [200, frontEnd(embed, ui().replace(/\/$/, ""))],
  [UI]: answer,
});
const told = async (routes: Routes, wanted = target()) => {
  site.routes = routes;
  return (await verify(wanted)).flatMap(({ what, result, detail }) => (what === "extension demo" ? [result, detail] : []));
};

test.each<[name: string, value: string, told: string]>([
  ["x-frame-options", "DENY", "X-Frame-Options: DENY"],
  ["x-frame-options", "sameorigin", "X-Frame-Options: SAMEORIGIN"],
  ["content-security-policy", "default-src 'self'; frame-ancestors 'self'", "Content-Security-Policy: frame-ancestors 'self'"],
])("people see an empty page in the console when the UI answers with %s: %s", async (name, value, refusal) => {
  site.routes = withUi([200, "hello", { [name]: value }]);
  expect(failures(await verify())).toEqual([
    [
      "extension demo",
      `${ui()}: ${refusal}`,
      `a browser shows nothing of it within the console, which is at ${consoleUrl()}`,
      `set base.extEmbed: link in the install.config of the extension, which opens it in a window of its own; or have it allow the console: Content-Security-Policy: frame-ancestors ${consoleUrl()}`,
    ],
  ]);
  expect(await told(withUi([200, "hello", { [name]: value }], "link"))).toEqual(["ok", `${ui()}: HTTP 200`]);
});

test("a UI that allows the console by its policy is called shut out for the older header beside it", async () => {
  const headers = { "x-frame-options": "DENY", "content-security-policy": `frame-ancestors ${consoleUrl()}` };
  expect(await told(withUi([200, "hello", headers]))).toEqual(["ok", `${ui()}: HTTP 200`]);
});

test("a UI that sends people to another host is fine within the console, where they see nothing of it", async () => {
  const redirect: Routes[string] = [302, "", { location: "https://sso.elsewhere.example/login?state=hush" }];
  site.routes = withUi(redirect);
  expect(failures(await verify())).toEqual([
    [
      "extension demo",
      `${ui()}: HTTP 302 to https://sso.elsewhere.example/login`,
      "within the console a browser shows another host's page only where that host allows it, and keeps its cookies from it",
      `tell the application that its address is ${ui()}; or, where it is meant to send people there, set base.extEmbed: link in the install.config of the extension, which opens it in a window of its own`,
    ],
  ]);
  expect(await told(withUi(redirect, "link"))).toEqual(["ok", `${ui()}: HTTP 302 to https://sso.elsewhere.example/login`]);
});

test("what a front end of an author's own frames is not looked at", async () => {
  const module = `System.register([], function () { return h("iframe", { src: "${ui()}" }) });`;
  site.routes = { ...withUi([200, "hello", { "x-frame-options": "DENY" }]), [BUNDLE]: [200, module] };
  expect(failures(await verify()).map(([what, , , next]) => [what, next])).toEqual([
    [
      "extension demo",
      expect.stringMatching(/^have its front end open it in a window of its own \(a plain chart's does with base\.extEmbed: link\); or /),
    ],
  ]);
});

test("the redirect is judged in place of the page behind it", async () => {
  const routes = {
    ...withUi([302, "", { location: "/login?next=%2F", "set-cookie": ["seen=1; Path=/; HttpOnly", "theme=dark"] }]),
    "demo.example.com/login?next=%2F": [200, "", { "x-frame-options": "DENY" }] as Routes[string],
  };
  expect(await told(routes)).toEqual(["failed", `${ui()}, which redirects to ${ui()}login: X-Frame-Options: DENY`]);
  expect(site.asked).toContain("demo.example.com/login?next=%2F seen=1; theme=dark");
  expect(await told({ ...routes, "demo.example.com/login?next=%2F": [503, ""] })).toEqual([
    "failed",
    `${ui()}, which redirects to ${ui()}login: HTTP 503`,
  ]);
});

test("an ingress controller that sends on to the usual port of HTTPS, where nobody listens, is fine", async () => {
  // Port 1 stands for it: nobody listens there either.
  const location = "http://demo.example.com:1/";
  site.routes = withUi([308, "", { location }]);
  const network = { overrides: [site.port, 1].map((port) => ({ host: "*", port, address: "127.0.0.1" })), ca: undefined };
  expect(failures(await runAll(checksOf(target(), network)))).toEqual([
    [
      "extension demo",
      `${ui()}, which redirects to ${location}: ECONNREFUSED`,
      "nobody listens on port 1: the ingress controller is not up, or its NodePort is another one",
      "npx luban doctor, and where it finds nothing: npx luban drift",
    ],
  ]);
});

test("a chart has this machine ask a host that the stack never named", async () => {
  await told(withUi([302, "", { location: `http://elsewhere.example.com:${site.port}/metadata` }]));
  expect(site.asked.filter((it) => it.startsWith("elsewhere"))).toEqual([]);
});

test("a redirect that never ends is followed for ever", async () => {
  expect(await told(withUi([302, "", { location: "/" }]))).toEqual(["failed", `${ui()} redirects without an end, last to ${ui()}`]);
  expect(site.asked.filter((it) => it === UI)).toHaveLength(21);
  site.routes = { ...healthy(), "ks.example.com/": [302, "", { location: "/" }] };
  expect(failures(await verify()).map(([what, detail]) => [what, detail])).toEqual([
    ["console", `${consoleUrl()} redirects without an end, last to ${consoleUrl()}/`],
  ]);
});

test("a console that leads to its login is told by its first answer", async () => {
  site.routes = { ...healthy(), "ks.example.com/": [302, "", { location: "/login" }], "ks.example.com/login": [503, ""] };
  expect(failures(await verify()).map(([what, detail]) => [what, detail])).toEqual([
    ["console", `${consoleUrl()}, which redirects to ${consoleUrl()}/login: HTTP 503`],
  ]);
});

const CHANGED = "access, a port or the portal changed after it was installed, or somebody else changed its front end";
const ANEW = "pulumi up --refresh, which installs it again where the stack's address is a new one";
test.each<[what: string, address: () => string, shown: () => string, cause: string]>([
  ["another domain", () => "http://demo.former.example.com", () => "http://demo.former.example.com/", CHANGED],
  ["another port", () => "http://demo.example.com:1", () => "http://demo.example.com:1/", CHANGED],
  ["no address at all", () => "", () => "nothing", "KubeSphere had no domain for extensions when it was installed"],
])("the console opens %s of an extension, and all is called good", async (_what, address, shown, cause) => {
  site.routes = { ...withUi([200, "hello"]), [BUNDLE]: [200, frontEnd("iframe", address())] };
  expect(failures(await verify())).toEqual([["bundle demo", `${bundle()} opens ${shown()}, not ${ui()}`, cause, ANEW]]);
});

test("a console over HTTPS frames a page that is not, which browsers block", async () => {
  const secure = `https://ks.example.com:${site.securePort}`;
  const wanted = target({ consoleUrl: secure });
  const extensions = wanted.extensions.map((it) => ({ ...it, bundleUrl: bundle().replace(consoleUrl(), secure) }));
  site.routes = withUi([200, "hello"]);
  expect(failures(await verify({ ...wanted, extensions }, pair.certificate)).map(([what, detail]) => [what, detail])).toEqual([
    ["extension demo", `${ui()}: plain HTTP within a page over HTTPS`],
  ]);
});

test("another address of the same host that answers is called wrong", async () => {
  site.routes = { ...withUi([200, "hello"]), [BUNDLE]: [200, frontEnd("iframe", `http://demo.example.com:${site.port}`)] };
  const elsewhere = target().extensions.map((it) => ({ ...it, url: `https://demo.example.com:${site.securePort}/`, hasIngress: false }));
  expect(failures(await verify(target({ extensions: elsewhere })))).toEqual([]);
});

test("names under localhost are asked of a resolver, which browsers never do", async () => {
  const url = `http://demo.apps.localhost:${site.port}/`;
  site.routes = { "demo.apps.localhost/": [200, "hello"] };
  const extensions = [{ name: "demo", url, hasBundle: false, hasIngress: true }];
  const checked = await runAll(checksOf(target({ access: { domain: "apps.localhost" }, extensions }), { overrides: [], ca: undefined }));
  expect(checked.flatMap(({ what, detail }) => (/demo/.test(what) ? [[what, detail]] : []))).toEqual([
    ["name demo.apps.localhost", "demo.apps.localhost is the machine that asks, as browsers have it"],
    ["bundle demo", "the extension brings no front end"],
    ["extension demo", `${url}: HTTP 200`],
  ]);
});
