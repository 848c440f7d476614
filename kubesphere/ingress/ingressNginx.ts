/**
 * ingress-nginx, the controller of all stacks that name none. Its project ended in March 2026.
 * Chart 4.15.1: NodePorts, class and certificate from its documentation, and by clusters that this program has deployed to.
 */
import type { IngressController } from "./controller";

export const ingressNginx: IngressController = {
  title: "ingress-nginx",
  release: "ingress-nginx",
  className: "nginx",
  chart: { chart: "ingress-nginx", repository: "https://kubernetes.github.io/ingress-nginx", version: "4.15.1" },
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
    "controller.service.nodePorts": "ports.ingress and ports.ingressHttps",
  },
  images: [{ path: "global.image.registry", holds: "registry" }],
  tags: ["controller.image.tag"],
  defaultCertificate: { path: "controller.extraArgs.default-ssl-certificate", holds: "namespace/name of a TLS Secret" },
  tlsBackend: { on: "Ingress", annotations: () => ({ "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS" }) },
  heeds: "all",
  service: { "app.kubernetes.io/component": "controller" },
  retired: "its project ended in March 2026, and nobody mends what is found in it",
};
