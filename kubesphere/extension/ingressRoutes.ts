/** The hosts and paths of Ingresses. */
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

/** Routes of both an Ingress of ours and another one: an ingress controller uses only one of the two, and admission may refuse the other. */
export function clashes(objects: readonly RenderedObject[], isOurs: (object: RenderedObject) => boolean): Route[] {
  const routes = routesOf(objects);
  const ours = routes.filter(({ ingress }) => isOurs(ingress));
  return routes.filter((route) => !isOurs(route.ingress) && ours.some(({ host, path }) => host === route.host && path === route.path));
}

/** Sorted. */
export const hostsOf = (objects: readonly RenderedObject[]): string[] =>
  [...new Set(routesOf(objects).map(({ host }) => host))].filter((host) => host !== "").sort();
