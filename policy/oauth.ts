/** Logins that somebody else may take over. */
import { insecureRedirects } from "../kubesphere/redirectUri";
import type { Rule } from "./rule";

const CLIENT = "kubesphere:index:OAuthClient";

export const clearTextRedirect: Rule = {
  name: "clear-text-redirect",
  why: "The login's code crosses a public network in clear, and whoever sees it can take over the login.",
  mend: "Serve the application with https, or have the login return to a loopback or private address.",
  resource: ({ type, inputs: { redirectURIs } }) =>
    type !== CLIENT || !Array.isArray(redirectURIs)
      ? []
      : insecureRedirects(
          "redirectURIs",
          // What is known only after an `up` is no text here.
          redirectURIs.map((uri: unknown) => (typeof uri === "string" ? uri : undefined)),
        ).map(({ path, given }) => ({ property: path, given })),
};

export const unaskedGrant: Rule = {
  name: "unasked-grant",
  why: "With `auto`, a client that nobody vouches for gets a user's identity without the user being asked.",
  mend: "Set `grantMethod: prompt`; or `trusted: true`, where the application is your own.",
  resource: ({ type, urn, inputs: { grantMethod = "auto", trusted } }, { production }) =>
    type !== CLIENT || !production || grantMethod !== "auto" || trusted === true || isOwn(urn)
      ? []
      : [{ property: "grantMethod", given: grantMethod }],
};

/** The client that the program makes for the Harbor that it installs; no setting would change its grant. */
const isOwn = (urn: string) => urn.includes(`kubesphere:index:HarborOidc$${CLIENT}::`);
