/** The OAuth issuer, which is KubeSphere's `portal`, and whether users can reach it. */
import { consoleHost, portalUrl, type Access, type Portal } from "../urls";

export interface IssuerSettings {
  readonly access: Access;
  /** NodePort of the console. */
  readonly consolePort: number;
  readonly portal: Portal;
  /** Whether ks-core's own Ingress serves the portal. */
  readonly isOwnIngress: boolean;
}

/** Warnings about an issuer that KubeSphere accepts but that people may not reach. */
export function issuerWarnings({ access, consolePort, portal, isOwnIngress }: IssuerSettings): string[] {
  const { hostname } = portal;
  if (/\.svc(\.cluster\.local)?$/.test(hostname)) {
    const line = `${"nodeIP" in access ? access.nodeIP : `<address of ${access.domain}>`} ${hostname}`;
    return [
      `kubesphere:ksCore.portal.hostname: ${hostname} is known inside the cluster only. ` +
        `On every machine whose browser or application signs in, add this line to the hosts file: ${line}`,
    ];
  }
  const issuer = portalUrl(portal);
  const console = portalUrl({ hostname: consoleHost(access), http: { port: consolePort } });
  if (isOwnIngress || issuer === console) return [];
  return [
    `kubesphere:ksCore.portal: the issuer is ${issuer}, and the console answers at ${console}. ` +
      "Logins work where the first leads to the second: see to DNS and the proxy between them, or leave the portal out.",
  ];
}

/** The authentication method of OAuth clients, which they need beside their id, secret and redirect URI. */
export const TOKEN_ENDPOINT_AUTH_METHOD = "client_secret_post";
