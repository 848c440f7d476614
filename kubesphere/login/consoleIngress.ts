/** The console behind an ingress controller with HTTPS, by ks-core's `ingress.*`. */
import type { KeyPair } from "./certificate";
import { CONSOLE_TLS_SECRET } from "../api";
import type { Values } from "../chart/helmValues";
import type { Portal } from "../urls";

/** Where the certificate comes from. */
export type ConsoleTls =
  /** A Secret of type kubernetes.io/tls in KubeSphere's namespace, which somebody else keeps. */
  | { readonly secretName: string }
  | KeyPair
  /** ks-core's own, which nobody trusts; it makes another one at every upgrade. */
  | { readonly generate: true }
  | { readonly certManager: CertManagerIssuer };

/** An Issuer in KubeSphere's namespace, or a ClusterIssuer. */
export type CertManagerIssuer = { readonly issuer: string } | { readonly clusterIssuer: string };

export interface ConsoleHttps {
  readonly hostname: string;
  /** The IngressClass. */
  readonly className: string;
  /** The port that people use. */
  readonly port: number;
  readonly tls: ConsoleTls;
}

export const consolePortal = ({ hostname, port }: ConsoleHttps, nodePort: number): Portal => ({
  hostname,
  http: { port: nodePort },
  https: { port },
});

/** ks-core's values. Its Ingress is for the portal's host. */
export const consoleIngressValues = ({ className, tls }: Pick<ConsoleHttps, "className" | "tls">): Values => ({
  ingress: {
    enabled: true,
    ingressClassName: className,
    // With `importation` the chart names the Secret and leaves it to others.
    tls: "generate" in tls ? { enabled: true, source: "generation" } : { enabled: true, source: "importation", secretName: secretOf(tls) },
  },
});

const secretOf = (tls: ConsoleTls) => ("secretName" in tls ? tls.secretName : CONSOLE_TLS_SECRET);

/** What cert-manager is asked for. The chart itself knows only issuers of its own. */
export const consoleCertificate = <Namespace>(hostname: string, issuer: CertManagerIssuer, namespace: Namespace) => ({
  apiVersion: "cert-manager.io/v1",
  kind: "Certificate",
  metadata: { name: CONSOLE_TLS_SECRET, namespace },
  spec: {
    secretName: CONSOLE_TLS_SECRET,
    dnsNames: [hostname],
    issuerRef: {
      group: "cert-manager.io",
      ...("issuer" in issuer ? { kind: "Issuer", name: issuer.issuer } : { kind: "ClusterIssuer", name: issuer.clusterIssuer }),
    },
  },
});
