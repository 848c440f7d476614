/**
 * Contour, with Envoy before it. Chart 0.7.0 (Contour 1.33.6): rendered with these values, NodePorts and class were where they should be.
 * Annotations, and that it answers over HTTPS only for Ingresses with a Secret in `spec.tls`: from its documentation.
 */
import { HEEDS_NONE, type IngressController } from "./controller";

const TLS_PORTS = "projectcontour.io/upstream-protocol.tls";

export const contour: IngressController = {
  title: "Contour",
  release: "contour",
  className: "contour",
  chart: { chart: "contour", repository: "https://projectcontour.github.io/helm-charts", version: "0.7.0" },
  // With the chart's own traffic policy, Local, a node without an Envoy does not answer, such as those of the control plane.
  values: ({ className, http, https }) => ({
    // The chart's own makes it the default of the cluster.
    contour: { ingressClass: { name: className, default: false } },
    envoy: { service: { type: "NodePort", externalTrafficPolicy: "Cluster", nodePorts: { http, ...(https !== undefined && { https }) } } },
  }),
  decided: {
    "contour.ingressClass.name": "ingress.className",
    "envoy.service.type": "ports.ingress",
    "envoy.service.nodePorts.http": "ports.ingress",
    "envoy.service.nodePorts.https": "ports.ingressHttps",
  },
  images: [{ path: "global.imageRegistry", holds: "registry" }],
  // The chart pins those of both images, and its appVersion is Contour's.
  tags: [],
  defaultCertificate: undefined,
  tlsBackend: {
    on: "Service",
    isSeen: ({ port, portName = "", annotations = {} }) =>
      String(annotations[TLS_PORTS] ?? "")
        .split(",")
        .some((it) => it.trim() === String(port) || (portName !== "" && it.trim() === portName)),
    annotations: ({ port }) => ({ [TLS_PORTS]: String(port) }),
  },
  heeds: HEEDS_NONE,
  service: { "app.kubernetes.io/name": "contour", "app.kubernetes.io/component": "envoy" },
};
