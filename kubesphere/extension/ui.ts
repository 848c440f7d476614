/** Finds the Service of an extension's UI among the rendered objects. */
import { fieldAt, groupOf, recordsAt, textAt, type Fields, type RenderedObject } from "../chart/renderedObject";
import { isIn } from "./executorRights";
import { httpPorts, isSecure } from "./httpPorts";

export interface UiService {
  readonly name: string;
  readonly port: number;
  /** Its protocol, if it is not plain HTTP. */
  readonly protocol?: "HTTPS" | undefined;
  /** What the Ingress has to say of it to a controller other than ingress-nginx. Default: nothing */
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface ChosenUi {
  readonly service: UiService;
  /** Why this one was chosen, as the end of a sentence. */
  readonly because: string;
  /** Whether the chart's own Ingress leads to it. */
  readonly isByIngress: boolean;
  /** The other candidates, as `name:port`. */
  readonly others: readonly string[];
}

/** Endpoints for programs, not for people. */
const MACHINES_SERVICE = /(?:^|-)(?:exporter|metrics|webhooks?)(?:-(?:service|svc))?$/;

/**
 * The backend of the chart's own Ingress, else the only Service with an HTTP port, else the Service named after the release.
 * @param objects the rendered objects
 * @param exposed the objects rendered with the chart's own Ingress switched on; empty if there is no such switch
 * @param namespace the release's namespace
 * @returns undefined if no Service can be identified as the UI
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

/** All candidates, as `name:port`, also if one of them is chosen. */
export const uiOptions = (objects: readonly RenderedObject[], namespace: string): string[] =>
  uiCandidates(
    objects.filter((object) => isService(object) && isIn(object, namespace)),
    objects,
  ).map(({ name, port }) => `${name}:${port}`);

/** The name by Helm's `fullname` template, and that of Helm 2, which repeated the chart's name. */
const isNamedAfter = (name: string, release: string) => name === release || name === `${release}-${release}`;

const others = (candidates: readonly UiService[], { name, port }: UiService) =>
  candidates.filter((it) => it.name !== name || it.port !== port).map((it) => `${it.name}:${it.port}`);

const isService = ({ apiVersion, kind }: RenderedObject) => kind === "Service" && groupOf(apiVersion) === "";

/** Services with ports that may serve a page to a browser, the likeliest port of each first. */
function uiCandidates(services: readonly RenderedObject[], objects: readonly RenderedObject[]): UiService[] {
  const called = calledByTheApiServer(objects);
  const isForMachines = (name: string) => called.has(name) || MACHINES_SERVICE.test(name);
  const open = services.filter(
    (service) =>
      fieldAt(service, "spec", "type") !== "ExternalName" && !isForMachines(service.metadata.name) && httpPortsOf(service).length > 0,
  );
  // A headless Service duplicates another one for the same Pods, unless it is the only one.
  const addressed = open.filter((service) => fieldAt(service, "spec", "clusterIP") !== "None");
  return (addressed.length > 0 ? addressed : open).flatMap((service) => httpPortsOf(service).map((port) => uiService(service, port)));
}

const uiService = ({ metadata: { name } }: RenderedObject, port: Fields): UiService => ({
  name,
  port: Number(port["port"]),
  ...(isSecure(port) && { protocol: "HTTPS" as const }),
});

const httpPortsOf = (service: RenderedObject) => httpPorts(recordsAt(service, "spec", "ports"));

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

/** The backends of the chart's own Ingresses: of several paths the shortest, which is the page that people open. */
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

/** Undefined if the Service is not rendered, or has no such port. */
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
