/** What an author means for ingress-nginx, and another controller takes otherwise, is told before people find out. */
import type { RenderedObject } from "../../../kubesphere/chart/renderedObject";
import { controllerOf } from "../../../kubesphere/ingress/controllers";
import { ingressNotes } from "../../../kubesphere/ingress/ingressNotes";
import { toldIngress, withBackendWords } from "../../../kubesphere/ingress/toldIngress";

const NGINX = "nginx.ingress.kubernetes.io";
const ingress = (
  annotations: Record<string, string>,
  { path = "/", className = undefined as string | undefined, port = 8443 } = {},
): RenderedObject => ({
  ...{ apiVersion: "networking.k8s.io/v1", kind: "Ingress", metadata: { name: "shop", annotations } },
  spec: {
    ingressClassName: className,
    rules: [{ host: "shop.example.com", http: { paths: [{ path, backend: { service: { name: "shop", port: { number: port } } } }] } }],
  },
});
const service = (port: object, annotations: Record<string, string> = {}): RenderedObject => ({
  ...{ apiVersion: "v1", kind: "Service", metadata: { name: "shop", annotations } },
  spec: { ports: [port] },
});
const notes = (
  objects: readonly RenderedObject[],
  name: Parameters<typeof controllerOf>[0],
  className?: string,
  ui?: { name: string; port: number; protocol: "HTTPS" },
) => {
  const controller = controllerOf(name, className);
  return ingressNotes({ objects, ui, className: className ?? controller.className }, controller);
};

test("annotations that a controller does not heed are named; those that do nothing anyway are not", () => {
  const both = ingress({
    [`${NGINX}/proxy-body-size`]: "1g",
    [`${NGINX}/satisfy`]: "any",
    [`${NGINX}/rewrite-target`]: "/",
    "example.com/mine": "x",
  });
  expect(notes([both], "traefik")).toEqual([
    `Traefik does not heed annotations of its Ingress shop: ${NGINX}/proxy-body-size, ${NGINX}/satisfy`,
  ]);
  expect(notes([both], "traefik", "nginx")).toEqual([
    `Traefik in the place of ingress-nginx does not heed annotations of its Ingress shop: ${NGINX}/satisfy`,
  ]);
  expect(notes([both], "ingress-nginx")).toEqual([]);
  expect(notes([ingress({ [`${NGINX}/rewrite-target`]: "/" }, { path: "/api" })], "haproxy")).toEqual([
    `HAProxy does not heed annotations of its Ingress shop: ${NGINX}/rewrite-target`,
  ]);
});

test("an Ingress of another class is another controller's", () => {
  expect(notes([ingress({ [`${NGINX}/satisfy`]: "any" }, { className: "inner" })], "traefik")).toEqual([]);
});

test("a backend that speaks TLS is told of where the controller would speak plain HTTP to it", () => {
  const objects = [ingress({ [`${NGINX}/backend-protocol`]: "HTTPS" }), service({ name: "web", port: 8443 })];
  expect(notes(objects, "traefik")).toEqual([
    'its Service shop speaks TLS on port 8443, and Traefik takes it for plain HTTP without the Service\'s annotation traefik.ingress.kubernetes.io/service.serversscheme: "https"',
  ]);
  expect(notes(objects, "contour")).toEqual([
    'its Service shop speaks TLS on port 8443, and Contour takes it for plain HTTP without the Service\'s annotation projectcontour.io/upstream-protocol.tls: "8443"',
  ]);
  expect(notes(objects, "haproxy")).toEqual([
    'HAProxy takes its Service shop for plain HTTP without the annotation haproxy.org/server-ssl: "true" of the Ingress shop',
  ]);
  expect(notes(objects, "nginx")).toEqual([
    'F5 NGINX takes its Service shop for plain HTTP without the annotation nginx.org/ssl-services: "shop" of the Ingress shop',
  ]);
  expect(notes(objects, "traefik", "nginx")).toEqual([]);
});

test("where Traefik sees that a backend speaks TLS, it is told that its certificate counts", () => {
  const verifies = (objects: readonly RenderedObject[]) =>
    notes(objects, "traefik", undefined, { name: "shop", port: 8443, protocol: "HTTPS" });
  const told = expect.stringMatching(/^its Service shop speaks TLS on port 8443, and Traefik verifies its certificate unless /);
  expect(verifies([service({ name: "https-web", port: 8443 })])).toEqual([told]);
  expect(verifies([service({ name: "web", port: 8443 }, { "traefik.ingress.kubernetes.io/service.serversscheme": "https" })])).toEqual([
    told,
  ]);
});

test("the program's own Ingress says to HAProxy and F5's NGINX that the UI speaks TLS; packages for ingress-nginx stay as they were", () => {
  const ui = { name: "shop", port: 8443, protocol: "HTTPS" as const };
  expect(withBackendWords(ui, toldIngress("haproxy", "haproxy")).annotations).toEqual({ "haproxy.org/server-ssl": "true" });
  expect(withBackendWords(ui, toldIngress("nginx", "nginx")).annotations).toEqual({ "nginx.org/ssl-services": "shop" });
  for (const told of [toldIngress("ingress-nginx", "nginx"), toldIngress("traefik", "nginx"), toldIngress(undefined, "any")])
    expect(withBackendWords(ui, told)).toEqual(ui);
  expect(withBackendWords({ name: "shop", port: 80 }, toldIngress("haproxy", "haproxy"))).toEqual({ name: "shop", port: 80 });
});
