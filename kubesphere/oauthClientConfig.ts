/** OAuth clients: the Secret's text in the form that KubeSphere's admission webhook stores, and the checks before it is sent. */
import { BUILT_IN_OAUTH_CLIENT, label } from "./api";
import type { Problem } from "./errors";
import { toGoYaml, type YamlValue } from "./yaml";

/** What happens when a user who is logged in comes from the client: go on, ask first (KubeSphere 4.1 goes on all the same), or refuse. */
export const GRANT_METHODS = ["auto", "prompt", "deny"] as const;
export type GrantMethod = (typeof GRANT_METHODS)[number];

/** The scopes that KubeSphere knows. */
export const SCOPES = ["openid", "email", "profile"] as const;

/** The least that KubeSphere takes for a timeout, in seconds; 0 means KubeSphere's own. */
const MIN_TIMEOUT = 600;

export interface OAuthClientConfiguration {
  /** The client_id. */
  readonly name: string;
  /** The client_secret. Left empty, KubeSphere would make a new one at every update. */
  readonly secret: string;
  /** @default false */
  readonly trusted?: boolean | undefined;
  /** @default "auto" */
  readonly grantMethod?: GrantMethod | undefined;
  /** @default false */
  readonly respondWithChallenges?: boolean | undefined;
  /** The scopes that the client may ask for. KubeSphere denies all when there are none. */
  readonly scopeRestrictions?: readonly string[] | undefined;
  /** Compared character by character. */
  readonly redirectURIs?: readonly string[] | undefined;
  /** Seconds: 0, or 600 and more. @default 0, KubeSphere's own */
  readonly accessTokenMaxAgeSeconds?: number | undefined;
  /** Seconds: 0, or 600 and more. @default 0, KubeSphere's own */
  readonly accessTokenInactivityTimeoutSeconds?: number | undefined;
}

/** The text of `configuration.yaml`: the fields in the webhook's order, the last five left out while they are empty. */
export function oauthClientConfiguration(client: OAuthClientConfiguration): string {
  const optional: readonly (readonly [string, YamlValue])[] = [
    ["respondWithChallenges", client.respondWithChallenges ?? false],
    ["scopeRestrictions", client.scopeRestrictions ?? []],
    ["redirectURIs", client.redirectURIs ?? []],
    ["accessTokenMaxAgeSeconds", client.accessTokenMaxAgeSeconds ?? 0],
    ["accessTokenInactivityTimeoutSeconds", client.accessTokenInactivityTimeoutSeconds ?? 0],
  ];
  return toGoYaml([
    ["name", client.name],
    ["secret", client.secret],
    ["trusted", client.trusted ?? false],
    ["grantMethod", client.grantMethod ?? "auto"],
    ...optional.filter(([, value]) => (typeof value === "object" ? value.length > 0 : Boolean(value))),
  ]);
}

/** The labels of the client's Secret as the webhook leaves them. */
export const oauthClientLabels = (name: string) => ({ [label.configType]: "oauthclient", [label.oauthClient]: name });

/** A client as the stack's configuration has it. */
export interface OAuthClientSettings {
  readonly name: string;
  readonly secret?: string | undefined;
  readonly grantMethod?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  readonly redirectURIs?: readonly string[] | undefined;
  readonly accessTokenMaxAgeSeconds?: number | undefined;
  readonly accessTokenInactivityTimeoutSeconds?: number | undefined;
}

/**
 * Everything that KubeSphere would refuse, or would take and never work with.
 * @param path where the clients stand in the configuration, e.g. `kubesphere:oauthClients`
 */
export function checkOAuthClients(path: string, clients: readonly OAuthClientSettings[]): Problem[] {
  return [
    ...clients.flatMap((client, index) => checkOAuthClient(`${path}[${index}]`, client)),
    ...repeated(clients.map(({ name }) => name)).map(([name, index]) => ({
      path: `${path}[${index}].name`,
      given: name,
      allowed: "a name that no other client has",
      mend: "KubeSphere finds a client by its name alone: rename one of the two",
    })),
  ];
}

