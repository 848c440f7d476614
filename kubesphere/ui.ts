/** Which Service of what Helm renders answers for an extension's UI, and how. */
import { fieldAt, groupOf, recordsAt, textAt, type Fields, type RenderedObject } from "./renderedObject";
import { isIn } from "./executorRights";

export interface UiService {
  readonly name: string;
  readonly port: number;
  /** What it speaks, where that is not plain HTTP. */
  readonly protocol?: "HTTPS" | undefined;
}

export interface ChosenUi {
  readonly service: UiService;
  /** Why this one, as the end of a sentence. */
  readonly because: string;
  /** Whether the chart's own Ingress says so. */
  readonly isByIngress: boolean;
  /** The others that it could have been, as `name:port`. */
  readonly others: readonly string[];
}

/** Ports whose number alone says that a browser gets nothing there: databases, brokers, name servers, mail, logins, cluster internals. */
const NOT_HTTP = new Set([
  21, 22, 25, 53, 88, 110, 111, 123, 139, 143, 161, 179, 389, 445, 465, 514, 587, 636, 993, 995, 1433, 1521, 1883, 2049, 2181, 2379, 2380,
  2888, 3260, 3306, 3389, 3888, 4222, 4317, 4369, 5044, 5222, 5432, 5433, 5671, 5672, 5701, 6222, 6379, 6380, 6432, 6650, 6651, 7000, 7001,
  7199, 7687, 8125, 8883, 9042, 9092, 9093, 9094, 9300, 9418, 10259, 11211, 14250, 14268, 16379, 24224, 25672, 26257, 26379, 27017, 27018,
  28015, 33060, 50051, 61616,
]);
const HTTP_NAME =
  /^(?:.*-)?(?:http|https|web|ui|webui|gui|www|dashboard|console|admin|management|frontend|portal|server|api|svc|service|app|main)(?:-.*|\d*)$/;
/** What programs ask, not people. */
const MACHINES_NAME =
  /metrics|prom(?:etheus)?$|webhook|grpc|probe|health|peer|cluster|gossip|raft|rpc|telemetry|tracing|debug|pprof|otlp|zipkin|jaeger|syslog|amqp|mqtt|ldap|sql|cql|jmx|bolt|thrift|epmd|kafka|redis|mongo/;
const MACHINES_SERVICE = /(?:^|-)(?:metrics|webhook|webhook-service)$/;
const SECURE_PORTS = new Set([443, 6443, 8443, 9443]);

/**
 * The backend of the chart's own Ingress, else the one Service with an HTTP port, else the one that is named after the release.
 * @param objects what is rendered
 * @param exposed what is rendered with the chart's own Ingress switched on; none where there is no such switch
 * @param namespace of the release
 * @returns undefined where the chart has no UI that could be told
 */
export function chooseUi(
  objects: readonly RenderedObject[],
  exposed: readonly RenderedObject[],
  { release, namespace }: { readonly release: string; readonly namespace: string },
): ChosenUi | undefined {
  const services = objects.filter((object) => isService(object) && isIn(object, namespace));
  const candidates = uiCandidates(services, objects);
  for (const made of [objects, exposed]) {
    const backend = ingressBackend(
      made.filter((object) => isIn(object, namespace)),
      services,
    );
    if (backend !== undefined)
      return { service: backend, because: "the chart's own Ingress leads to it", isByIngress: true, others: others(candidates, backend) };
  }
  const [first] = candidates;
  if (first === undefined) return undefined;
  const isOnly = candidates.every(({ name }) => name === first.name);
  if (isOnly)
    return { service: first, because: "no other Service has an HTTP port", isByIngress: false, others: others(candidates, first) };
  const own = candidates.filter(({ name }) => isNamedAfter(name, release));
  const [chosen] = own;
  if (chosen === undefined || own.some(({ name }) => name !== chosen.name)) return undefined;
  return { service: chosen, because: "it is named after the release", isByIngress: false, others: others(candidates, chosen) };
}

/** What it could be, as `name:port`, whether or not one of them is chosen. */
export const uiOptions = (objects: readonly RenderedObject[], namespace: string): string[] =>
  uiCandidates(
    objects.filter((object) => isService(object) && isIn(object, namespace)),
    objects,
  ).map(({ name, port }) => `${name}:${port}`);

/** As Helm's own `fullname` gives it, and that of Helm 2, which named the release's chart again. */
const isNamedAfter = (name: string, release: string) => name === release || name === `${release}-${release}`;

const others = (candidates: readonly UiService[], { name, port }: UiService) =>
  candidates.filter((it) => it.name !== name || it.port !== port).map((it) => `${it.name}:${it.port}`);

const isService = ({ apiVersion, kind }: RenderedObject) => kind === "Service" && groupOf(apiVersion) === "";

/** Services with ports at which a browser may get a page, the likeliest port of each first. */
function uiCandidates(services: readonly RenderedObject[], objects: readonly RenderedObject[]): UiService[] {
  const called = calledByTheApiServer(objects);
  const isForMachines = (name: string) => called.has(name) || MACHINES_SERVICE.test(name);
  const open = services.filter(
    (service) =>
      fieldAt(service, "spec", "type") !== "ExternalName" && !isForMachines(service.metadata.name) && httpPorts(service).length > 0,
  );
  // One without an address of its own is another one's twin for its Pods, unless it is all that there is.
  const addressed = open.filter((service) => fieldAt(service, "spec", "clusterIP") !== "None");
  return (addressed.length > 0 ? addressed : open).flatMap((service) => httpPorts(service).map((port) => uiService(service, port)));
}

