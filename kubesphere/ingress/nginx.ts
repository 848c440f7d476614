/**
 * F5's NGINX Ingress Controller, which is not ingress-nginx. Chart 2.7.0 (controller 5.6.0): rendered with these values, NodePorts, class and
 * the certificate of hosts without one were where they should be. Annotations, and that it answers over HTTPS only for Ingresses with
 * `spec.tls`: from its documentation. The chart's values.schema.json names files on raw.githubusercontent.com, which Helm fetches: where it
 * cannot, the chart is not installed, and `luban mirror` and `render` refuse it.
 */
import { HEEDS_NONE, type IngressController } from "./controller";

export const nginx: IngressController = {
  title: "F5 NGINX",
  release: "nginx-ingress",
  className: "nginx",
  chart: { chart: "oci://ghcr.io/nginx/charts/nginx-ingress", version: "2.7.0" },
  // With the chart's own traffic policy, Local, only the node with its Pod answers.
  values: ({ className, http, https }) => ({
    controller: {
      ingressClass: { name: className },
      service: {
        type: "NodePort",
        externalTrafficPolicy: "Cluster",
        httpPort: { nodePort: http },
        ...(https !== undefined && { httpsPort: { nodePort: https } }),
      },
    },
  }),
  decided: {
    "controller.ingressClass.name": "ingress.className",
    "controller.service.type": "ports.ingress",
    "controller.service.httpPort.nodePort": "ports.ingress",
    "controller.service.httpsPort.nodePort": "ports.ingressHttps",
  },
  images: [{ path: "controller.image.repository", holds: "registry/repository" }],
  tags: ["controller.image.tag"],
  // controller.wildcardTLS.secret is for Ingresses that have `spec.tls` without a Secret; extensions' have none.
  defaultCertificate: undefined,
  tlsBackend: { on: "Ingress", annotations: ({ name }) => ({ "nginx.org/ssl-services": name }) },
  heeds: HEEDS_NONE,
  service: { "app.kubernetes.io/name": "nginx-ingress" },
};
