/**
 * What stands in for the console's front end. KubeSphere sends a browser that is not signed in to the console and forgets what
 * it came for; the console's own pages bring it back. Here two cookies do: one keeps the way back, one the access token, which
 * the console sends along as bearer.
 */
import type { IncomingHttpHeaders } from "node:http";
import type { Answer } from "../bundles.js";
import { escapeHtml } from "./html.js";

const SESSION = "token";
const RETURN = "return_to";
/** Seconds that a way back is kept. */
const RETURN_LIFETIME = 600;

const cookie = (name: string, value: string, maxAge: number) =>
  `${name}=${encodeURIComponent(value)}; Path=/; Max-Age=${maxAge}; HttpOnly; SameSite=Lax`;

export const keepReturn = (path: string) => cookie(RETURN, path, RETURN_LIFETIME);
export const forgetReturn = () => cookie(RETURN, "", 0);
export const startSession = (accessToken: string, lifetime: number) => cookie(SESSION, accessToken, lifetime);
export const endSession = () => cookie(SESSION, "", 0);

export const sessionOf = (headers: IncomingHttpHeaders) => cookieOf(headers, SESSION);

/** Into the OAuth server only: the cookie is the browser's, and might say anything. */
export function returnOf(headers: IncomingHttpHeaders): string | undefined {
  const path = cookieOf(headers, RETURN);
  return path?.startsWith("/oauth/authorize?") ? path : undefined;
}

function cookieOf({ cookie: header = "" }: IncomingHttpHeaders, name: string): string | undefined {
  const value = header.split(/; */).find((it) => it.startsWith(`${name}=`));
  try {
    return value && decodeURIComponent(value.slice(name.length + 1));
  } catch {
    return undefined;
  }
}

/** @param failure why the last try failed */
export const loginPage = (status: number, failure?: string): Answer =>
  page(
    status,
    `<form method="post" action="/login">
  <p>Sign in as <code>admin</code>; the password is ks-core's <code>authentication.adminPassword</code>.</p>
  ${failure === undefined ? "" : `<p role="alert">${escapeHtml(failure)}</p>`}
  <p><label>Username <input name="username" autocomplete="username" required autofocus></label></p>
  <p><label>Password <input name="password" type="password" autocomplete="current-password" required></label></p>
  <p><button>Log in</button></p>
</form>`,
  );

export const homePage = (username: string): Answer =>
  page(200, `<p>You are signed in as <strong>${escapeHtml(username)}</strong>.</p>\n<p><a href="/logout">Log out</a></p>`);

const page = (status: number, content: string): Answer => ({
  status,
  contentType: "text/html; charset=utf-8",
  headers: { "cache-control": "no-store" },
  body: `<!doctype html>
<html lang="en">
<title>KubeSphere sandbox</title>
<h1>KubeSphere sandbox</h1>
<p>This stands in for the KubeSphere console: it serves extensions' modules under <code>/pstatic/dist/</code> and signs people in.</p>
${content}
</html>
`,
});
