/** `/oauth/token`: the password of a user, a code or a refresh token for tokens. */
import type { OAuthClientConfiguration } from "../../../../kubesphere/login/oauthClientConfig";
import type { Answer } from "../bundles.js";
import { OAuthError, json, oauthError, redirectNotAllowed, unknownClient } from "./answers.js";
import { resolveRedirect } from "./authorize.js";
import { findClient, isPasswordRight, type Issuer, type Reader } from "./platform.js";
import { lifetimes, type Tokens } from "./tokens.js";

const UNCACHED = { "cache-control": "no-store", pragma: "no-cache" };

/** The administrator has not changed the first password yet, and nobody can here. It shows only where that password was given. */
export const UNINITIALIZED = { extra: { uninitialized: ["true"] } };

export async function token(form: URLSearchParams, cluster: Reader, issuer: Issuer, tokens: Tokens): Promise<Answer> {
  try {
    const client = await findClient(cluster, form.get("client_id") ?? "");
    if (!client) throw unknownClient();
    if (form.get("client_secret") !== client.secret) throw new OAuthError("unauthorized_client", "Invalid client credential.", 401);
    return json(200, await grant(client, form, cluster, issuer, tokens), UNCACHED);
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    return oauthError(error, UNCACHED);
  }
}

async function grant(client: OAuthClientConfiguration, form: URLSearchParams, cluster: Reader, issuer: Issuer, tokens: Tokens) {
  const value = (name: string) => form.get(name) ?? "";
  const ages = lifetimes(issuer, client);
  switch (value("grant_type")) {
    case "password":
      if (client.trusted !== true) throw unsupported();
      if (!(await isPasswordRight(cluster, value("username"), value("password"))))
        throw new OAuthError("invalid_grant", "Invalid username or password.");
      return tokens.pair(issuer, ages, UNINITIALIZED);
    case "refresh_token":
      if (!(await tokens.verify(issuer, "refresh_token", value("refresh_token"))))
        throw new OAuthError("invalid_grant", "The refresh token is invalid or expired.");
      return tokens.pair(issuer, ages);
    case "authorization_code":
    case "code": {
      if (resolveRedirect(client, value("redirect_uri")) === undefined) throw redirectNotAllowed();
      if (value("code") === "") throw new OAuthError("invalid_request", "The authorization code is empty or missing.");
      // Neither the client nor the redirect URI nor a code_verifier is compared with those that the code was asked for with.
      const claims = await tokens.redeem(issuer, value("code"));
      if (!claims) throw new OAuthError("invalid_grant", "The authorization code is invalid or expired.");
      const scopes = claims["scopes"] as string[];
      if (!scopes.includes("openid")) return tokens.pair(issuer, ages);
      const idToken = await tokens.idToken(issuer, ages.refresh, { client: client.name, scopes, nonce: claims["nonce"] });
      return { ...(await tokens.pair(issuer, ages)), id_token: idToken };
    }
    default:
      throw unsupported();
  }
}

const unsupported = () => new OAuthError("unsupported_grant_type", "The provided grant_type is not supported.");
