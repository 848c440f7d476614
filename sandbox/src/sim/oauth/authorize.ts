/** `/oauth/authorize`: KubeSphere asks nobody for consent, it goes on or refuses. */
import type { OAuthClientConfiguration } from "../../../../kubesphere/login/oauthClientConfig";
import type { Answer } from "../bundles.js";
import { OAuthError, oauthError, redirect, redirectNotAllowed, unknownClient } from "./answers.js";
import { lifetimes, type Tokens } from "./tokens.js";
import { findClient, type Issuer, type Reader } from "./platform.js";

export interface Authorization {
  method: string;
  parameters: URLSearchParams;
  isSignedIn: boolean;
}

/** @param toLogin what someone who is not signed in is answered */
export async function authorize(
  { method, parameters, isSignedIn }: Authorization,
  cluster: Reader,
  issuer: Issuer,
  tokens: Tokens,
  toLogin: () => Answer,
): Promise<Answer> {
  const value = (name: string) => parameters.get(name) ?? "";
  const client = await findClient(cluster, value("client_id"));
  if (!client) return oauthError(unknownClient());
  const redirectUri = resolveRedirect(client, value("redirect_uri"));
  if (redirectUri === undefined) return oauthError(redirectNotAllowed());
  const state = value("state");
  const isSilent = value("prompt") === "none";
  if (!isSignedIn && !isSilent) return toLogin();
  try {
    if (!isSignedIn) throw new OAuthError("login_required", "Not authenticated.");
    const scopes = allowedScopes(client, value("scope"));
    if (client.grantMethod === "deny")
      throw new OAuthError("invalid_grant", "The resource owner or authorization server denied the request.");
    if (isSilent && client.grantMethod === "prompt")
      throw new OAuthError("interaction_required", "Consent is required before proceeding with the request.");
    switch (value("response_type")) {
      case "code": {
        const code = await tokens.code(issuer, client.name, scopes, value("nonce"));
        return redirect(method, withQuery(redirectUri, { code, state }));
      }
      case "id_token": {
        const nonce = value("nonce");
        // Not a word, as recorded.
        if (nonce === "") return { status: 200, body: "" };
        const idToken = await tokens.idToken(issuer, lifetimes(issuer, client).refresh, { client: client.name, scopes, nonce });
        return redirect(method, `${redirectUri}#${query({ id_token: idToken, state })}`);
      }
      default:
        throw unsupportedResponseType(value("response_type"));
    }
  } catch (error) {
    if (!(error instanceof OAuthError)) throw error;
    // The redirect URI's own query is lost here, and here only.
    return redirect(
      method,
      `${redirectUri.replace(/\?.*$/, "")}?${query({ error: error.error, error_description: error.description, state })}`,
    );
  }
}

/** Exactly one of the client's, or the first where none is asked for; undefined where it is not allowed. */
export function resolveRedirect({ redirectURIs = [] }: OAuthClientConfiguration, asked: string): string | undefined {
  return asked === "" ? redirectURIs[0] : redirectURIs.find((uri) => uri === asked);
}

/** Separated by one space each, and all of them the client's: none at all is refused too. */
function allowedScopes({ scopeRestrictions = [] }: OAuthClientConfiguration, scope: string): string[] {
  const scopes = scope.split(" ");
  if (!scopes.every((it) => scopeRestrictions.includes(it)))
    throw new OAuthError("invalid_scope", "The requested scope is invalid or not supported.");
  return scopes;
}

function unsupportedResponseType(responseType: string): OAuthError {
  // KubeSphere names the type only where it is several.
  const named = responseType.includes(" ") ? ` ${responseType}` : "";
  return new OAuthError("unsupported_response_type", `The provided response_type${named} is not supported by the authorization server.`);
}

/** Go sorts the parameters of a query. */
function query(parameters: Record<string, string>): string {
  const filled = new URLSearchParams(Object.entries(parameters).filter(([, value]) => value !== ""));
  filled.sort();
  return filled.toString();
}

function withQuery(uri: string, parameters: Record<string, string>): string {
  const [base = "", own] = uri.split("?", 2);
  return `${base}?${query({ ...Object.fromEntries(new URLSearchParams(own)), ...parameters })}`;
}
