/** Who may ask the console: people by its own names, and its own pages. */
import { request } from "http";
import type { AddressInfo } from "net";
import { ApiError } from "../../../sandbox/src/sim/apiError.js";
import { consoleHandler } from "../../../sandbox/src/sim/console.js";
import { listen } from "../../../sandbox/src/sim/httpListener.js";

const ISSUER = { url: "http://console.example.org:30880", jwtSecret: "0123456789abcdef0123456789abcdef" };
const CONFIG = { data: { "kubesphere.yaml": JSON.stringify({ authentication: { issuer: ISSUER } }) } };
const base64 = (text: string) => Buffer.from(text).toString("base64");
const ADMIN = { data: { password: base64("a password") } };
const objects: Record<string, object> = {
  "/api/v1/namespaces/kubesphere-system/configmaps/kubesphere-config": CONFIG,
  "/api/v1/namespaces/kubesphere-system/secrets/kubesphere-admin": ADMIN,
};
const cluster = {
  get: <T>(path: string) => (objects[path] ? Promise.resolve(objects[path] as T) : Promise.reject(new ApiError(404, path))),
  list: () => Promise.resolve([]),
};
// Twice, as KubeSphere decodes it.
const bundle = { metadata: { name: "demo" }, spec: { raw: base64(base64("module")) } };
const bundles = { items: [{ ...bundle, status: { state: "Available", link: "/dist/demo/index.js" } }] };

let server: Awaited<ReturnType<typeof listen>>;
beforeAll(async () => {
  server = await listen(
    0,
    consoleHandler(
      cluster,
      bundles,
      (host) => host === "ks.example.net",
      () => Promise.reject(new Error("no member is asked here")),
    ),
  );
});
afterAll(() => server.close());

interface Asked {
  method?: string;
  path?: string;
  body?: string;
  headers: Record<string, string>;
}

const ask = ({ method = "GET", path = "/pstatic/dist/demo/index.js", body, headers }: Asked): Promise<{ status: number; body: string }> =>
  new Promise((done, fail) => {
    const { port } = server.address() as AddressInfo;
    const form = body === undefined ? {} : { "content-type": "application/x-www-form-urlencoded" };
    const asked = request({ host: "127.0.0.1", port, method, path, headers: { ...form, ...headers } }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
      response.once("end", () => done({ status: response.statusCode ?? 0, body: text }));
    });
    asked.once("error", fail).end(body);
  });

describe("the console has to be found", () => {
  test.each([
    ["by its address", "127.0.0.1:30880"],
    ["by its IPv6 address", "[::1]:30880"],
    ["by a node's address", "192.0.2.7:30880"],
    ["by the name of this machine", "localhost:30880"],
    ["by the name that the stack gives it", "console.example.org:30880"],
    ["by that name in capitals", "CONSOLE.example.org"],
    ["by the name of an Ingress", "ks.example.net"],
    ["from within the cluster", "ks-console.kubesphere-system.svc:80"],
    ["from within the cluster, in full", "ks-console.kubesphere-system.svc.cluster.local"],
  ])("%s", async (_, host) => {
    expect(await ask({ headers: { host } })).toEqual({ status: 200, body: "module" });
  });
});

describe("a page whose name a stranger makes lead here would read what the console serves, or log in with the first password", () => {
  test.each([
    ["any name", "evil.example"],
    ["one that ends like the console's", "evil-console.example.org"],
    ["one below the console's", "evil.console.example.org"],
    ["one that begins with an address", "127.0.0.1.evil.example"],
    ["one that ends in nothing", "evil.example.:30880"],
  ])("%s", async (_, host) => {
    const said = `421 Misdirected Request: the console has no name "${host.replace(":30880", "")}"; use its address, or a name that the stack declares\n`;
    expect(await ask({ headers: { host } })).toEqual({ status: 421, body: said });
    const login = { method: "POST", path: "/login", body: "username=admin&password=a+password" };
    expect(await ask({ ...login, headers: { host } })).toEqual({ status: 421, body: said });
  });
});

const FORBIDDEN = {
  status: 403,
  body: "403 Forbidden: a page of another origin may lead to the console, and ask nothing of it\n",
};
const host = "127.0.0.1:30880";
const fetched = (site: string, mode: string, dest: string) => ({ "sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest });

describe("a page of another origin would act as whoever is logged in, or read modules that come from Secrets", () => {
  const login = { method: "POST", path: "/login", body: "username=admin&password=a+password" };
  test.each<[string, Asked]>([
    ["a script of another port, which is the same site to cookies", { headers: fetched("same-site", "no-cors", "empty") }],
    ["a script of another site", { headers: fetched("cross-site", "cors", "empty") }],
    ["a script in a browser that only names the origin", { headers: { origin: "http://evil.example" } }],
    ["a module that it embeds", { headers: fetched("same-site", "no-cors", "script") }],
    ["a frame around the login page", { path: "/", headers: fetched("same-site", "navigate", "iframe") }],
    ["an image that logs out", { path: "/logout", headers: fetched("same-site", "no-cors", "image") }],
    ["a form that logs somebody in", { ...login, headers: fetched("cross-site", "navigate", "document") }],
    ["that form in a browser that only names the origin", { ...login, headers: { origin: "http://evil.example" } }],
    ["that form from another port", { ...login, headers: { origin: "http://127.0.0.1:30881" } }],
    ["that form from a page without an origin", { ...login, headers: { origin: "null" } }],
  ])("%s", async (_, asked) => {
    expect(await ask({ ...asked, headers: { host, ...asked.headers } })).toEqual(FORBIDDEN);
  });
});

describe("people have to be able to log in", () => {
  const login = { method: "POST", path: "/login", body: "username=admin&password=a+password" };
  test.each<[string, Asked, number]>([
    [
      "with the console's own form",
      { ...login, headers: { ...fetched("same-origin", "navigate", "document"), origin: `http://${host}` } },
      302,
    ],
    ["with that form in an older browser", { ...login, headers: { origin: `http://${host}` } }, 302],
    [
      "with that form behind an ingress, at the default port",
      { ...login, headers: { host: "ks.example.net:443", origin: "https://ks.example.net" } },
      302,
    ],
    ["by an address that they typed", { path: "/", headers: fetched("none", "navigate", "document") }, 200],
    ["by a link of an application", { path: "/", headers: fetched("cross-site", "navigate", "document") }, 200],
    // The client is not there, which the OAuth server says itself.
    [
      "by a form of an application",
      { method: "POST", path: "/oauth/authorize", body: "client_id=app", headers: { origin: "http://app.example" } },
      400,
    ],
    ["with a program, which names no origin", { method: "POST", path: "/oauth/token", body: "grant_type=x", headers: {} }, 400],
  ])("%s", async (_, asked, status) => {
    expect((await ask({ ...asked, headers: { host, ...asked.headers } })).status).toBe(status);
  });
});

test("whoever sends without end would fill the memory of this machine", async () => {
  const login = { method: "POST", path: "/login", headers: { host } };
  expect(await ask({ ...login, body: "x".repeat((1 << 20) + 1) })).toEqual({
    status: 413,
    body: "413 Content Too Large: at most 1048576 bytes\n",
  });
  expect((await ask({ ...login, body: "x".repeat(1 << 20) })).status).toBe(401);
});
