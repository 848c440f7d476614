/** Tokens and codes: JWTs of the issuer, each good only as long as it is remembered here. */
import type { webcrypto } from "node:crypto";
import { SignJWT, calculateJwkThumbprint, decodeJwt, errors, exportJWK, generateKeyPair, jwtVerify, type JWTPayload } from "jose";
import type { OAuthClientConfiguration } from "../../../../kubesphere/login/oauthClientConfig";
import { ADMIN, type Issuer } from "./platform.js";

export type Kind = "access_token" | "refresh_token" | "code";

/** How long a code is good, in seconds. */
const CODE_LIFETIME = 600;

export interface Lifetimes {
  /** Seconds. */
  access: number;
  /** Seconds, of refresh tokens and id_tokens. */
  refresh: number;
}

export function lifetimes(issuer: Issuer, client?: OAuthClientConfiguration): Lifetimes {
  const access = client?.accessTokenMaxAgeSeconds || issuer.accessTokenMaxAge;
  return { access, refresh: access + (client?.accessTokenInactivityTimeoutSeconds || issuer.accessTokenInactivityTimeout) };
}

export class Tokens {
  /** Each with the second in which it ends. */
  private readonly issued = new Map<string, number>();
  /** Each ks-apiserver makes its own at its start, so that they change with a restart. */
  private made: ReturnType<typeof generateKeyPair> | undefined;

  /** The answer to a token request, without an id_token. @param extra further claims of both tokens */
  async pair(issuer: Issuer, { access, refresh }: Lifetimes, extra: JWTPayload = {}): Promise<Record<string, unknown>> {
    return {
      access_token: await this.issue(issuer, "access_token", access, extra),
      token_type: "Bearer",
      refresh_token: await this.issue(issuer, "refresh_token", refresh, extra),
      expires_in: access,
    };
  }

  code(issuer: Issuer, client: string, scopes: readonly string[], nonce: string): Promise<string> {
    return this.issue(issuer, "code", CODE_LIFETIME, { aud: [client], scopes, ...(nonce && { nonce }) });
  }

  async idToken(issuer: Issuer, lifetime: number, claims: { client: string; scopes: readonly string[]; nonce: unknown }): Promise<string> {
    const { client, scopes, nonce } = claims;
    return sign(issuer, lifetime, { alg: "RS256", kid: (await this.jwk()).kid, typ: "JWT" }, (await this.keyPair()).privateKey, {
      aud: [client],
      token_type: "id_token",
      url: ADMIN.name,
      ...(nonce !== undefined && { nonce }),
      ...(scopes.includes("email") && { email: ADMIN.email }),
      ...(scopes.includes("profile") && { preferred_username: ADMIN.name }),
    });
  }

  /** The claims of a token that is good, and of this kind. */
  async verify(issuer: Issuer, kind: Kind, token: string): Promise<JWTPayload | undefined> {
    if (!this.issued.has(token)) return undefined;
    try {
      const { payload } = await jwtVerify(token, secretOf(issuer), { issuer: issuer.url, algorithms: ["HS256"] });
      return payload["token_type"] === kind ? payload : undefined;
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined;
      throw error;
    }
  }

  /** A code is good once. @returns its claims */
  async redeem(issuer: Issuer, code: string): Promise<JWTPayload | undefined> {
    const claims = await this.verify(issuer, "code", code);
    return claims && this.issued.delete(code) ? claims : undefined;
  }

  /** Signs a user out everywhere. */
  revoke(username: string): void {
    for (const token of this.issued.keys()) if (decodeJwt(token).sub === username) this.issued.delete(token);
  }

  /** The public half of the key that signs id_tokens. */
  async jwk() {
    const { kty = "", n = "", e = "" } = await exportJWK((await this.keyPair()).publicKey);
    return { use: "sig", kty, kid: await calculateJwkThumbprint({ kty, n, e }), alg: "RS256", n, e };
  }

  private keyPair() {
    return (this.made ??= generateKeyPair("RS256", { extractable: true }));
  }

  private async issue(issuer: Issuer, kind: Kind, lifetime: number, claims: JWTPayload): Promise<string> {
    const now = Date.now() / 1000;
    for (const [token, end] of this.issued) if (end < now) this.issued.delete(token);
    const header = { alg: "HS256", typ: "JWT" };
    const token = await sign(issuer, lifetime, header, secretOf(issuer), { token_type: kind, ...claims });
    this.issued.set(token, now + lifetime);
    return token;
  }
}

const secretOf = ({ jwtSecret }: Issuer) => Buffer.from(jwtSecret);

/** Whole seconds and nothing random: two codes asked for in one second are the same, as those of KubeSphere are. */
function sign(
  issuer: Issuer,
  lifetime: number,
  header: { alg: string; kid?: string; typ: string },
  key: webcrypto.CryptoKey | Uint8Array,
  claims: JWTPayload,
) {
  const iat = Math.floor(Date.now() / 1000);
  return new SignJWT({ iss: issuer.url, sub: ADMIN.name, username: ADMIN.name, iat, exp: iat + lifetime, ...claims })
    .setProtectedHeader(header)
    .sign(key);
}
