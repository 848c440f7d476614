/** Objects as Helm renders them, in few words. */
import type { Fields, RenderedObject } from "../../kubesphere/chart/renderedObject";

/** @param what `apps/v1 Deployment web` or, in a namespace that it names, `v1 Secret other/web` */
export function rendered(what: string, fields: Fields = {}): RenderedObject {
  const [apiVersion = "", kind = "", placed = ""] = what.split(" ");
  const [name = "", namespace] = placed.split("/").reverse();
  return { apiVersion, kind, metadata: { name, ...(namespace !== undefined && { namespace }) }, ...fields };
}

/** @param ports such as `http:8080` or `80` */
export const service = (name: string, ...ports: string[]): RenderedObject =>
  rendered(`v1 Service ${name}`, {
    spec: {
      ports: ports.map((it) => {
        const [port = "", named] = it.split(":").reverse();
        return { port: Number(port), ...(named !== undefined && { name: named }) };
      }),
    },
  });

/** @param routes such as `/ web:80`, or `/ web:http` for a port by its name */
export const ingress = (name: string, host: string, ...routes: string[]): RenderedObject =>
  rendered(`networking.k8s.io/v1 Ingress ${name}`, {
    spec: {
      rules: [
        {
          host,
          http: {
            paths: routes.map((route) => {
              const [path = "", to = ""] = route.split(" ");
              const [service = "", port = ""] = to.split(":");
              return {
                path,
                backend: { service: { name: service, port: /^\d+$/.test(port) ? { number: Number(port) } : { name: port } } },
              };
            }),
          },
        },
      ],
    },
  });
