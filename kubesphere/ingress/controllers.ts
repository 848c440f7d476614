/** The ingress controllers that the program knows, by the word of a stack's `ingress.controller`. */
import { contour } from "./contour";
import type { IngressController } from "./controller";
import { haproxy } from "./haproxy";
import { ingressNginx } from "./ingressNginx";
import { nginx } from "./nginx";
import { traefik } from "./traefik";
import { NGINX_CLASS, traefikAsNginx } from "./traefikAsNginx";

/** An ingress controller that the program can install. `nginx` is F5's, not ingress-nginx. */
export type ControllerName = "ingress-nginx" | "traefik" | "haproxy" | "nginx" | "contour";

const CONTROLLERS: Readonly<Record<ControllerName, IngressController>> = {
  "ingress-nginx": ingressNginx,
  traefik,
  haproxy,
  nginx,
  contour,
};

export const CONTROLLER_NAMES = Object.keys(CONTROLLERS) as readonly ControllerName[];

/** Somebody else brings it. */
export const NO_CONTROLLER = "none";

/** @param className default: the controller's own */
export const controllerOf = (name: ControllerName, className?: string): IngressController =>
  name === "traefik" && className === NGINX_CLASS ? traefikAsNginx : CONTROLLERS[name];

/** The others' releases: a stack has one controller at a time, whatever it is called. */
export const otherReleases = (release: string): string[] =>
  CONTROLLER_NAMES.map((name) => CONTROLLERS[name].release).filter((it) => it !== release);
