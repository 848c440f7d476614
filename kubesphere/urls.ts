/** The addresses of the console, the extensions and the OAuth issuer. */
import { bundleLink } from "./api";

/** How people reach the cluster: the IPv4 address of a node, or a domain whose subdomains all resolve to one (wildcard DNS). */
export type Access = { readonly nodeIP: string } | { readonly domain: string };

/** KubeSphere's own address, as browsers and OAuth clients write it. `https` wins over `http`, as in the ks-core chart. */
export interface Portal {
  /** The host name or address. */
  readonly hostname: string;
  /** KubeSphere over HTTP. */
  readonly http: {
    /** The port in the address. */
    readonly port: number;
  };
  /** KubeSphere over HTTPS. Default: not at all. */
  readonly https?: {
    /** The port in the address. */
    readonly port: number;
  };
}

/** The host of the console: the node itself, or the domain. */
export const consoleHost = (access: Access): string => ("nodeIP" in access ? access.nodeIP : access.domain);

/** The part after `<extension>.` in an extension's host name. nip.io resolves each of its names to the address in the name. */
export const domainSuffix = (access: Access): string => ("nodeIP" in access ? `${access.nodeIP}.nip.io` : access.domain);

const origin = (scheme: "http" | "https", host: string, port: number): string =>
  `${scheme}://${host}${port === (scheme === "https" ? 443 : 80) ? "" : `:${port}`}`;

/** The URL that ks-core derives from `portal.*`, without default ports. It is the console's address and the OAuth issuer. */
export const portalUrl = ({ hostname, http, https }: Portal): string =>
  https ? origin("https", hostname, https.port) : origin("http", hostname, http.port);

/** OpenID Connect discovery document of an issuer. */
export const discoveryUrl = (issuer: string): string => `${issuer}/.well-known/openid-configuration`;

/** An extension's own address, through the ingress controller. It is over HTTPS if the console is: the console then cannot show a page over HTTP. */
export const extensionUrl = (extension: string, suffix: string, { http, https }: Pick<Portal, "http" | "https">): string =>
  `${portalUrl({ hostname: `${extension}.${suffix}`, http, ...(https && { https }) })}/`;

/** The address at which the console serves an extension's front-end module. */
export const bundleUrl = (consoleUrl: string, extension: string): string => `${consoleUrl}/pstatic${bundleLink(extension)}`;
