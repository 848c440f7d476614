import type { RenderedObject } from "../../../kubesphere/chart/renderedObject";
import { chooseUi } from "../../../kubesphere/extension/ui";
import { ingress, rendered, service } from "../../support/rendered";

const chosen = (objects: RenderedObject[], exposed: RenderedObject[] = []) =>
  chooseUi(objects, exposed, { release: "web", namespace: "extension-web" });
const told = (objects: RenderedObject[], exposed: RenderedObject[] = []) => {
  const ui = chosen(objects, exposed);
  return ui && `${ui.service.name}:${ui.service.port}${ui.service.protocol === undefined ? "" : ` ${ui.service.protocol}`}`;
};

const withTarget = (targetPort: string) => rendered("v1 Service web", { spec: { ports: [{ port: 8000, targetPort }] } });

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
    [
      "an exporter's page, where its chart has an Ingress for it",
      [service("web-exporter", "http:9115")],
      [ingress("web", "x", "/ web-exporter:9115")],
      "web-exporter:9115",
    ],
    ["a port without a name that leads to a page", [withTarget("http")], [], "web:8000"],
    ["plain HTTP before TLS", [service("web", "https:443", "http:80")], [], "web:80"],
    ["TLS where there is nothing else", [service("web", "https:8443")], [], "web:8443 HTTPS"],
    ["a port whose name is none of HTTP's, by its number", [service("web", "3000")], [], "web:3000"],
    ["of a git server its pages, not its shell", [service("web", "ssh:2200", "gitea:3000")], [], "web:3000"],
    ["a port that says HTTP, whatever else it says", [service("web", "galera:4567", "mariadb-http:4568")], [], "web:4568"],
    ["a page for a protocol's sake", [service("web", "dns:53", "ssh-web:4200", "ssh:2200")], [], "web:4200"],
    ["the page beside a broker", [service("web", "mgmt:15672", "stomp:61613")], [], "web:15672"],
    ["of a server for streams the page", [service("web", "http:8080"), service("web-rtmp", "rtmp:1935")], [], "web:8080"],
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
    ["metrics, by the name of the port that they lead to", [withTarget("http-metrics")]],
    ["metrics, by the Service's name", [service("web-controller-manager-metrics-service", "https:8443")]],
    ["cert-manager's metrics, by their number alone", [service("web", "9402")]],
    ["an exporter", [service("web-exporter", "http:9115")]],
    ["what programs send traces to", [service("web", "traceport:8126")]],
    ["a webhook", [service("web-webhook", "https:443")]],
    ["several webhooks", [service("web-webhooks", "9443")]],
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
    ["a server for voice, where nothing says HTTP", [service("web", "voice:9987", "filetransfer:30033", "serverquery:10011")]],
    ["the same by its numbers alone", [service("web", "30033", "10011")]],
    ["shells and files", [service("web", "ssh:2200", "sftp-server:2022", "file-transfer:7070")]],
    ["mail", [service("web", "smtp:2525", "imaps:10993", "pop3:1100")]],
    ["name servers", [service("web", "dns-over-tls:8853", "dns-tcp:5353")]],
    ["replication and sentinels of databases", [service("web", "galera:4567", "ist:4568", "sst:4444", "memcached-client:11000")]],
    ["what only a suffix calls raw", [service("web", "riemann-tcp:5555")]],
    ["a VPN on the port of HTTPS", [service("web", "openvpn:443")]],
    ["a name server's port, by the name of what it leads to", [withTarget("dns-tcp")]],
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
