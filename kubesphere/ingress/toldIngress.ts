/** Which controller a package is rendered for: one that wants other words than ingress-nginx. */
import type { Backend } from "./controller";
import { controllerOf, type ControllerName } from "./controllers";

/** Nothing of it, where it is ingress-nginx or somebody else's: a package then says what ingress-nginx understands. */
export interface ToldIngress {
  readonly controller: ControllerName;
  readonly className: string;
}

export const toldIngress = (controller: ControllerName | undefined, className: string): ToldIngress | undefined =>
  controller === undefined || controllerOf(controller, className).heeds === "all" ? undefined : { controller, className };

/** The UI's Service with what the program's Ingress has to say of it, beside what ingress-nginx wants. */
export function withBackendWords<Service extends Backend>(
  service: Service,
  told: ToldIngress | undefined,
): Service & { readonly annotations?: Readonly<Record<string, string>> } {
  if (told === undefined || service.protocol !== "HTTPS") return service;
  const { tlsBackend, heeds } = controllerOf(told.controller, told.className);
  if (tlsBackend.on !== "Ingress" || heeds === "all" || heeds.has("backend-protocol")) return service;
  return { ...service, annotations: tlsBackend.annotations(service) };
}
