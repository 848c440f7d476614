/** Checks of the login settings against each other, which no schema can express. They run before anything is declared. */
import { checkKeyPair } from "../kubesphere/login/certificate";
import type { Problem } from "../kubesphere/errors";
import { checkIssuer, HARBOR_CLIENT, harborRedirectURI } from "../kubesphere/login/harbor";
import { issuerWarnings } from "../kubesphere/login/issuer";
import { checkOAuthClients } from "../kubesphere/login/oauthClientConfig";
import { insecureRedirects } from "../kubesphere/login/redirectUri";
import { portalUrl } from "../kubesphere/urls";
import type { Settings } from "./settings";

type Checked = Pick<Settings, "access" | "ports" | "ksCore" | "oauthClients" | "harbor" | "production">;

export interface Findings {
  readonly problems: readonly Problem[];
  /** Settings that work but may be mistakes, in one or two sentences each. */
  readonly warnings: readonly string[];
}

/** @param now the time with which certificates' dates are compared */
export function checkLogins({ access, ports, ksCore, oauthClients, harbor, production }: Checked, now: Date): Findings {
  const { portal, https } = ksCore;
  const { tls, hostname = "" } = https ?? {};
  const pair = tls && "key" in tls ? checkKeyPair("kubesphere:ksCore.https.tls", tls, hostname, now) : { problems: [], warnings: [] };
  const reserved = harbor === undefined ? [] : [HARBOR_CLIENT];
  return {
    problems: [
      ...checkOAuthClients("kubesphere:oauthClients", oauthClients, reserved),
      ...(production ? clearRedirects({ oauthClients, harbor }) : []),
      ...pair.problems,
      ...(harbor === undefined ? [] : checkHarbor(harbor, ksCore)),
    ],
    warnings: [
      ...issuerWarnings({ access, consolePort: ports.console, portal, isOwnIngress: https !== undefined }),
      ...pair.warnings,
      ...(harbor?.adminGroup === undefined ? [] : [NO_GROUPS]),
    ],
  };
}

const clearRedirects = ({ oauthClients, harbor }: Pick<Checked, "oauthClients" | "harbor">): Problem[] => [
  ...oauthClients.flatMap(({ redirectURIs }, index) => insecureRedirects(`kubesphere:oauthClients[${index}].redirectURIs`, redirectURIs)),
  ...(harbor === undefined ? [] : insecureRedirects("", [harborRedirectURI(harbor.externalURL)])).map((problem) => ({
    ...problem,
    path: "kubesphere:harbor.externalURL",
    given: harbor?.externalURL,
  })),
];

function checkHarbor({ verifyCert }: NonNullable<Checked["harbor"]>, { portal, https }: Checked["ksCore"]): Problem[] {
  const problems = checkIssuer("kubesphere:ksCore.portal", portalUrl(portal));
  if (verifyCert && https && "generate" in https.tls)
    problems.push({
      path: "kubesphere:harbor.verifyCert",
      given: verifyCert,
      allowed: "false, while the console's certificate is one that nobody trusts",
      mend: "Give the console a certificate of an authority that Harbor trusts, or set it to false.",
    });
  return problems;
}

const NO_GROUPS =
  "kubesphere:harbor.adminGroup: KubeSphere 4.1 sends no groups with a login, so nobody becomes Harbor's administrator by one. " +
  "Make the first administrator in Harbor itself.";
