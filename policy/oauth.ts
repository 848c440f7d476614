/** Logins that somebody else may take over. */
import { insecureRedirects } from "../kubesphere/login/redirectUri";
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

/** In KubeSphere 4.1, where `prompt` does as `auto`. */
const UNASKED: readonly unknown[] = ["auto", "prompt"];

export const unaskedGrant: Rule = {
  name: "unasked-grant",
  why: "A client that nobody vouches for gets a user's identity without the user being asked: KubeSphere 4.1 asks nobody.",
  mend: "Set `trusted: true` where the application is your own; where it is not, `grantMethod: deny` keeps it out.",
  resource: ({ type, urn, inputs: { grantMethod = "auto", trusted } }, { production }) =>
    type !== CLIENT || !production || !UNASKED.includes(grantMethod) || trusted === true || isOwn(urn)
      ? []
      : [{ property: "grantMethod", given: grantMethod }],
};

/** The client that the program makes for the Harbor that it installs; no setting would change its grant. */
const isOwn = (urn: string) => urn.includes(`kubesphere:index:HarborOidc$${CLIENT}::`);
