import { request, type Server } from "http";
import type { AddressInfo } from "net";
import { serve } from "../../cli/oidc-app/main";
import type { Settings } from "../../cli/oidc-app/settings";
import { listen } from "../../sandbox/src/sim/httpListener.js";
import { freePort } from "../support/freePort";
import { HttpBrowser, locationOf } from "../support/httpBrowser";
import { adminSecret, clientSecret, startServer, type OAuthServer } from "../sandbox/sim/oauth/server";

const PASSWORD = "a password";
const SECRET = "s3cret";
const CALLBACK = "/auth/kubesphere/callback";

let kubesphere: OAuthServer;
let app: Server | undefined;
let middle: Server | undefined;
let home: string;
let settings: Settings;
const log: string[] = [];

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

async function start(changes: Partial<Settings> = {}): Promise<void> {
  settings = { ...settings, ...changes };
  app = (await serve(settings, (line) => log.push(line))).server;
}

beforeAll(async () => {
  kubesphere = await startServer([]);
});
afterAll(() => kubesphere.close());
beforeEach(async () => {
  const port = await freePort();
  home = `http://127.0.0.1:${port}`;
  const client = {
    name: "app",
    secret: SECRET,
    grantMethod: "auto",
    scopeRestrictions: ["openid", "email", "profile"],
    redirectURIs: [`${home}${CALLBACK}`],
  };
  kubesphere.secrets.splice(0, kubesphere.secrets.length, clientSecret("oauthclient-app", client), adminSecret(PASSWORD));
  kubesphere.authentication.issuer["url"] = kubesphere.url;
  settings = {
    issuer: new URL(kubesphere.url),
    clientId: "app",
    clientSecret: SECRET,
    redirectUri: new URL(`${home}${CALLBACK}`),
    scopes: ["openid", "email", "profile"],
    listen: { host: "127.0.0.1", port },
  };
  log.length = 0;
  app = middle = undefined;
});
afterEach(() => {
  for (const server of [app, middle]) {
    server?.close();
    server?.closeAllConnections();
  }
});

/** From the application to KubeSphere and back to the application's door. @returns the browser, and the address that it is sent to */
async function loggedIn(): Promise<[HttpBrowser, URL]> {
  const browser = new HttpBrowser();
  await browser.open(`${kubesphere.url}/login`, { username: "admin", password: PASSWORD });
  return [browser, new URL(locationOf(await browser.open(locationOf(await browser.open(home)))))];
}

const textOf = async (answer: Response) => [answer.status, await answer.text()];

test("who has logged in is not shown, or a token is", async () => {
  await start();
  const [browser, callback] = await loggedIn();
  const answer = await browser.open(callback);
  const body = (await answer.json()) as Record<"OAuth2Token" | "IDTokenClaims", Record<string, unknown>>;
  expect(answer.status).toBe(200);
  expect(body.OAuth2Token).toEqual({
    access_token: "*REDACTED*",
    refresh_token: "*REDACTED*",
    id_token: "*REDACTED*",
    token_type: "bearer",
    expires_in: 7200,
  });
  const { iat, exp, nonce, ...claims } = body.IDTokenClaims;
  expect([typeof iat, Number(exp) - Number(iat), String(nonce).length > 20]).toEqual(["number", 9000, true]);
  expect(claims).toEqual({
    iss: kubesphere.url,
    sub: "admin",
    aud: ["app"],
    token_type: "id_token",
    username: "admin",
    url: "admin",
    email: "admin@kubesphere.io",
    preferred_username: "admin",
  });
  expect(log).toEqual(["admin has logged in"]);
});

test("a login could be ended by another browser than the one that began it", async () => {
  await start();
  const [browser, callback] = await loggedIn();
  expect(await textOf(await new HttpBrowser().open(callback))).toEqual([400, "state not found\n"]);
  const forged = new URL(callback);
  forged.searchParams.set("state", "another");
  expect(await textOf(await browser.open(forged))).toEqual([400, "state did not match\n"]);
  browser.set("nonce", undefined);
  expect(await textOf(await browser.open(callback))).toEqual([400, "nonce not found\n"]);
  browser.set("nonce", "another");
  expect(await textOf(await browser.open(callback))).toEqual([400, "nonce did not match\n"]);
});

test("a login could be ended twice", async () => {
  await start();
  const [browser, callback] = await loggedIn();
  await browser.open(callback);
  expect(await textOf(await browser.open(callback))).toEqual([400, "state not found\n"]);
  const state = callback.searchParams.get("state") ?? "";
  browser.set("state", state);
  browser.set("nonce", "any");
  expect(await textOf(await browser.open(callback))).toEqual([
    500,
    "Failed to exchange token: invalid_grant: The authorization code is invalid or expired.\n",
  ]);
});

test("a wrong secret is told with the secret, or not at all", async () => {
  await start({ clientSecret: "a-wrong-secret" });
  const [browser, callback] = await loggedIn();
  const told = "Failed to exchange token: unauthorized_client: Invalid client credential.";
  expect(await textOf(await browser.open(callback))).toEqual([500, `${told}\n`]);
  expect(log).toEqual([`a login has failed: ${told}`]);
});

