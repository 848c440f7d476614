/** The hosts and paths that Ingresses answer for. */
import { groupOf, recordsAt, textAt, type RenderedObject } from "../chart/renderedObject";

interface Route {
  readonly name: string;
  readonly host: string;
  readonly path: string;
  readonly ingress: RenderedObject;
}

const routesOf = (objects: readonly RenderedObject[]): Route[] =>
  objects
    .filter(({ apiVersion, kind }) => kind === "Ingress" && groupOf(apiVersion) === "networking.k8s.io")
    .flatMap((ingress) =>
      recordsAt(ingress, "spec", "rules").flatMap((rule) =>
        recordsAt(rule, "http", "paths").map((path) => ({
          name: ingress.metadata.name,
          host: textAt(rule, "host") ?? "",
          path: textAt(path, "path") ?? "/",
          ingress,
        })),
      ),
    );

/** Those that are said by an Ingress of ours and by another one: of two, an ingress controller heeds one, and admission may refuse the other. */
export function clashes(objects: readonly RenderedObject[], isOurs: (object: RenderedObject) => boolean): Route[] {
  const routes = routesOf(objects);
  const ours = routes.filter(({ ingress }) => isOurs(ingress));
  return routes.filter((route) => !isOurs(route.ingress) && ours.some(({ host, path }) => host === route.host && path === route.path));
}

/** Sorted. */
export const hostsOf = (objects: readonly RenderedObject[]): string[] =>
  [...new Set(routesOf(objects).map(({ host }) => host))].filter((host) => host !== "").sort();