/** @param path where the client stands in the configuration, e.g. `kubesphere:oauthClients[0]` */
export function checkOAuthClient(path: string, client: OAuthClientSettings): Problem[] {
  const { name, secret, grantMethod = "auto", scopes = [], redirectURIs = [] } = client;
  const problems: Problem[] = [];
  const refuse = (key: string, given: unknown, allowed: string, mend: string) =>
    problems.push({ path: `${path}.${key}`, given, allowed, mend });

  // KubeSphere writes the name into a label of the Secret.
  if (name.length > 63 || !/^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name))
    refuse(
      "name",
      name,
      "1 to 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends",
      "The name is the client_id; choose another.",
    );
  if (name === BUILT_IN_OAUTH_CLIENT)
    refuse("name", name, "any other name", "The console itself signs in as this client; choose another name.");

  // In KubeSphere's own form such a text reads back as another one, and so the client would have another secret.
  if (secret !== undefined && (secret === "" || /^(?:\n|[\t\u2028\u2029][^]*\n)/.test(secret)))
    refuse(
      "secret",
      "[not shown]",
      "a text that is not empty and does not begin with a line break or tab",
      "Leave it out to have one generated.",
    );

  if (!GRANT_METHODS.some((method) => method === grantMethod))
    refuse("grantMethod", grantMethod, GRANT_METHODS.join(", "), "Leave it out for auto.");

  const knownScopes = SCOPES.join(", ");
  if (scopes.length === 0)
    refuse(
      "scopes",
      scopes,
      `one or more of ${knownScopes}`,
      "KubeSphere denies every login of a client without scopes; OpenID Connect needs openid.",
    );
  scopes.forEach((scope, index) => {
    if (!SCOPES.some((known) => known === scope))
      refuse(`scopes[${index}]`, scope, knownScopes, "KubeSphere knows no other scope; remove it.");
  });
  for (const [scope, index] of repeated(scopes)) refuse(`scopes[${index}]`, scope, "each scope once", "Remove it.");

  if (redirectURIs.length === 0)
    refuse("redirectURIs", redirectURIs, "one or more absolute URIs", "Name the URI to which the application has the login return.");
  redirectURIs.forEach((uri, index) => {
    const mend = whyNoRedirectURI(uri);
    if (mend !== undefined) refuse(`redirectURIs[${index}]`, uri, "an absolute URI such as https://app.example.com/callback", mend);
  });
  for (const [uri, index] of repeated(redirectURIs)) refuse(`redirectURIs[${index}]`, uri, "each URI once", "Remove it.");

  for (const key of ["accessTokenMaxAgeSeconds", "accessTokenInactivityTimeoutSeconds"] as const) {
    const seconds = client[key] ?? 0;
    if (seconds !== 0 && !(Number.isSafeInteger(seconds) && seconds >= MIN_TIMEOUT))
      refuse(key, seconds, `0, or whole seconds from ${MIN_TIMEOUT}`, "Leave it out for KubeSphere's own.");
  }
  return problems;
}

/** KubeSphere stores any text here, and then no login ever matches it. */
function whyNoRedirectURI(uri: string): string | undefined {
  if (/[\s\p{Cc}]/u.test(uri)) return "A URI has no spaces: write them as %20.";
  if (uri.includes("*")) return "KubeSphere compares URIs character by character and knows no wildcards: list each one.";
  if (uri.includes("#")) return "A login returns without the fragment: remove `#` and what follows.";
  // A colon alone does not make it absolute: localhost:8080/callback has one too.
  if (!/^[a-z][a-z0-9+.-]*:\//i.test(uri) || (/^https?:/i.test(uri) && !/^https?:\/\/[^/?]/i.test(uri)) || !URL.canParse(uri))
    return "Write it whole, with scheme and host.";
  return undefined;
}

/** The values that stood in the list before, each with its index. */
const repeated = (values: readonly string[]) =>
  values.flatMap((value, index) => (values.indexOf(value) < index ? [[value, index] as const] : []));
