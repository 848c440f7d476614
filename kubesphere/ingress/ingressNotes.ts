/** What of an extension's Ingresses another controller than ingress-nginx takes otherwise than their author meant. Pure. */
import { fieldAt, groupOf, recordsAt, textAt, type RenderedObject } from "../chart/renderedObject";
import type { Backend, IngressController, TlsService } from "./controller";

const PREFIX = "nginx.ingress.kubernetes.io/";
const BACKEND_PROTOCOL = `${PREFIX}backend-protocol`;

export interface Exposed {
  /** What an install makes. */
  readonly objects: readonly RenderedObject[];
  /** What the program's own Ingress leads to; undefined where there is none. */
  readonly ui: Backend | undefined;
  /** The class of the controller; Ingresses of others are for others. */
  readonly className: string;
}

/** @returns sentences without an end */
export function ingressNotes({ objects, ui, className }: Exposed, controller: IngressController): string[] {
  const ingresses = objects.filter(
    (object) => isIngress(object) && (textAt(object, "spec", "ingressClassName") ?? className) === className,
  );
  const services = objects.filter(({ apiVersion, kind }) => kind === "Service" && groupOf(apiVersion) === "");
  const speaking = new Map(
    ingresses.filter(speaksTls).flatMap((ingress) => backends(ingress, services).map((it) => [`${it.name}:${it.port}`, it] as const)),
  );
  if (ui?.protocol === "HTTPS") speaking.set(`${ui.name}:${ui.port}`, tlsService(ui.name, ui.port, services));
  return [
    ...ingresses.flatMap((ingress) => unheeded(ingress, controller)),
    ...[...speaking.values()].flatMap((it) => misunderstood(it, controller)),
    ...(controller.tlsBackend.on === "Ingress" ? ingresses.flatMap((ingress) => unsaid(ingress, services, controller)) : []),
  ];
}

const protocolOf = ({ metadata: { annotations = {} } }: RenderedObject) => (textAt(annotations, BACKEND_PROTOCOL) ?? "HTTP").toUpperCase();
const speaksTls = (ingress: RenderedObject) => protocolOf(ingress) === "HTTPS";

const isIngress = ({ apiVersion, kind }: RenderedObject) => kind === "Ingress" && groupOf(apiVersion) === "networking.k8s.io";

function unheeded(ingress: RenderedObject, { title, heeds }: IngressController): string[] {
  if (heeds === "all") return [];
  const { name, annotations = {} } = ingress.metadata;
  const paths = recordsAt(ingress, "spec", "rules").flatMap((rule) =>
    recordsAt(rule, "http", "paths").map((it) => textAt(it, "path") ?? "/"),
  );
  const meant = Object.entries(annotations).filter(([key, value]) => {
    if (!key.startsWith(PREFIX) || heeds.has(key.slice(PREFIX.length))) return false;
    // It is looked at by itself.
    if (key === BACKEND_PROTOCOL) return !["HTTP", "HTTPS"].includes(protocolOf(ingress));
    // To / it rewrites nothing of /.
    return !(key === `${PREFIX}rewrite-target` && value === "/" && paths.every((path) => path === "/"));
  });
  if (meant.length === 0) return [];
  return [`${title} does not heed annotations of its Ingress ${name}: ${meant.map(([key]) => key).join(", ")}`];
}

/** Of a Service that has to say it by itself. */
function misunderstood(service: TlsService, { title, tlsBackend }: IngressController): string[] {
  if (tlsBackend.on !== "Service") return [];
  const { name, port } = service;
  const [[key, value] = []] = Object.entries(tlsBackend.annotations({ port }));
  if (!tlsBackend.isSeen(service))
    return [
      `its Service ${name} speaks TLS on port ${port}, and ${title} takes it for plain HTTP without the Service's annotation ${key}: "${value}"`,
    ];
  return tlsBackend.verifies === undefined ? [] : [`its Service ${name} speaks TLS on port ${port}, and ${title} ${tlsBackend.verifies}`];
}

/** Of the chart's own Ingresses: the program's has what the controller wants. */
function unsaid(ingress: RenderedObject, services: readonly RenderedObject[], { title, tlsBackend, heeds }: IngressController): string[] {
  const { name, annotations = {} } = ingress.metadata;
  if (tlsBackend.on !== "Ingress" || heeds === "all" || heeds.has("backend-protocol")) return [];
  if (!speaksTls(ingress)) return [];
  return backends(ingress, services).flatMap((service) =>
    Object.entries(tlsBackend.annotations(service))
      .filter(([key]) => annotations[key] === undefined)
      .map(
        ([key, value]) =>
          `${title} takes its Service ${service.name} for plain HTTP without the annotation ${key}: "${value}" of the Ingress ${name}`,
      ),
  );
}

/** Services that an Ingress leads to, by their numbers of ports. */
function backends(ingress: RenderedObject, services: readonly RenderedObject[]): TlsService[] {
  const found = recordsAt(ingress, "spec", "rules").flatMap((rule) =>
    recordsAt(rule, "http", "paths").flatMap((path) => {
      const name = textAt(path, "backend", "service", "name");
      const portName = textAt(path, "backend", "service", "port", "name");
      if (name === undefined) return [];
      const ports = recordsAt(services.find(({ metadata }) => metadata.name === name) ?? {}, "spec", "ports");
      const number =
        portName === undefined
          ? fieldAt(path, "backend", "service", "port", "number")
          : ports.find((it) => it["name"] === portName)?.["port"];
      return typeof number === "number" ? [tlsService(name, number, services)] : [];
    }),
  );
  return [...new Map(found.map((it) => [`${it.name}:${it.port}`, it])).values()];
}

function tlsService(name: string, port: number, services: readonly RenderedObject[]): TlsService {
  const service = services.find(({ metadata }) => metadata.name === name);
  const found = recordsAt(service ?? {}, "spec", "ports").find((it) => it["port"] === port);
  return { name, port, portName: textAt(found ?? {}, "name"), annotations: service?.metadata.annotations ?? {} };
}
