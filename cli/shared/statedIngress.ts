/** Which ingress controller a stack's configuration names, whatever else is wrong in it. Pure. */
import { CONTROLLER_NAMES, controllerOf, type ControllerName } from "../../kubesphere/ingress/controllers";
import type { IngressController } from "../../kubesphere/ingress/controller";

export interface StatedIngress {
  /** The configuration key that says it, or would. */
  readonly key: "ingress" | "ingressNginx";
  readonly className: string;
  /** Absent where somebody else brings it. */
  readonly name?: ControllerName;
  readonly controller?: IngressController;
}

interface Stated {
  readonly ingress?: { readonly controller?: unknown; readonly className?: string };
  readonly ingressNginx?: { readonly className?: string; readonly install?: unknown };
}

/** @param config by key without namespace */
export function statedIngress(config: Readonly<Record<string, unknown>>): StatedIngress {
  const { ingress, ingressNginx } = config as Stated;
  if (ingressNginx !== undefined && Object.keys(ingressNginx).length > 0) {
    const { className = "nginx", install } = ingressNginx;
    return {
      key: "ingressNginx",
      className,
      ...(install !== false && { name: "ingress-nginx" as const, controller: controllerOf("ingress-nginx") }),
    };
  }
  const { controller: given = "ingress-nginx", className } = ingress ?? {};
  const name = CONTROLLER_NAMES.find((it) => it === given);
  const controller = name && controllerOf(name, className);
  return {
    key: "ingress",
    className: className ?? controller?.className ?? "nginx",
    ...(name && { name, controller: controllerOf(name, className) }),
  };
}
