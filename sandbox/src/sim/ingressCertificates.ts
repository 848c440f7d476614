/** The certificates that the ingress controller presents: of each host, the TLS Secret that its Ingress names. Read anew for each connection. */
import { createSecureContext } from "node:tls";
import type { Certificate } from "./admission/certificate.js";
import { ifFound } from "./apiError.js";
import type { Cluster } from "./cluster.js";
import type { Certificates } from "./httpListener.js";
import { tlsSecret, type Routes } from "./ingressRoutes.js";
import { namespaced } from "./names.js";
import type { Secret } from "./objects.js";

/** @param fallback for a host without one: ingress-nginx then presents a certificate of its own, which nobody trusts */
export const ingressCertificates =
  (cluster: Pick<Cluster, "get">, routes: () => Routes, fallback: Promise<Pick<Certificate, "certificate" | "key">>): Certificates =>
  async (host) => {
    const named = tlsSecret(host, routes());
    if (!named) {
      const { certificate: cert, key } = await fallback;
      return createSecureContext({ cert, key });
    }
    const secret = await ifFound(cluster.get<Secret>(namespaced("v1", named.namespace, "secrets", named.name)));
    const pem = (key: string) => Buffer.from(secret?.data?.[key] ?? "", "base64");
    return secret && createSecureContext({ cert: pem("tls.crt"), key: pem("tls.key") });
  };
