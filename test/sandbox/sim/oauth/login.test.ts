/** What a browser and an OpenID Connect library find, beside what was recorded. */
import * as oidc from "openid-client";
import { HttpBrowser, locationOf } from "../../../support/httpBrowser";
import { adminSecret, clientSecret, startServer, type OAuthServer } from "./server";

/** The library leaves the query of a redirect URI out, so that its own has none. */
const LIBRARY_REDIRECT = "http://library.example/callback";
const APP = {
  name: "app",
  secret: "s3cret",
  grantMethod: "auto",
  scopeRestrictions: ["openid", "email", "profile"],
  redirectURIs: ["http://app.example/callback?from=kubesphere", LIBRARY_REDIRECT],
};
const PASSWORD = "a password";

let server: OAuthServer;
beforeAll(async () => {
  server = await startServer([]);
});
afterAll(() => server.close());
beforeEach(() => {
  server.secrets.splice(0, server.secrets.length, clientSecret("whatever-name", APP), adminSecret(PASSWORD));
});

class Browser extends HttpBrowser {
  override open(url: string, form?: Record<string, string>): Promise<Response> {
    return super.open(new URL(url, server.url), form);
  }

  login(password = PASSWORD, username = "admin"): Promise<Response> {
    return this.open("/login", { username, password });
  }
}

const authorization = (parameters: Record<string, string> = {}) =>
  `/oauth/authorize?${new URLSearchParams({ client_id: "app", response_type: "code", scope: "openid", state: "st", ...parameters }).toString()}`;

test("somebody who signs in on the way to an application would be left standing at the console", async () => {
  const browser = new Browser();
  const toConsole = await browser.open(authorization());
  expect([toConsole.status, locationOf(toConsole)]).toEqual([302, server.url]);
  const loginPage = await browser.open("/");
  expect([loginPage.status, (await loginPage.text()).includes('<form method="post" action="/login">')]).toEqual([200, true]);
  const back = await browser.login();
  expect([back.status, locationOf(back)]).toEqual([302, authorization()]);
  const toApplication = await browser.open(locationOf(back));
  expect(locationOf(toApplication)).toMatch(/^http:\/\/app\.example\/callback\?code=[\w.-]+&from=kubesphere&state=st$/);
  expect(await (await browser.open("/")).text()).toContain("signed in as <strong>admin</strong>");
  // The way back was for once.
  expect(locationOf(await browser.login())).toBe("/");
});

test("a wrong password would pass, or its page not say so", async () => {
  for (const [password, username] of [
    ["wrong", "admin"],
    [PASSWORD, "root"],
    ["", "admin"],
  ] as const) {
    const browser = new Browser();
    const answer = await browser.login(password, username);
    expect(answer.status).toBe(401);
    expect(await answer.text()).toContain('<p role="alert">Invalid username or password.</p>');
    expect(locationOf(await browser.open(authorization()))).toBe(server.url);
  }
});

test("a password of ks-core that is a bcrypt hash would keep the administrator out, or be a password itself", async () => {
  const hash = "$2b$05$abcdefghijklmnopqrstuunJuVD.JXJ2SN9KATyc6wQURsBSJAJou";
  server.secrets.splice(1, 1, adminSecret(hash));
  expect((await new Browser().login("P@88w0rd")).status).toBe(302);
  expect((await new Browser().login(hash)).status).toBe(401);
});

test("a cookie could send people who sign in to another site", async () => {
  for (const elsewhere of ["https://evil.example/", "//evil.example/oauth/authorize?", "/logout"]) {
    const browser = new Browser();
    browser.set("return_to", encodeURIComponent(elsewhere));
    expect(locationOf(await browser.login())).toBe("/");
  }
});

test("a redirect URI that is not ASCII would end the simulator", async () => {
  server.secrets.splice(0, 1, clientSecret("app", { ...APP, redirectURIs: ["http://app.example/zurück"] }));
  const browser = new Browser();
  await browser.login();
  expect(locationOf(await browser.open(authorization()))).toMatch(/^http:\/\/app\.example\/zur%C3%BCck\?code=/);
});

