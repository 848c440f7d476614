/** KubeSphere as an OpenID Connect provider, through openid-client. */
import { types } from "util";
import * as oidc from "openid-client";
import { discoveryUrl } from "../../kubesphere/urls";
import type { Settings } from "./settings";

/** What ties a login's end to its beginning. */
export interface Challenge {
  readonly state: string;
  readonly nonce: string;
}

export interface Login {
  /** As the token endpoint answered, with each token in place of its text. */
  readonly token: Readonly<Record<string, unknown>>;
  /** Of the id_token, which has been verified. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** Why a login failed, in a sentence without any secret. */
export class LoginError extends Error {
  constructor(
    readonly status: 400 | 403 | 500,
    message: string,
  ) {
    super(message);
  }
}

export interface Provider {
  /** Where the browser is sent. */
  loginUrl(challenge: Challenge): string;
  /** @param callback the URL with which the browser came back @throws LoginError */
  finish(callback: URL, challenge: Challenge): Promise<Login>;
}

export const newChallenge = (): Challenge => ({ state: oidc.randomState(), nonce: oidc.randomNonce() });

const REDACTED = "*REDACTED*";

/** Reads the discovery document. @throws Error that says how the issuer is reached from outside the cluster */
export async function connect({ issuer, clientId, clientSecret, redirectUri, scopes }: Settings): Promise<Provider> {
  // KubeSphere takes a client's id and secret in the form only: those in a header it takes for a user's name and password.
  const authentication = oidc.ClientSecretPost(clientSecret);
  const execute = [oidc.enableNonRepudiationChecks, ...(issuer.protocol === "http:" ? [oidc.allowInsecureRequests] : [])];
  const config = await oidc.discovery(issuer, clientId, undefined, authentication, { execute }).catch((error: unknown) => {
    throw new Error(`${discoveryUrl(issuer.origin)} cannot be read: ${reason(error)}.${hint(issuer)}`);
  });
  return {
    loginUrl: ({ state, nonce }) =>
      oidc.buildAuthorizationUrl(config, { redirect_uri: redirectUri.href, scope: scopes.join(" "), state, nonce }).href,
    finish: async (callback, { state, nonce }) => {
      const checks = { expectedState: state, expectedNonce: nonce };
      const token = await oidc.authorizationCodeGrant(config, callback, checks).catch((error: unknown) => {
        throw loginError(error);
      });
      const isSecret = (name: string) => name.endsWith("_token");
      return {
        token: Object.fromEntries(Object.entries(token).map(([name, value]) => [name, isSecret(name) ? REDACTED : value])),
        claims: token.claims() ?? {},
      };
    },
  };
}

const hint = ({ hostname, protocol }: URL) =>
  protocol === "http:" && hostname.endsWith(".svc")
    ? ` That name is known inside the cluster only: put "<address of a node> ${hostname}" into this machine's hosts file, or set kubesphere:ksCore.portal.`
    : "";

/** The library's codes for no answer, and for one that holds no tokens. */
const NO_TOKENS = [undefined, "OAUTH_RESPONSE_IS_NOT_CONFORM", "OAUTH_RESPONSE_IS_NOT_JSON", "OAUTH_PARSE_ERROR", "OAUTH_TIMEOUT"];

function loginError(error: unknown): LoginError {
  if (error instanceof oidc.AuthorizationResponseError) return new LoginError(403, `The login was refused: ${reason(error)}`);
  const isExchange =
    error instanceof oidc.ResponseBodyError ||
    error instanceof oidc.WWWAuthenticateChallengeError ||
    error instanceof TypeError ||
    (error instanceof oidc.ClientError && NO_TOKENS.includes(error.code));
  if (isExchange) return new LoginError(500, `Failed to exchange token: ${reason(error)}`);
  if (claimOf(error) === "nonce") return new LoginError(400, "nonce did not match");
  return new LoginError(500, `Failed to verify ID Token: ${reason(error)}`);
}

/** The claim that is not as expected. */
function claimOf(error: unknown): unknown {
  const { cause } = error instanceof Error && error.cause instanceof Error ? error.cause : {};
  return typeof cause === "object" && cause !== null && "claim" in cause ? cause.claim : undefined;
}

/** Of an error of openid-client: the innermost, since the outer ones say that something went wrong. */
export function reason(error: unknown): string {
  if (error instanceof oidc.ResponseBodyError || error instanceof oidc.AuthorizationResponseError)
    return [error.error, error.error_description].filter((it) => it !== undefined).join(": ");
  if (!types.isNativeError(error)) return String(error);
  if (types.isNativeError(error.cause)) return reason(error.cause);
  if (error.cause instanceof Response) return `HTTP ${error.cause.status}`;
  return error.message || ("code" in error ? String(error.code) : error.name);
}
