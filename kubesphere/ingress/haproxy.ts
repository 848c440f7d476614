/**
 * The Ingress controller of HAProxy Technologies. Chart 1.52.1 (controller 3.2.12): rendered with these values, NodePorts, class and default
 * certificate were where they should be. Its annotations: from its documentation.
 */
import { HEEDS_NONE, type IngressController } from "./controller";

export const haproxy: IngressController = {
  title: "HAProxy",
  release: "haproxy-ingress",
  className: "haproxy",
  chart: { chart: "kubernetes-ingress", repository: "https://haproxytech.github.io/helm-charts", version: "1.52.1" },
  values: ({ className, http, https }) => ({
    controller: {
      ingressClass: className,
      ingressClassResource: { name: className },
      service: { type: "NodePort", nodePorts: { http, ...(https !== undefined && { https }) } },
    },
  }),
  decided: {
    "controller.ingressClass": "ingress.className",
    "controller.ingressClassResource.name": "ingress.className",
    "controller.service.type": "ports.ingress",
    "controller.service.nodePorts.http": "ports.ingress",
    "controller.service.nodePorts.https": "ports.ingressHttps",
  },
  images: [{ path: "controller.image.repository", holds: "registry/repository" }],
  tags: ["controller.image.tag"],
  defaultCertificate: {
    path: "controller.defaultTLSSecret.secret",
    holds: "the name of a TLS Secret in the namespace haproxy-ingress",
  },
  // It verifies the certificate only where it is told an authority.
  tlsBackend: { on: "Ingress", annotations: () => ({ "haproxy.org/server-ssl": "true" }) },
  heeds: HEEDS_NONE,
  service: { "app.kubernetes.io/name": "kubernetes-ingress", "app.kubernetes.io/instance": "haproxy-ingress" },
};