const uiService = ({ metadata: { name } }: RenderedObject, port: Fields): UiService => ({
  name,
  port: Number(port["port"]),
  ...(isSecure(port) && { protocol: "HTTPS" as const }),
});

function isSecure(port: Fields): boolean {
  const name = textAt(port, "name") ?? "";
  const protocol = textAt(port, "appProtocol")?.toLowerCase();
  if (protocol !== undefined) return protocol === "https" || protocol.endsWith("/https");
  if (/https|tls|ssl/.test(name)) return true;
  if (/http/.test(name) || /http(?!s)/.test(String(port["targetPort"]))) return false;
  return SECURE_PORTS.has(Number(port["port"])) || SECURE_PORTS.has(Number(port["targetPort"]));
}

/** The likeliest first: plain HTTP by its name, HTTPS by its name, what only its number does not speak against. */
function httpPorts(service: RenderedObject): readonly Fields[] {
  const ports = recordsAt(service, "spec", "ports").filter(mayBeHttp);
  const rank = (port: Fields) => {
    const name = textAt(port, "name") ?? "";
    if (/^(?:http|web|ui)(?:-?\d*|-web|-ui)$/.test(name)) return 0;
    if (HTTP_NAME.test(name)) return isSecure(port) ? 2 : 1;
    return 3;
  };
  return [...ports].sort((a, b) => rank(a) - rank(b));
}

function mayBeHttp(port: Fields): boolean {
  const { protocol = "TCP", port: number } = port;
  if (protocol !== "TCP" || !Number.isInteger(number)) return false;
  const appProtocol = textAt(port, "appProtocol")?.toLowerCase();
  if (appProtocol !== undefined) return /(?:^|\/)(?:http|https|ws|wss)$/.test(appProtocol);
  const name = textAt(port, "name")?.toLowerCase() ?? "";
  if (MACHINES_NAME.test(name)) return false;
  if (/^(?:tcp|udp|tls|sctp)(?:-|$)/.test(name) && !/http|web|ui/.test(name)) return false;
  return HTTP_NAME.test(name) || !NOT_HTTP.has(Number(number));
}

/** Names of the Services behind webhooks, APIServices and conversions of CRDs. */
function calledByTheApiServer(objects: readonly RenderedObject[]): ReadonlySet<string> {
  const references = objects.flatMap((object): unknown[] => {
    switch (object.kind) {
      case "MutatingWebhookConfiguration":
      case "ValidatingWebhookConfiguration":
        return recordsAt(object, "webhooks").map((webhook) => fieldAt(webhook, "clientConfig", "service", "name"));
      case "APIService":
        return [fieldAt(object, "spec", "service", "name")];
      case "CustomResourceDefinition":
        return [fieldAt(object, "spec", "conversion", "webhook", "clientConfig", "service", "name")];
      default:
        return [];
    }
  });
  return new Set(references.filter((name) => typeof name === "string"));
}

/** Where the chart's own Ingresses lead: of several paths the shortest, which is the page that people open. */
function ingressBackend(objects: readonly RenderedObject[], services: readonly RenderedObject[]): UiService | undefined {
  const ingresses = objects.filter(({ apiVersion, kind }) => kind === "Ingress" && groupOf(apiVersion) === "networking.k8s.io");
  const routes = ingresses.flatMap((ingress) => [
    ...recordsAt(ingress, "spec", "rules").flatMap((rule) =>
      recordsAt(rule, "http", "paths").map((path) => ({ path: textAt(path, "path") ?? "/", backend: fieldAt(path, "backend"), ingress })),
    ),
    { path: "", backend: fieldAt(ingress, "spec", "defaultBackend"), ingress },
  ]);
  const served = routes.flatMap(({ path, backend, ingress }) => {
    const service = resolved(backend, services, ingress);
    return service === undefined ? [] : [{ path, service }];
  });
  const [shortest] = served.sort((a, b) => a.path.length - b.path.length);
  return shortest?.service;
}

/** Undefined where the Service is not rendered, or has no such port. */
function resolved(backend: unknown, services: readonly RenderedObject[], ingress: RenderedObject): UiService | undefined {
  const name = textAt(backend, "service", "name");
  const service = services.find(({ metadata }) => metadata.name === name);
  if (service === undefined) return undefined;
  const wanted = fieldAt(backend, "service", "port");
  const port = recordsAt(service, "spec", "ports").find((it) =>
    textAt(wanted, "name") === undefined ? it["port"] === fieldAt(wanted, "number") : it["name"] === fieldAt(wanted, "name"),
  );
  if (port === undefined || !Number.isInteger(port["port"])) return undefined;
  const stated = textAt(ingress.metadata.annotations, "nginx.ingress.kubernetes.io/backend-protocol")?.toUpperCase();
  const isSpokenSecurely = stated === undefined ? isSecure(port) : stated === "HTTPS";
  return { name: service.metadata.name, port: Number(port["port"]), ...(isSpokenSecurely && { protocol: "HTTPS" as const }) };
}
