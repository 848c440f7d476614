/** Logins as an application of an OAuth client has them: openid-client, unmodified, and as much of a browser as it needs. */
import * as oidc from "openid-client";
import { HttpBrowser, locationOf } from "./httpBrowser";

export interface Application {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
}

/**
 * Logs the built-in administrator in, with the first password.
 * @returns the claims of the id_token, and what the userinfo endpoint says
 * @throws the library's error, which has KubeSphere's refusal as `error`
 */
export async function logIn({ issuer, clientId, clientSecret, redirectUri, scopes }: Application, fetcher: typeof fetch = fetch) {
  const config = await oidc.discovery(new URL(issuer), clientId, undefined, oidc.ClientSecretPost(clientSecret), {
    execute: [oidc.enableNonRepudiationChecks, ...(issuer.startsWith("http:") ? [oidc.allowInsecureRequests] : [])],
    [oidc.customFetch]: fetcher as oidc.CustomFetch,
  });
  const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
  const browser = new HttpBrowser(fetcher);
  const toLogin = await browser.open(
    oidc.buildAuthorizationUrl(config, { redirect_uri: redirectUri, scope: scopes.join(" "), state, nonce }),
  );
  // Whoever is no client, or comes from elsewhere, is not sent on to the login page.
  if (toLogin.status !== 302) throw Object.assign(new Error("not a redirect"), (await toLogin.json()) as object);
  const signedIn = await browser.open(new URL("/login", locationOf(toLogin)), { username: "admin", password: "P@88w0rd" });
  const back = await browser.open(new URL(locationOf(signedIn), issuer));
  const tokens = await oidc.authorizationCodeGrant(config, new URL(locationOf(back)), { expectedState: state, expectedNonce: nonce });
  return { claims: tokens.claims(), userInfo: await oidc.fetchUserInfo(config, tokens.access_token, tokens.claims()?.sub ?? "") };
}
