/** Harbor's login through KubeSphere: its settings, for a Harbor that the program installs or one that stands already. */
import { ConfigurationError, type Problem } from "../errors";
import type { Values } from "../chart/helmValues";

/** The name of Harbor's OAuth client. */
export const HARBOR_CLIENT = "harbor";
export const HARBOR_NAMESPACE = "harbor";
export const HARBOR_RELEASE = "harbor";
/** Exactly those that KubeSphere knows: it refuses a login that asks for another one, such as offline_access. */
export const HARBOR_SCOPES = ["openid", "email", "profile"] as const;

export interface HarborOidcOptions {
  /** Create users at their first login, named by `userClaim`. Else Harbor asks each for a name. @default true */
  readonly autoOnboard?: boolean | undefined;
  /** @default "preferred_username"; KubeSphere has no claim `name`, which is Harbor's own default. */
  readonly userClaim?: string | undefined;
  /** Members of this group are Harbor's administrators. KubeSphere 4.1 sends no groups. */
  readonly adminGroup?: string | undefined;
  /** The claim that lists a user's groups. @default "groups" beside `adminGroup` */
  readonly groupsClaim?: string | undefined;
  /** False only where KubeSphere's certificate is one that Harbor does not trust. @default true */
  readonly verifyCert?: boolean | undefined;
}

export interface HarborOidcSettings extends HarborOidcOptions {
  /** KubeSphere's OAuth issuer; https. */
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** @default openid, email, profile */
  readonly scopes?: readonly string[] | undefined;
}

/**
 * The JSON that Harbor takes as `core.configureUserSettings` of its chart, as variable `CONFIG_OVERWRITE_JSON`, and by PUT to
 * `/api/v2.0/configurations`. It holds the client's secret.
 *
 * Harbor has no setting for client authentication. Its OAuth library tries HTTP Basic first and, refused, sends id and secret in the
 * form, the one way that KubeSphere takes. KubeSphere takes the first try for a user's login that failed: let no user have the client's name.
 *
 * @throws ConfigurationError when the issuer is not https
 */
export function harborOidcSettings(settings: HarborOidcSettings): string {
  const { issuer, clientId, clientSecret, scopes = HARBOR_SCOPES, autoOnboard = true, userClaim = "preferred_username" } = settings;
  const { adminGroup, groupsClaim = adminGroup === undefined ? undefined : "groups", verifyCert = true } = settings;
  const [problem] = checkIssuer("issuer", issuer);
  if (problem !== undefined) throw new ConfigurationError(problem);
  return JSON.stringify({
    auth_mode: "oidc_auth",
    oidc_name: "KubeSphere",
    oidc_endpoint: issuer,
    oidc_client_id: clientId,
    oidc_client_secret: clientSecret,
    oidc_scope: scopes.join(","),
    oidc_user_claim: userClaim,
    oidc_auto_onboard: autoOnboard,
    oidc_verify_cert: verifyCert,
    oidc_groups_claim: groupsClaim,
    oidc_admin_group: adminGroup,
  });
}

/** What Harbor's chart has where nobody says otherwise, for everybody to read, and what stands in for it. */
const CREDENTIALS = [
  { key: "harborAdminPassword", known: "Harbor12345", elsewhere: "existingSecretAdminPassword", own: "a password of your own" },
  { key: "secretKey", known: "not-a-secure-key", elsewhere: "existingSecretSecretKey", own: "16 characters of your own" },
] as const;

/** Of Harbor's chart, which takes no other. */
const SECRET_KEY_LENGTH = 16;

export interface WeakCredential {
  readonly key: (typeof CREDENTIALS)[number]["key"];
  /** Both the chart's own and an unset one are known to everybody. */
  readonly weakness: "unset" | "default" | "form";
}

/** The credentials among the values of Harbor's chart that everybody knows, or that Harbor does not take. */
export const weakCredentials = (values: Values): WeakCredential[] =>
  CREDENTIALS.flatMap(({ key, known, elsewhere }): WeakCredential[] => {
    if (isStated(values[elsewhere])) return [];
    const given = values[key];
    if (given === known) return [{ key, weakness: "default" }];
    if (!isStated(given)) return [{ key, weakness: "unset" }];
    const isTaken = typeof given === "string" && (key !== "secretKey" || given.length === SECRET_KEY_LENGTH);
    return isTaken ? [] : [{ key, weakness: "form" }];
  });

/** Helm takes null for nothing. */
const isStated = (value: unknown) => value !== undefined && value !== null && value !== "";

/** @param path of the values, e.g. `kubesphere:harbor.values` */
export const checkHarborCredentials = (path: string, values: Values): Problem[] =>
  weakCredentials(values).map(({ key, weakness }) => {
    const { own, elsewhere } = CREDENTIALS.find((it) => it.key === key) ?? CREDENTIALS[0];
    return {
      path: `${path}.${key}`,
      given: weakness === "unset" ? undefined : "[not shown]",
      allowed: `${own}, as \`production\` is true`,
      mend: `Run \`pulumi config set --secret --path '${path}.${key}'\`, or name a Secret that holds it in ${path}.${elsewhere}`,
    };
  });

/** Where Harbor has its logins return. @param externalURL scheme, host and port */
export const harborRedirectURI = (externalURL: string): string => `${externalURL}/c/oidc/callback`;

/** @param path the setting that makes the issuer what it is */
export const checkIssuer = (path: string, issuer: string): Problem[] =>
  issuer.startsWith("https://")
    ? []
    : [
        {
          path,
          given: issuer,
          allowed: "an https URL: Harbor refuses any other issuer",
          mend: "Serve the console with https: set kubesphere:ksCore.https",
        },
      ];

/** What Harbor's chart needs beside its login to answer at that URL through an ingress controller. */
export function harborExposure(externalURL: string, className: string) {
  const { protocol, hostname } = new URL(externalURL);
  return {
    externalURL,
    expose: { type: "ingress", tls: { enabled: protocol === "https:" }, ingress: { className, hosts: { core: hostname } } },
  };
}
