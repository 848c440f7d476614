/** Harbor's settings for a login through KubeSphere, for a Harbor that the program installs or for an existing one. */
import { ConfigurationError, type Problem } from "../errors";
import type { Values } from "../chart/helmValues";

/** The name of Harbor's OAuth client. */
export const HARBOR_CLIENT = "harbor";
export const HARBOR_NAMESPACE = "harbor";
export const HARBOR_RELEASE = "harbor";
/** Exactly the scopes that KubeSphere knows: it refuses a login that asks for another one, such as offline_access. */
export const HARBOR_SCOPES = ["openid", "email", "profile"] as const;

/** How Harbor treats users who log in through KubeSphere. */
export interface HarborOidcOptions {
  /** Whether Harbor creates users at their first login, named by `userClaim`. If not, it asks each user for a name. @default true */
  readonly autoOnboard?: boolean | undefined;
  /** The claim that names a user. KubeSphere has no claim `name`, which is Harbor's own default. @default "preferred_username" */
  readonly userClaim?: string | undefined;
  /** Members of this group are Harbor's administrators. KubeSphere 4.1 sends no groups. */
  readonly adminGroup?: string | undefined;
  /** The claim that lists a user's groups. @default "groups" beside `adminGroup` */
  readonly groupsClaim?: string | undefined;
  /** Whether Harbor verifies KubeSphere's certificate. Set it to false only if Harbor does not trust that certificate. @default true */
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
 * The JSON that Harbor accepts as `core.configureUserSettings` of its chart, as variable `CONFIG_OVERWRITE_JSON`, and by PUT to
 * `/api/v2.0/configurations`. It holds the client's secret.
 *
 * Harbor has no setting for client authentication. Its OAuth library tries HTTP Basic first. When that is refused, it sends id and secret in
 * the form, which is the only way that KubeSphere accepts. KubeSphere counts the first try as a user's failed login: so no user may have the
 * client's name.
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

/** The default credentials of Harbor's chart, which are public, and the values that replace them. */
const CREDENTIALS = [
  { key: "harborAdminPassword", known: "Harbor12345", elsewhere: "existingSecretAdminPassword", own: "a password of your own" },
  { key: "secretKey", known: "not-a-secure-key", elsewhere: "existingSecretSecretKey", own: "16 characters of your own" },
] as const;

/** The only length that Harbor's chart accepts. */
const SECRET_KEY_LENGTH = 16;

export interface WeakCredential {
  readonly key: (typeof CREDENTIALS)[number]["key"];
  /** The chart's default is public; an unset value means that default. */
  readonly weakness: "unset" | "default" | "form";
}

/** The credentials among the values of Harbor's chart that are public, or that Harbor does not accept. */
export const weakCredentials = (values: Values): WeakCredential[] =>
  CREDENTIALS.flatMap(({ key, known, elsewhere }): WeakCredential[] => {
    if (isStated(values[elsewhere])) return [];
    const given = values[key];
    if (given === known) return [{ key, weakness: "default" }];
    if (!isStated(given)) return [{ key, weakness: "unset" }];
    const isTaken = typeof given === "string" && (key !== "secretKey" || given.length === SECRET_KEY_LENGTH);
    return isTaken ? [] : [{ key, weakness: "form" }];
  });

/** For Helm, null means unset. */
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

/** Harbor's redirect URI. @param externalURL scheme, host and port */
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

/** The values with which Harbor's chart answers at that URL through an ingress controller. */
export function harborExposure(externalURL: string, className: string) {
  const { protocol, hostname } = new URL(externalURL);
  return {
    externalURL,
    expose: { type: "ingress", tls: { enabled: protocol === "https:" }, ingress: { className, hosts: { core: hostname } } },
  };
}
