/** A login with a declared OAuth client, as an application has it; the administrator's part needs no browser. */
import { LUBAN } from "../../kubesphere/luban";
import * as oidc from "openid-client";
import { reason } from "../oidc-app/provider";
import { failed, ok, skipped, type Verdict } from "./check";
import { PASSWORD_VARIABLE, type Target } from "./target";

/** What the console itself is to ks-apiserver. */
const CONSOLE = { client_id: "kubesphere", client_secret: "kubesphere" };

/** The administrator's access token; undefined: the password is wrong. Rejects if KubeSphere does not answer. */
export type Administrator = () => Promise<string | undefined>;

export const UNKNOWN_PASSWORD = `the administrator's password is not known: set ${PASSWORD_VARIABLE}`;

export const wrongPassword = (): Verdict =>
  failed("KubeSphere refuses admin's password", {
    cause: `it has been changed in the console, which adminPassword of the stack does not follow`,
    next: `set ${PASSWORD_VARIABLE} to the one that people use`,
  });

/** Its redirect is never followed: the code is taken from the answer. @param administrator undefined where the password is not known */
export async function logIn({ client, issuer }: Target, ask: typeof fetch, administrator: Administrator | undefined): Promise<Verdict> {
  if (client === undefined) return skipped("the stack declares no OAuth client that lets people in");
  if (administrator === undefined) return skipped(UNKNOWN_PASSWORD);
  try {
    const token = await administrator();
    if (token === undefined) return wrongPassword();
    const execute = [oidc.enableNonRepudiationChecks, ...(issuer.startsWith("http:") ? [oidc.allowInsecureRequests] : [])];
    const config = await oidc.discovery(new URL(issuer), client.clientId, undefined, oidc.ClientSecretPost(client.clientSecret), {
      execute,
      [oidc.customFetch]: ask as oidc.CustomFetch,
    });
    const [state, nonce] = [oidc.randomState(), oidc.randomNonce()];
    const parameters = { redirect_uri: client.redirectUri, scope: client.scopes.join(" "), state, nonce };
    const answer = await ask(oidc.buildAuthorizationUrl(config, parameters), { headers: { authorization: `Bearer ${token}` } });
    const location = answer.headers.get("location");
    if (location === null)
      return failed(`client ${client.name} gets no code (HTTP ${answer.status})`, {
        cause: refusal(await answer.text()),
        next: `compare the client's redirectURIs, scopes and grantMethod with its Secret: ${LUBAN} drift`,
      });
    const tokens = await oidc.authorizationCodeGrant(config, new URL(location), { expectedState: state, expectedNonce: nonce });
    const claims = tokens.claims();
    const { sub } = await oidc.fetchUserInfo(config, tokens.access_token, claims?.sub ?? "");
    return ok(`${sub} signs in through client ${client.name}`);
  } catch (error) {
    return failed(`the login through client ${client.name} fails`, { cause: reason(error), next: nextOf(reason(error)) });
  }
}

function nextOf(cause: string): string {
  if (/^(?:unauthorized|invalid)_client/.test(cause)) return `the client's secret in the cluster is another one: ${LUBAN} drift`;
  // KubeSphere 4.1: each replica has a key of its own.
  if (/signature|applicable key/i.test(cause)) return "run ks-apiserver with one replica: ha.enabled of ks-core breaks logins";
  return `${LUBAN} doctor`;
}

/** Signs in once, whoever asks first. @returns undefined where the password is not known */
export function administratorOf({ issuer, password }: Pick<Target, "issuer" | "password">, ask: typeof fetch): Administrator | undefined {
  let token: Promise<string | undefined> | undefined;
  return password === undefined ? undefined : () => (token ??= administratorsToken(issuer, password, ask));
}

/** undefined: the password is wrong */
async function administratorsToken(issuer: string, password: string, ask: typeof fetch): Promise<string | undefined> {
  const form = new URLSearchParams({ grant_type: "password", username: "admin", password, ...CONSOLE });
  const answer = await ask(`${issuer}/oauth/token`, { method: "POST", body: form });
  const { access_token: token } = ((await answer.json().catch(() => ({}))) ?? {}) as { access_token?: string };
  if (token !== undefined || answer.status < 500) return token;
  throw new Error(`${issuer}/oauth/token: HTTP ${answer.status}`);
}

/** Of an OAuth error; never the page that somebody else may have sent. */
function refusal(text: string): string {
  try {
    const { error, error_description: description } = JSON.parse(text) as { error?: string; error_description?: string };
    return [error, description].filter(Boolean).join(": ") || "KubeSphere gives no reason";
  } catch {
    return "KubeSphere gives no reason";
  }
}
