/** The console behind an ingress controller with HTTPS, by ks-core's `ingress.*`. */
import type { KeyPair } from "./certificate";
import { CONSOLE_TLS_SECRET } from "../api";
import type { Values } from "../chart/helmValues";
import type { Portal } from "../urls";

/** Where the console's certificate comes from. */
export type ConsoleTls =
  | {
      /** The name of a Secret of type kubernetes.io/tls in KubeSphere's namespace. The program does not make it. */
      readonly secretName: string;
    }
  | KeyPair
  | {
      /** A certificate that ks-core's chart generates anew at every upgrade. No browser trusts it. */
      readonly generate: true;
    }
  | {
      /** A certificate that cert-manager issues. */
      readonly certManager: CertManagerIssuer;
    };

/** An Issuer in KubeSphere's namespace, or a ClusterIssuer. */
export type CertManagerIssuer =
  | {
      /** The name of an Issuer in KubeSphere's namespace. */
      readonly issuer: string;
    }
  | {
      /** The name of a ClusterIssuer. */
      readonly clusterIssuer: string;
    };

/** The console behind an ingress controller, over HTTPS. */
export interface ConsoleHttps {
  /** The console's host name. */
  readonly hostname: string;
  /** The IngressClass. */
  readonly className: string;
  /** The port that people use. */
  readonly port: number;
  /** The console's certificate. */
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
    // With `importation` the chart names the Secret and does not make it.
    tls: "generate" in tls ? { enabled: true, source: "generation" } : { enabled: true, source: "importation", secretName: secretOf(tls) },
  },
});

const secretOf = (tls: ConsoleTls) => ("secretName" in tls ? tls.secretName : CONSOLE_TLS_SECRET);

/** The Certificate for cert-manager. ks-core's chart supports only issuers of its own. */
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