test("a refusal of KubeSphere's looks like a fault of the application", async () => {
  await start();
  kubesphere.secrets.splice(
    0,
    1,
    clientSecret("app", {
      name: "app",
      secret: SECRET,
      grantMethod: "deny",
      scopeRestrictions: settings.scopes,
      redirectURIs: [settings.redirectUri.href],
    }),
  );
  const [browser, callback] = await loggedIn();
  expect(await textOf(await browser.open(callback))).toEqual([
    403,
    "The login was refused: invalid_grant: The resource owner or authorization server denied the request.\n",
  ]);
});

test("whoever opens the callback writes to the terminal of who runs the application", async () => {
  await start();
  const [browser, callback] = await loggedIn();
  callback.searchParams.delete("code");
  callback.searchParams.set("error", "access_denied");
  callback.searchParams.set("error_description", "\x1b[2J\n\u202eadmin has logged in");
  const response = await browser.open(callback);
  expect(response.status).toBe(403);
  expect(log).toEqual(["a login has failed: The login was refused: access_denied: \\x1b[2J⏎\\u202eadmin has logged in"]);
});

/** KubeSphere at another address, with its answers changed on the way. @returns that address */
async function intercepted(change: (path: string, body: string, address: string) => string): Promise<string> {
  let address = "";
  middle = await listen(0, async ({ method, path, query, headers, body }) => {
    const sent = { "content-type": headers["content-type"] ?? "", cookie: headers.cookie ?? "" };
    const url = `${kubesphere.url}${path}?${query.toString()}`;
    const answer = await fetch(url, { method, headers: sent, redirect: "manual", ...(body !== "" && { body }) });
    const passed = { location: locationOf(answer), "content-type": answer.headers.get("content-type") ?? "" };
    return { status: answer.status, headers: passed, body: change(path, await answer.text(), address) };
  });
  return (address = addressOf(middle));
}

test("an id_token of another issuer is believed", async () => {
  const issuer = await intercepted((path, body, address) =>
    path.startsWith("/.well-known/") ? body.replaceAll(kubesphere.url, address) : body,
  );
  await start({ issuer: new URL(issuer) });
  const [browser, callback] = await loggedIn();
  expect(await textOf(await browser.open(callback))).toEqual([
    500,
    'Failed to verify ID Token: unexpected JWT "iss" (issuer) claim value\n',
  ]);
});

test("an id_token that somebody else signed is believed", async () => {
  const issuer = await intercepted((path, body) =>
    path === "/oauth/keys" ? body.replace(/("n":"[\w-]{20})[\w-]{8}/, "$1AAAAAAAA") : body,
  );
  kubesphere.authentication.issuer["url"] = issuer;
  await start({ issuer: new URL(issuer) });
  const [browser, callback] = await loggedIn();
  expect(await textOf(await browser.open(callback))).toEqual([500, "Failed to verify ID Token: JWT signature verification failed\n"]);
});

test("a KubeSphere that has gone is no word to who logs in", async () => {
  const issuer = await intercepted((_, body, address) => body.replaceAll(kubesphere.url, address));
  await start({ issuer: new URL(issuer) });
  const [browser, callback] = await loggedIn();
  middle?.close();
  middle?.closeAllConnections();
  const [status, text] = await textOf(await browser.open(callback));
  expect([status, text]).toEqual([500, expect.stringMatching(/^Failed to exchange token: .+\n$/)]);
});

test("a browser's request for an icon ends the login that is under way", async () => {
  await start();
  const [browser, callback] = await loggedIn();
  expect(await textOf(await browser.open(`${home}/favicon.ico`))).toEqual([404, "404 page not found\n"]);
  expect((await browser.open(callback)).status).toBe(200);
});

test("an issuer that cannot be reached is no word at the start", async () => {
  const issuer = `http://127.0.0.1:${await freePort()}`;
  await expect(serve({ ...settings, issuer: new URL(issuer) }, () => undefined)).rejects.toThrow(
    `${issuer}/.well-known/openid-configuration cannot be read: `,
  );
  const inCluster = { ...settings, issuer: new URL("http://ks-console.kubesphere-system.svc:1") };
  await expect(serve(inCluster, () => undefined)).rejects.toThrow(
    'put "<address of a node> ks-console.kubesphere-system.svc" into this machine\'s hosts file',
  );
});

test("a port that is taken, or is another machine's, is told in a stack trace", async () => {
  await start();
  await expect(serve(settings, () => undefined)).rejects.toThrow(/^127\.0\.0\.1:\d+ cannot be listened on: another program listens there/);
  const elsewhere = { ...settings, listen: { host: "192.0.2.1", port: 5556 } };
  await expect(serve(elsewhere, () => undefined)).rejects.toThrow("192.0.2.1:5556 cannot be listened on: it is no address of this machine");
});

test("a page whose name a stranger makes lead to the application would pass for the application", async () => {
  settings = { ...settings, redirectUri: new URL("http://app.example/auth/callback") };
  await start();
  const { port } = settings.listen;
  const statusFor = (host: string) =>
    new Promise<number | undefined>((done, fail) => {
      const asked = request({ host: "127.0.0.1", port, headers: { host } }, (response) => done(response.resume().statusCode));
      asked.once("error", fail).end();
    });
  for (const host of ["app.example", `app.example:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`, `localhost:${port}`])
    expect([host, await statusFor(host)]).toEqual([host, 302]);
  for (const host of ["evil.example", "evil.app.example", "127.0.0.1.evil.example", "a b"])
    expect([host, await statusFor(host)]).toEqual([host, 421]);
});
