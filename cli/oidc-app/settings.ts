/** What the sample application needs to know of its OAuth client, from a stack's outputs or from the command line. */
import { ConfigurationError } from "../../kubesphere/errors";
import { SCOPES } from "../../kubesphere/login/oauthClientConfig";
import { Failure } from "../shared/command";
import type { Stack } from "../shared/pulumi";

export interface Settings {
  /** KubeSphere's OAuth issuer. */
  readonly issuer: URL;
  readonly clientId: string;
  readonly clientSecret: string;
  /** One of the client's, character by character. */
  readonly redirectUri: URL;
  readonly scopes: readonly string[];
  /** Where the application listens. */
  readonly listen: { readonly host: string; readonly port: number };
}

/** Of the stack's outputs, those that are used here. */
export interface Outputs {
  readonly issuer: string;
  /** By client name, which is the client_id. */
  readonly oauthClients: Readonly<Record<string, Client>>;
}

interface Client {
  readonly clientSecret: string;
  readonly redirectURIs: readonly string[];
  readonly scopes: readonly string[];
}

/** The command line's options, as they were typed. */
export interface Flags {
  readonly issuer?: string | undefined;
  readonly client?: string | undefined;
  readonly redirect?: string | undefined;
  readonly listen?: string | undefined;
}

/** Holds the secret where there is no stack: a command line can be read by everybody on the machine. */
export const SECRET_VARIABLE = "OIDC_CLIENT_SECRET";

/** @throws Failure when there are none, or with what Pulumi said */
export async function outputsOf(stack: Pick<Stack, "json">): Promise<Outputs> {
  const { issuer, oauthClients = {} } = await stack.json<Partial<Outputs>>("the outputs", ["stack", "output", "--show-secrets"]);
  if (issuer === undefined) throw new Failure("the stack has not been deployed: run `pulumi up` first");
  return { issuer, oauthClients };
}

/** @throws ConfigurationError */
export function settingsOfStack(flags: Flags, { issuer, oauthClients }: Outputs): Settings {
  const names = Object.keys(oauthClients);
  const clientId = flags.client ?? (names.length === 1 ? names[0] : undefined);
  const client = clientId === undefined ? undefined : oauthClients[clientId];
  if (clientId === undefined || !client)
    throw new ConfigurationError({
      path: "--client",
      given: clientId,
      allowed: names.length > 0 ? names.join(", ") : "an OAuth client of the stack, which has none",
      mend: "Clients are declared under kubesphere:oauthClients.",
    });
  const redirect = flags.redirect ?? client.redirectURIs.find(isLoopback) ?? client.redirectURIs[0];
  if (redirect === undefined || !client.redirectURIs.includes(redirect))
    throw new ConfigurationError({
      path: "--redirect",
      given: redirect,
      allowed: client.redirectURIs.join(", "),
      mend: `Take one of them, or add this one to the client ${clientId} of the stack: KubeSphere refuses any other.`,
    });
  const secret = client.clientSecret;
  return settings({ issuer: flags.issuer ?? issuer, clientId, secret, redirect, scopes: client.scopes, listen: flags.listen });
}

/** One that leads back to this machine, whichever it is: only there the application can listen for sure. */
const isLoopback = (uri: string): boolean =>
  URL.canParse(uri) && /^https?:$/.test(new URL(uri).protocol) && /^(localhost|127\.[\d.]+|\[::1\])$/.test(new URL(uri).hostname);

/** @throws ConfigurationError */
export function settingsOfFlags({ issuer, client, redirect, listen }: Flags, secret: string | undefined): Settings {
  const needed = (path: string, value: string | undefined, allowed: string) => {
    if (value) return value;
    throw new ConfigurationError({ path, given: undefined, allowed, mend: "Or leave --issuer out to have it all from a stack." });
  };
  return settings({
    issuer: needed("--issuer", issuer, "KubeSphere's OAuth issuer"),
    clientId: needed("--client", client, "the name of the OAuth client"),
    redirect: needed("--redirect", redirect, "one of the client's redirect URIs"),
    secret: needed(`$${SECRET_VARIABLE}`, secret, "the client's secret"),
    scopes: SCOPES,
    listen,
  });
}

interface Given {
  issuer: string;
  clientId: string;
  secret: string;
  redirect: string;
  scopes: readonly string[];
  listen: string | undefined;
}

const settings = ({ issuer, clientId, secret, redirect, scopes, listen }: Given): Settings => ({
  issuer: urlOf("--issuer", issuer),
  clientId,
  clientSecret: secret,
  redirectUri: redirectOf(redirect),
  scopes,
  listen: listenOf(listen, new URL(redirect)),
});

function urlOf(path: string, text: string): URL {
  if (URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)) return new URL(text);
  throw new ConfigurationError({ path, given: text, allowed: "an http or https URL" });
}

function redirectOf(text: string): URL {
  const url = urlOf("--redirect", text);
  if (url.search === "" && url.pathname !== "/") return url;
  throw new ConfigurationError({
    path: "--redirect",
    given: text,
    allowed: "a URL with a path and without a query",
    mend: "At / the sample application starts a login, and its library leaves the query out: give the client another redirect URI.",
  });
}

function listenOf(text: string | undefined, { hostname, port, protocol }: URL): Settings["listen"] {
  // The URL's own form of an IPv6 address has brackets.
  if (text === undefined) return { host: hostname.replace(/^\[|\]$/g, ""), port: Number(port) || (protocol === "https:" ? 443 : 80) };
  const [, host = "", digits = ""] = /^(?:\[?([^[\]]+)\]?:)?(\d+)$/.exec(text) ?? [];
  const number = Number(digits);
  if (digits !== "" && number < 65536) return { host: host || "127.0.0.1", port: number };
  throw new ConfigurationError({ path: "--listen", given: text, allowed: "HOST:PORT, or a port of 127.0.0.1" });
}
