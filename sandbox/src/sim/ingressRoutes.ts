/** Which Service an ingress controller sends a request to, by the cluster's own Ingress objects. */
import { CONSOLE_SERVICE, SYSTEM_NAMESPACE } from "../../../kubesphere/api";
import type { Answer } from "./bundles.js";
import { readOnly, type Handler, type Request as HttpRequest } from "./httpListener.js";
import { INGRESS_CONTROLLERS } from "./names.js";
import type { EndpointSlice, Ingress, IngressBackend, IngressClass, Service } from "./objects.js";

type Request = Pick<HttpRequest, "host" | "path">;

export interface Routes {
  classes: readonly IngressClass[];
  ingresses: readonly Ingress[];
  services: readonly Service[];
  endpointSlices: readonly EndpointSlice[];
}

interface Target {
  ingress: Ingress;
  backend: IngressBackend;
}

const SERVICE_NAME = "kubernetes.io/service-name";

/** Longer is more specific: an exact host before a wildcard before none, and likewise for paths. */
const hostFits = (rule: string | undefined, host: string) =>
  rule === undefined ||
  rule === host ||
  (rule.startsWith("*.") && host.endsWith(rule.slice(1)) && !host.slice(0, -rule.length + 1).includes("."));

const pathFits = (pathType: string, rule: string, path: string) =>
  pathType === "Exact" ? rule === path : rule === "/" || path === rule || path.startsWith(rule.endsWith("/") ? rule : `${rule}/`);

const hostRank = (rule: string | undefined) => (rule === undefined ? 0 : rule.startsWith("*.") ? 1 : 2);

/** Those of this controller's classes. */
function served({ classes, ingresses }: Pick<Routes, "classes" | "ingresses">): Ingress[] {
  const names = new Set(
    classes.filter(({ spec }) => INGRESS_CONTROLLERS.includes(spec.controller ?? "")).map(({ metadata }) => metadata.name),
  );
  return ingresses.filter(({ spec }) => spec.ingressClassName !== undefined && names.has(spec.ingressClassName));
}

/** Undefined where nothing takes the request. */
function route({ host, path }: Request, routes: Pick<Routes, "classes" | "ingresses">): Target | undefined {
  const mine = served(routes);
  const rules = mine.flatMap((ingress) => (ingress.spec.rules ?? []).map((rule) => ({ ingress, ...rule })));
  const best = Math.max(...rules.filter((rule) => hostFits(rule.host, host)).map((rule) => hostRank(rule.host)));
  const [match] = rules
    .filter((rule) => hostFits(rule.host, host) && hostRank(rule.host) === best)
    .flatMap(({ ingress, http }) => (http?.paths ?? []).map((it) => ({ ingress, ...it, path: it.path ?? "/" })))
    .filter((it) => pathFits(it.pathType, it.path, path))
    .sort((a, b) => b.path.length - a.path.length || Number(b.pathType === "Exact") - Number(a.pathType === "Exact"));
  if (match) return match;
  const fallback = mine.find(({ spec }) => spec.defaultBackend);
  return fallback?.spec.defaultBackend && { ingress: fallback, backend: fallback.spec.defaultBackend };
}

/** Whether a Service has an endpoint that is ready, for one of its ports or any. */
export function isReady(service: Service, slices: readonly EndpointSlice[], portName?: string): boolean {
  return slices
    .filter(
      ({ metadata }) => metadata.namespace === service.metadata.namespace && metadata.labels?.[SERVICE_NAME] === service.metadata.name,
    )
    .filter(({ ports }) => portName === undefined || ports?.some(({ name }) => (name ?? "") === portName))
    .some(({ endpoints }) => endpoints?.some(({ conditions }) => conditions?.ready !== false));
}

/** As ingress controllers answer: 404 without a rule, 503 without a ready endpoint; else in place of the Service, saying so. */
export function ingressHandler(routes: () => Routes, console: Handler): Handler {
  return (request) => {
    const { services, endpointSlices, ...rules } = routes();
    const target = route(request, rules);
    if (!target) return plain(404, `404 Not Found: no Ingress of this controller takes ${request.host}${request.path}`);
    const { namespace, name } = target.ingress.metadata;
    const { name: serviceName, port } = target.backend.service ?? { name: "", port: {} };
    const where = `Service ${namespace}/${serviceName}:${port.name ?? port.number} (Ingress ${namespace}/${name})`;
    const service = services.find(({ metadata }) => metadata.namespace === namespace && metadata.name === serviceName);
    const servicePort = service?.spec.ports?.find((it) => (port.name !== undefined ? it.name === port.name : it.port === port.number));
    if (!service || !servicePort || !isReady(service, endpointSlices, servicePort.name ?? ""))
      return plain(503, `503 Service Temporarily Unavailable: no ready endpoint for ${where}`);
    if (namespace === SYSTEM_NAMESPACE && serviceName === CONSOLE_SERVICE) return console(request);
    return readOnly(() => plain(200, `This is the sandbox's stand-in for an ingress controller. It stands for ${where}.`))(request);
  };
}

const plain = (status: number, body: string): Promise<Answer> =>
  Promise.resolve({ status, contentType: "text/plain; charset=utf-8", body: `${body}\n` });

/** Whether an Ingress of this controller's names the host. */
export const isNamed = (host: string, routes: Pick<Routes, "classes" | "ingresses">): boolean =>
  served(routes).some(({ spec }) => spec.rules?.some((rule) => rule.host !== undefined && hostFits(rule.host, host)));

/** Whether this controller has anything to answer over HTTPS. */
export const hasTls = (routes: Pick<Routes, "classes" | "ingresses">): boolean => served(routes).some(({ spec }) => spec.tls !== undefined);

/** Namespace and name of the TLS Secret that an Ingress names for a host. */
export function tlsSecret(host: string, routes: Pick<Routes, "classes" | "ingresses">): { namespace: string; name: string } | undefined {
  const named = served(routes).flatMap(({ metadata: { namespace = "" }, spec }) =>
    (spec.tls ?? []).flatMap(({ hosts = [], secretName }) =>
      hosts.flatMap((rule) => (secretName !== undefined && hostFits(rule, host) ? [{ rule, namespace, name: secretName }] : [])),
    ),
  );
  const [best] = named.sort((a, b) => hostRank(b.rule) - hostRank(a.rule));
  return best && { namespace: best.namespace, name: best.name };
}
