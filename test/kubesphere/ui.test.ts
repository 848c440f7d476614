import type { RenderedObject } from "../../kubesphere/renderedObject";
import { chooseUi } from "../../kubesphere/ui";
import { ingress, rendered, service } from "../support/rendered";

const chosen = (objects: RenderedObject[], exposed: RenderedObject[] = []) =>
  chooseUi(objects, exposed, { release: "web", namespace: "extension-web" });
const told = (objects: RenderedObject[], exposed: RenderedObject[] = []) => {
  const ui = chosen(objects, exposed);
  return ui && `${ui.service.name}:${ui.service.port}${ui.service.protocol === undefined ? "" : ` ${ui.service.protocol}`}`;
};

describe("the menu entry leads to the page that the chart serves", () => {
  test.each<[title: string, objects: RenderedObject[], exposed: RenderedObject[], expected: string]>([
    ["where its own Ingress does", [service("a", "http:80"), service("b", "http:80"), ingress("web", "x", "/ b:80")], [], "b:80"],
    ["by the port's name, too", [service("a", "http:80"), service("b", "web:8080"), ingress("web", "x", "/ b:web")], [], "b:8080"],
    ["and as it would, switched on", [service("a", "http:80"), service("b", "http:80")], [ingress("web", "x", "/ b:80")], "b:80"],
    [
      "of several paths the shortest",
      [service("a", "http:80"), service("b", "http:80"), ingress("web", "x", "/api a:80", "/ b:80")],
      [],
      "b:80",
    ],
    ["the one Service that a browser understands", [service("db", "tcp:5432"), service("web-ui", "80")], [], "web-ui:80"],
    ["the one that is called as the release is", [service("api", "http:80"), service("web", "http:80")], [], "web:80"],
    ["also as Helm 2 called it", [service("api", "http:80"), service("web-web", "http:80")], [], "web-web:80"],
    ["plain HTTP before TLS", [service("web", "https:443", "http:80")], [], "web:80"],
    ["TLS where there is nothing else", [service("web", "https:8443")], [], "web:8443 HTTPS"],
    ["a port whose name is none of HTTP's, by its number", [service("web", "3000")], [], "web:3000"],
    [
      "not the headless twin",
      [rendered("v1 Service web-headless", { spec: { clusterIP: "None", ports: [{ port: 80 }] } }), service("ui", "80")],
      [],
      "ui:80",
    ],
    [
      "the headless one where it is all there is",
      [rendered("v1 Service ui", { spec: { clusterIP: "None", ports: [{ port: 80 }] } })],
      [],
      "ui:80",
    ],
  ])("%s", (_, objects, exposed, expected) => {
    expect(told(objects, exposed)).toBe(expected);
  });
});

describe("no page is promised that nothing serves", () => {
  test.each<[title: string, objects: RenderedObject[]]>([
    ["no Service", [rendered("apps/v1 Deployment web")]],
    ["a database", [service("web", "tcp-postgresql:5432")]],
    ["a database by its number alone", [service("web", "5432")]],
    ["metrics", [service("web", "http-metrics:8080")]],
    ["a webhook", [service("web-webhook", "https:443")]],
    [
      "a webhook of any name",
      [
        service("web", "https:443"),
        rendered("admissionregistration.k8s.io/v1 ValidatingWebhookConfiguration web", {
          webhooks: [{ clientConfig: { service: { name: "web" } } }],
        }),
      ],
    ],
    [
      "an APIService's",
      [service("web", "https:443"), rendered("apiregistration.k8s.io/v1 APIService v1.web", { spec: { service: { name: "web" } } })],
    ],
    ["UDP", [rendered("v1 Service web", { spec: { ports: [{ port: 80, protocol: "UDP" }] } })]],
    ["another host's name", [rendered("v1 Service web", { spec: { type: "ExternalName", ports: [{ port: 80 }] } })]],
    ["another namespace's", [{ ...service("web", "80"), metadata: { name: "web", namespace: "other" } }]],
    ["ports that are no list", [rendered("v1 Service web", { spec: { ports: "80" } })]],
    ["several, none of the release's name", [service("a", "http:80"), service("b", "http:80")]],
  ])("%s", (_, objects) => {
    expect(told(objects)).toBeUndefined();
  });

  test("an Ingress that leads to a Service which is not rendered, or to a port which it lacks, tells nothing", () => {
    expect(told([service("api", "http:80"), service("b", "http:80"), ingress("web", "x", "/ gone:80", "/b b:81")])).toBeUndefined();
  });
});

test("the others that it could have been are named, or nobody would know how to choose", () => {
  expect(chosen([service("api", "http:80"), service("web", "http:80", "https:443")])).toEqual({
    service: { name: "web", port: 80 },
    because: "it is named after the release",
    isByIngress: false,
    others: ["api:80", "web:443"],
  });
});

test("an Ingress that says how its backend is spoken to is believed", () => {
  const own = ingress("web", "x", "/ web:9000");
  const annotated = { ...own, metadata: { ...own.metadata, annotations: { "nginx.ingress.kubernetes.io/backend-protocol": "HTTPS" } } };
  expect(told([service("web", "http:9000"), annotated])).toBe("web:9000 HTTPS");
});
