/** The sample application: `/` starts a login at KubeSphere, the redirect URI ends it and shows who has logged in. */
import { oneLine } from "../shared/text/terminal";
import { LoginError, newChallenge, type Challenge, type Provider } from "./provider";

export interface Request {
  /** Path and query. */
  readonly url: string;
  /** The Cookie header. */
  readonly cookie?: string | undefined;
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly body: string;
}

/** Seconds that a login may take. */
const LOGIN_LIFETIME = 3600;

const text = (status: number, body: string): Reply => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
  body: `${body}\n`,
});

/** @param log takes one line for each login that has ended; never a secret */
export function createApp(provider: Provider, redirectUri: URL, log: (line: string) => void): (request: Request) => Promise<Reply> {
  const isSecure = redirectUri.protocol === "https:";
  const cookie = (name: string, value: string, maxAge: number) =>
    `${name}=${value}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax${isSecure ? "; Secure" : ""}`;
  const start = (): Reply => {
    const challenge = newChallenge();
    const { state, nonce } = challenge;
    const cookies = [cookie("state", state, LOGIN_LIFETIME), cookie("nonce", nonce, LOGIN_LIFETIME)];
    return { status: 302, headers: { location: provider.loginUrl(challenge), "set-cookie": cookies }, body: "" };
  };
  const finish = async (callback: URL, { cookie: header }: Request): Promise<Reply> => {
    const { token, claims } = await provider.finish(callback, challengeOf(callback, header));
    log(`${oneLine(String(claims["sub"]))} has logged in`);
    const body = JSON.stringify({ OAuth2Token: token, IDTokenClaims: claims }, undefined, 4);
    const cookies = [cookie("state", "", 0), cookie("nonce", "", 0)];
    return {
      status: 200,
      headers: { "content-type": "application/json", "cache-control": "no-store", "set-cookie": cookies },
      body: `${body}\n`,
    };
  };
  return async (request) => {
    const url = new URL(`${redirectUri.origin}${request.url}`);
    try {
      if (url.pathname === redirectUri.pathname) return await finish(url, request);
      return url.pathname === "/" ? start() : text(404, "404 page not found");
    } catch (error) {
      if (!(error instanceof LoginError)) throw error;
      log(`a login has failed: ${oneLine(error.message)}`);
      return text(error.status, error.message);
    }
  };
}

/** What the login was begun with, once it is sure that the same browser has begun it. @throws LoginError */
function challengeOf(callback: URL, header = ""): Challenge {
  const valueOf = (name: string) => new RegExp(`(?:^|; *)${name}=([^;]+)`).exec(header)?.[1];
  const [state, nonce] = [valueOf("state"), valueOf("nonce")];
  if (state === undefined) throw new LoginError(400, "state not found");
  if (callback.searchParams.get("state") !== state) throw new LoginError(400, "state did not match");
  if (nonce === undefined) throw new LoginError(400, "nonce not found");
  return { state, nonce };
}
