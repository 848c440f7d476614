/** Answers in the forms of KubeSphere's API server, which is written in Go. */
import type { Answer } from "../bundles.js";
import { escapeHtml } from "./html.js";

export const json = (status: number, value: unknown, headers?: Answer["headers"]): Answer => ({
  status,
  contentType: "application/json",
  body: JSON.stringify(value),
  ...(headers && { headers }),
});

export const plain = (status: number, text: string): Answer => ({
  status,
  contentType: "text/plain; charset=utf-8",
  body: `${status}: ${text}`,
});

/** As Go redirects: a page for who follows no redirects, after a GET only. */
export function redirect(method: string, location: string, headers: Answer["headers"] = {}): Answer {
  const answer = { status: 302, headers: { ...headers, location: location.replace(/\P{ASCII}/gu, encodeURIComponent) } };
  if (method !== "GET") return { ...answer, body: "" };
  return { ...answer, contentType: "text/html; charset=utf-8", body: `<a href="${escapeHtml(location)}">Found</a>.\n\n` };
}

/** Credentials that are no good, as opposed to none. */
export const unauthorized = (message: string): Answer =>
  json(401, { kind: "Status", apiVersion: "v1", metadata: {}, status: "Failure", message, reason: "Unauthorized", code: 401 });

/** An error of OAuth 2.0 in the words of KubeSphere. */
export class OAuthError extends Error {
  constructor(
    readonly error: string,
    readonly description: string,
    readonly status = 400,
  ) {
    super(description);
  }
}

export const oauthError = ({ status, error, description }: OAuthError, headers?: Answer["headers"]): Answer =>
  json(status, { error, error_description: description }, headers);

export const unknownClient = () => new OAuthError("invalid_client", "The provided client_id is invalid or does not exist.");
export const redirectNotAllowed = () => new OAuthError("invalid_request", "Redirect URI is not allowed.");
