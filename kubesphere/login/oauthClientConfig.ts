/** OAuth clients: the Secret's text in the form that KubeSphere's admission webhook stores, and the checks before it is sent. */
import { BUILT_IN_OAUTH_CLIENT, label, oauthClientSecretName } from "../api";
import type { Problem } from "../errors";
import { checkRedirectURIs } from "./redirectUri";
import { repeated } from "../repeated";
import { toGoYaml, type YamlValue } from "../yaml/yaml";

/**
 * What KubeSphere does when a user who is logged in comes from the client: `auto` sends the user back to it, `prompt` asks the user first
 * (KubeSphere 4.1 does not ask, and works as with `auto`), and `deny` refuses.
 */
export type GrantMethod = "auto" | "prompt" | "deny";
export const GRANT_METHODS = ["auto", "prompt", "deny"] as const satisfies readonly GrantMethod[];

/** The scopes that KubeSphere knows. */
export const SCOPES = ["openid", "email", "profile"] as const;

/** The shortest timeout that KubeSphere accepts, in seconds; 0 means KubeSphere's own. */
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

/** The text of `configuration.yaml`: the fields in the webhook's order; each of the last five is left out if it is empty. */
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

/** A client as it is declared, before it is checked. */
export interface OAuthClientSettings {
  readonly name: string;
  readonly renamedFrom?: string | undefined;
  readonly secret?: string | undefined;
  readonly rotate?: string | undefined;
  readonly secretName?: string | undefined;
  readonly grantMethod?: string | undefined;
  readonly scopes?: readonly string[] | undefined;
  /** An undefined one is known only later. */
  readonly redirectURIs?: readonly (string | undefined)[] | undefined;
  readonly accessTokenMaxAgeSeconds?: number | undefined;
  readonly accessTokenInactivityTimeoutSeconds?: number | undefined;
}

/**
 * The mistakes in clients: settings that KubeSphere would refuse, or would accept without ever working with them.
 * @param path where the clients stand in the configuration, e.g. `kubesphere:oauthClients`
 * @param taken names that other parts of the program give to clients of their own
 */
export function checkOAuthClients(path: string, clients: readonly OAuthClientSettings[], taken: readonly string[] = []): Problem[] {
  const names = clients.map(({ name }) => name);
  const refuse = (key: string, allowed: string, mend: string) => (given: string, index: number) => ({
    path: `${path}[${index}].${key}`,
    given,
    allowed,
    mend,
  });
  const isTaken = refuse("name", "a name that no other client has", "KubeSphere finds a client by its name alone: rename one of the two");
  const sharesSecret = refuse("secretName", "a Secret of its own for each client", "Leave it out for oauthclient-<name>");
  const isStillThere = refuse(
    "renamedFrom",
    "a name that no client has any more",
    "Leave it out: the client of that name is still declared",
  );
  return [
    ...clients.flatMap((client, index) => checkOAuthClient(`${path}[${index}]`, client)),
    ...repeated([...taken, ...names]).map(([name, index]) => isTaken(name, index - taken.length)),
    // Two clients of the same name are reported above.
    ...repeated(clients.map(secretNameOf))
      .filter(([, index]) => names.indexOf(names[index] ?? "") === index)
      .map(([name, index]) => sharesSecret(name, index)),
    ...clients.flatMap(({ renamedFrom }, index) =>
      renamedFrom !== undefined && names.includes(renamedFrom) ? [isStillThere(renamedFrom, index)] : [],
    ),
  ];
}

const secretNameOf = ({ name, secretName }: OAuthClientSettings) => secretName ?? oauthClientSecretName(name);

/** @param path where the client stands in the configuration, e.g. `kubesphere:oauthClients[0]` */
export function checkOAuthClient(path: string, client: OAuthClientSettings): Problem[] {
  const { secret, grantMethod = "auto", scopes = [], redirectURIs = [] } = client;
  const problems = checkNames(path, client);
  const refuse = (key: string, given: unknown, allowed: string, mend: string) =>
    problems.push({ path: `${path}.${key}`, given, allowed, mend });

  // In KubeSphere's own form such a text reads back as another one, and so the client would have another secret.
  if (secret !== undefined && (secret === "" || /^(?:\n|[\t\u2028\u2029][^]*\n)/.test(secret)))
    refuse(
      "secret",
      "[not shown]",
      "a text that is not empty and does not begin with a line break or tab",
      "Leave it out to have one generated.",
    );
  if (secret !== undefined && client.rotate !== undefined)
    refuse(
      "rotate",
      client.rotate,
      "nothing beside a secret of one's own",
      "Change the secret itself, or leave it out to have one generated.",
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

  problems.push(...checkRedirectURIs(`${path}.redirectURIs`, redirectURIs));

  for (const key of ["accessTokenMaxAgeSeconds", "accessTokenInactivityTimeoutSeconds"] as const) {
    const seconds = client[key] ?? 0;
    if (seconds !== 0 && !(Number.isSafeInteger(seconds) && seconds >= MIN_TIMEOUT))
      refuse(key, seconds, `0, or whole seconds from ${MIN_TIMEOUT}`, "Leave it out for KubeSphere's own.");
  }
  return problems;
}

const SECRET_NAME = /^(?=.{1,253}$)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function checkNames(path: string, client: OAuthClientSettings): Problem[] {
  const { name, secretName } = client;
  // KubeSphere writes the name into a label of the Secret.
  if (name.length > 63 || !/^[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$/.test(name)) {
    const allowed = "1 to 63 letters, digits, `-`, `_` and `.`, with a letter or digit at both ends";
    return [{ path: `${path}.name`, given: name, allowed, mend: "The name is the client_id; choose another." }];
  }
  if (name === BUILT_IN_OAUTH_CLIENT) {
    const mend = "The console itself signs in as this client; choose another name.";
    return [{ path: `${path}.name`, given: name, allowed: "any other name", mend }];
  }
  const stored = secretNameOf(client);
  if (SECRET_NAME.test(stored) && stored !== oauthClientSecretName(BUILT_IN_OAUTH_CLIENT)) return [];
  const allowed = "a Secret's name: lower-case letters, digits, `-` and `.`, but not that of the console's own client";
  const mend = secretName === undefined ? `By default it would be ${stored}: name another.` : "Leave it out for oauthclient-<name>.";
  return [{ path: `${path}.secretName`, given: secretName, allowed, mend }];
}
