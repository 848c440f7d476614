/** Redirect URIs of OAuth clients: the addresses to which a login may return. */
import type { Problem } from "../errors";
import { isPrivateHost } from "./privateHost";
import { repeated } from "../repeated";

/**
 * KubeSphere stores any text as a redirect URI, but a login never matches an invalid one.
 * @param path of the list, e.g. `kubesphere:oauthClients[0].redirectURIs`
 * @param uris an undefined one becomes known only later, such as an output in a preview
 */
export function checkRedirectURIs(path: string, uris: readonly (string | undefined)[]): Problem[] {
  if (uris.length === 0) {
    const mend = "Name the URI to which the application has the login return.";
    return [{ path, given: uris, allowed: "one or more absolute URIs", mend }];
  }
  return [
    ...uris.flatMap((uri, index) => {
      const mend = uri === undefined ? undefined : whyNoRedirectURI(uri);
      if (mend === undefined) return [];
      return [{ path: `${path}[${index}]`, given: uri, allowed: "an absolute URI such as https://app.example.com/callback", mend }];
    }),
    ...repeated(uris).map(([uri, index]) => ({ path: `${path}[${index}]`, given: uri, allowed: "each URI once", mend: "Remove it." })),
  ];
}

/**
 * Redirect URIs over which a login's code crosses a public network in clear text: a warning, or an error in production.
 * @param path of the list
 */
export const insecureRedirects = (path: string, uris: readonly (string | undefined)[]): Problem[] =>
  uris.flatMap((uri, index) =>
    uri !== undefined && /^http:/i.test(uri) && URL.canParse(uri) && !isPrivateHost(new URL(uri).hostname)
      ? [{ path: `${path}[${index}]`, given: uri, allowed: "https, or http to a loopback or private host", mend: CLEAR_TEXT }]
      : [],
  );

const CLEAR_TEXT = "Whoever sees the traffic can take over the login: serve the application with https";

function whyNoRedirectURI(uri: string): string | undefined {
  if (/[\s\p{Cc}]/u.test(uri)) return "A URI has no spaces: write them as %20.";
  if (uri.includes("*")) return "KubeSphere compares URIs character by character and knows no wildcards: list each one.";
  if (uri.includes("#")) return "A login returns without the fragment: remove `#` and what follows.";
  // A colon alone does not make it absolute: localhost:8080/callback has one, too.
  if (!/^[a-z][a-z0-9+.-]*:\//i.test(uri) || (/^https?:/i.test(uri) && !/^https?:\/\/[^/?]/i.test(uri)) || !URL.canParse(uri))
    return "Write it whole, with scheme and host.";
  return undefined;
}
