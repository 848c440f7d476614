/** What of a stack's ingress controller works and is still worth a word. Pure. */
import { controllerOf } from "../kubesphere/ingress/controllers";
import { describeWarning } from "../kubesphere/login/warnings";
import type { Settings } from "./settings";

/** @returns a line each */
export function ingressWarnings({ ingress, ksCore, production }: Pick<Settings, "ingress" | "ksCore" | "production">): string[] {
  const { key, className, installed } = ingress;
  const { title, retired, defaultCertificate } = installed ? controllerOf(installed.controller, className) : {};
  const path = `kubesphere:${key}`;
  return [
    ...(key === "ingressNginx"
      ? [`${path}: this key is called kubesphere:ingress now. Write instead: kubesphere:ingress: ${asWritten(ingress)}.`]
      : []),
    ...(production && retired !== undefined
      ? [
          describeWarning({
            ...{ path, given: title, allowed: `a controller that somebody keeps, as \`production\` is true: ${retired}` },
            mend: `\`kubesphere:ingress: {controller: traefik, className: ${className}}\` goes on with its Ingresses${className === "nginx" ? " and their annotations" : ""}`,
          }),
        ]
      : []),
    ...(ksCore.https && installed && defaultCertificate === undefined
      ? [
          describeWarning({
            ...{ path, given: title, allowed: "with ksCore.https a controller that has a certificate for all hosts" },
            mend: "Extensions' Ingresses have no `spec.tls`, and without it this one answers for them over HTTP alone, which a console over HTTPS does not show",
          }),
        ]
      : []),
  ];
}

/** A login or certificates beside the chart, or an address that carries a login or a token in its query. */
const shown = (name: string, value: string | boolean) =>
  ["password", "caBundle"].includes(name) || /:\/\/.*[@?]/.test(String(value)) ? "… as it is" : String(value);

/** With what stood there; of values, which may be secrets, only that they stay. */
function asWritten({ className, installed, former = {} }: Settings["ingress"]): string {
  const words = [
    `controller: ${installed?.controller ?? "none"}`,
    ...(className === "nginx" ? [] : [`className: ${className}`]),
    ...(installed
      ? Object.entries(former).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${shown(name, value)}`]))
      : []),
    ...(installed && Object.keys(installed.values).length > 0 ? ["values: … as they are"] : []),
  ];
  return `{${words.join(", ")}}`;
}
