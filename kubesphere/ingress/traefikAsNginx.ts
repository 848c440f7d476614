/**
 * Traefik in the place of ingress-nginx: the class `nginx` stays, and with it every Ingress and most of its annotations.
 * Chart 41.3.0 (Traefik 3.7.11): rendered with these values; annotations from its source, provider `ingress-nginx` of 3.7.9, which answers
 * for every host over HTTP and HTTPS, and verifies no backend's certificate, as ingress-nginx does.
 */
import type { IngressController } from "./controller";
import { entryValues, traefik } from "./traefik";

/** The class, and the controller that its IngressClass names: what Ingresses say, and what Traefik's provider looks for. */
export const NGINX_CLASS = "nginx";
const CONTROLLER = "k8s.io/ingress-nginx";

const HEEDED = `
  affinity affinity-canary-behavior allowlist-source-range app-root auth-method auth-realm auth-response-headers
  auth-secret auth-secret-type auth-signin auth-snippet auth-tls-pass-certificate-to-upstream auth-tls-secret
  auth-tls-verify-client auth-type auth-url backend-protocol canary canary-by-cookie canary-by-header
  canary-by-header-pattern canary-by-header-value canary-weight canary-weight-total client-body-buffer-size
  configuration-snippet cors-allow-credentials cors-allow-headers cors-allow-methods cors-allow-origin cors-expose-headers
  cors-max-age custom-headers custom-http-errors default-backend enable-access-log enable-cors enable-global-auth
  enable-modsecurity enable-owasp-core-rules force-ssl-redirect from-to-www-redirect limit-burst-multiplier
  limit-connections limit-rpm limit-rps modsecurity-snippet modsecurity-transaction-id permanent-redirect
  permanent-redirect-code proxy-body-size proxy-buffer-size proxy-buffering proxy-buffers-number proxy-connect-timeout
  proxy-http-version proxy-max-temp-file-size proxy-next-upstream proxy-next-upstream-timeout proxy-next-upstream-tries
  proxy-read-timeout proxy-request-buffering proxy-send-timeout proxy-ssl-name proxy-ssl-secret proxy-ssl-server-name
  proxy-ssl-verify rewrite-target server-alias server-snippet service-upstream session-cookie-domain
  session-cookie-expires session-cookie-max-age session-cookie-name session-cookie-path session-cookie-samesite
  session-cookie-secure ssl-passthrough ssl-redirect temporal-redirect temporal-redirect-code upstream-hash-by
  upstream-vhost use-regex whitelist-source-range x-forwarded-prefix
`;

export const traefikAsNginx: IngressController = {
  ...traefik,
  title: "Traefik in the place of ingress-nginx",
  className: NGINX_CLASS,
  values: ({ http, https }) => ({
    ...entryValues({ http, https }),
    providers: { kubernetesIngressNGINX: { enabled: true }, kubernetesIngress: { enabled: false } },
    // The chart's would name Traefik's own controller.
    ingressClass: { enabled: false },
    // With the release it goes again, so that the next controller may bring the class.
    extraObjects: [
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "IngressClass",
        // As the chart labels its own objects: `doctor` finds the controller's Pods by them.
        metadata: { name: NGINX_CLASS, labels: { "app.kubernetes.io/name": "traefik", "app.kubernetes.io/instance": "traefik-traefik" } },
        spec: { controller: CONTROLLER },
      },
    ],
  }),
  decided: {
    ...traefik.decided,
    "ingressClass.enabled": "ingress.className",
    "providers.kubernetesIngressNGINX.enabled": "ingress.className",
    "providers.kubernetesIngress.enabled": "ingress.className",
    // It holds the IngressClass.
    extraObjects: "ingress.className",
  },
  tlsBackend: { on: "Ingress", annotations: () => ({ "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS" }) },
  heeds: new Set(HEEDED.trim().split(/\s+/)),
};