test("logging out would leave the browser's session, or tokens, good", async () => {
  const browser = new Browser();
  await browser.login();
  expect((await browser.open("/oauth/userinfo")).status).toBe(200);
  expect(locationOf(await browser.open("/logout"))).toBe("/");
  expect((await browser.open("/oauth/userinfo")).status).toBe(401);

  const { access_token: accessToken } = await passwordLogin();
  const withBearer = (path: string) => fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${accessToken}` } });
  expect((await withBearer("/oauth/userinfo")).status).toBe(200);
  expect(await (await withBearer("/oauth/logout")).json()).toEqual({ message: "success" });
  expect((await withBearer("/oauth/userinfo")).status).toBe(401);
});

async function passwordLogin(): Promise<Record<string, string>> {
  server.secrets.push(clientSecret("trusted", { ...APP, name: "trusted", trusted: true, accessTokenMaxAgeSeconds: 600 }));
  const body = { grant_type: "password", client_id: "trusted", client_secret: APP.secret, username: "admin", password: PASSWORD };
  const answer = await fetch(`${server.url}/oauth/token`, { method: "POST", body: new URLSearchParams(body) });
  return (await answer.json()) as Record<string, string>;
}

test("a client's own timeouts would be without effect", async () => {
  const { expires_in: expiresIn, refresh_token: refreshToken = "" } = await passwordLogin();
  expect(expiresIn).toBe(600);
  const { iat, exp } = JSON.parse(Buffer.from(refreshToken.split(".")[1] ?? "", "base64url").toString()) as { iat: number; exp: number };
  expect(exp - iat).toBe(600 + 30 * 60);
});

test("a client that is declared, changed or removed would need a restart", async () => {
  const browser = new Browser();
  await browser.login();
  const ask = async (parameters: Record<string, string> = {}) => (await browser.open(authorization(parameters))).headers.get("location");
  expect(await ask({ scope: "openid email" })).toContain("code=");
  server.secrets.splice(0, 1, clientSecret("whatever-name", { ...APP, scopeRestrictions: ["openid"] }));
  expect(await ask({ scope: "openid email" })).toContain("error=invalid_scope");
  server.secrets.splice(0, 1);
  expect((await browser.open(authorization())).status).toBe(400);
});

test("a Secret that is no readable client would be one, or hide the others", async () => {
  const browser = new Browser();
  await browser.login();
  const isClient = async (name: string) => (await browser.open(authorization({ client_id: name }))).status !== 400;
  const other = (name: string, type: string) => ({ ...clientSecret(name, { ...APP, name }), type });
  server.secrets.unshift(clientSecret("broken", "name: ["), clientSecret("nameless", "secret: x"), other("opaque", "Opaque"));
  expect([await isClient("app"), await isClient("opaque"), await isClient("")]).toEqual([true, false, false]);
});

test("a common OpenID Connect library could not log in, or would not see who did", async () => {
  const config = await oidc.discovery(new URL(server.url), APP.name, undefined, oidc.ClientSecretPost(APP.secret), {
    execute: [oidc.allowInsecureRequests],
  });
  const asked = { redirect_uri: LIBRARY_REDIRECT, scope: "openid email profile", state: oidc.randomState(), nonce: oidc.randomNonce() };
  const browser = new Browser();
  await browser.open(oidc.buildAuthorizationUrl(config, asked).href);
  const callback = locationOf(await browser.open(locationOf(await browser.login())));
  const tokens = await oidc.authorizationCodeGrant(config, new URL(callback), { expectedState: asked.state, expectedNonce: asked.nonce });
  expect(tokens.claims()).toMatchObject({ iss: server.url, sub: "admin", aud: ["app"], nonce: asked.nonce, email: "admin@kubesphere.io" });
  expect(await oidc.fetchUserInfo(config, tokens.access_token, "admin")).toMatchObject({ preferred_username: "admin" });
  const refreshed = await oidc.refreshTokenGrant(config, tokens.refresh_token ?? "");
  expect(refreshed.expires_in).toBe(7200);
});
