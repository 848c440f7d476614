/**
 * Traefik, with annotations of its own. Chart 41.3.0 (Traefik 3.7.11): rendered with these values, NodePorts, class and default certificate
 * were where they should be. How it treats backends: its source, provider `ingress` of 3.7.
 */
import { HEEDS_NONE, type IngressController } from "./controller";

const SCHEME = "traefik.ingress.kubernetes.io/service.serversscheme";

export const traefik: IngressController = {
  title: "Traefik",
  release: "traefik",
  className: "traefik",
  chart: { chart: "traefik", repository: "https://traefik.github.io/charts", version: "41.3.0" },
  values: ({ className, http, https }) => ({
    ...entryValues({ http, https }),
    // The chart's own makes it the default of the cluster, under the release's name.
    ingressClass: { name: className, isDefaultClass: false },
  }),
  decided: {
    "service.spec.type": "ports.ingress",
    "ports.web.nodePort": "ports.ingress",
    "ports.websecure.nodePort": "ports.ingressHttps",
    "ingressClass.name": "ingress.className",
  },
  // Docker Hub's `traefik` is `library/traefik` in a copy.
  images: [
    { path: "image.registry", holds: "registry" },
    { path: "image.repository", holds: "repository" },
  ],
  tags: ["image.tag"],
  defaultCertificate: {
    path: "tlsStore.default.defaultCertificate.secretName",
    holds: "the name of a TLS Secret in the namespace traefik",
  },
  tlsBackend: {
    on: "Service",
    isSeen: ({ port, portName = "", annotations = {} }) => port === 443 || portName.startsWith("https") || annotations[SCHEME] === "https",
    annotations: () => ({ [SCHEME]: "https" }),
    verifies:
      "verifies its certificate unless `additionalArguments: [--serversTransport.insecureSkipVerify=true]` is among its chart's values",
  },
  heeds: HEEDS_NONE,
  service: { "app.kubernetes.io/name": "traefik" },
};

/** From chart 40 on the Service's type stands in its `spec`. */
export const entryValues = ({ http, https }: { readonly http: number; readonly https?: number | undefined }) => ({
  service: { spec: { type: "NodePort" } },
  ports: { web: { nodePort: http }, ...(https !== undefined && { websecure: { nodePort: https } }) },
});
