/** From what went wrong to what is likely behind it, and to what to do next. Pure. */
import type { Access } from "../../kubesphere/urls";
import type { Trouble } from "./check";
import { portOf, type NoAnswer } from "./http";

/** Where a request was meant to go. */
export interface Place {
  readonly url: string;
  readonly access: Access;
  /** `the console`, `the ingress controller`. */
  readonly server: string;
}

const NODE = "<address of a node>";
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|SSL|TLS|EPROTO/;

/** The DNS record that is missing. */
export function unresolved(host: string, url: string, access: Access): Trouble {
  const around = `--resolve ${host}:${portOf(new URL(url))}:${"nodeIP" in access ? access.nodeIP : NODE}`;
  if ("nodeIP" in access)
    return {
      cause: "nip.io is not asked, or its answer is not let through: some resolvers refuse names that lead to private addresses",
      next: `let the resolver pass nip.io, put "${access.nodeIP} ${host}" into the hosts file, or go around it: npm run verify -- ${around}`,
    };
  const isUnder = host !== access.domain && host.endsWith(`.${access.domain}`);
  const record = isUnder ? `*.${access.domain}` : host;
  return { cause: `there is no record ${record}`, next: `add it: ${record}. A ${NODE}; until then: npm run verify -- ${around}` };
}

export function unanswered({ code, message }: NoAnswer, { url, server, access }: Place): Trouble {
  const { hostname, protocol } = new URL(url);
  const port = portOf(new URL(url));
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return unresolved(hostname, url, access);
  if (code === "ECONNREFUSED")
    return {
      cause: `nobody listens on port ${port}: ${server} is not up, or its NodePort is another one`,
      next: "npm run doctor",
    };
  if (code === "ETIMEDOUT" || code === "EHOSTUNREACH" || code === "ENETUNREACH")
    return {
      cause: `a firewall or a route keeps port ${port} of that node from here`,
      next: `open port ${port}, or verify from where people are`,
    };
  if (protocol === "https:" && CERTIFICATE.test(code))
    return {
      cause: `the certificate for ${hostname} is not trusted here (${message})`,
      next:
        server === "the console"
          ? "see kubesphere:ksCore.https.tls: a certificate for that name from an authority that people trust"
          : "give the ingress controller a certificate for that name: controller.extraArgs.default-ssl-certificate in kubesphere:ingressNginx.values",
    };
  return { cause: message, next: "npm run doctor" };
}

/** Of an answer that is not a good one. */
export function refused(status: number, { server }: Pick<Place, "server">, extension?: string): Trouble {
  const look = extension === undefined ? "npm run doctor" : "npm run status";
  if (status === 404)
    return extension === undefined
      ? { cause: `another server than ${server} answers there`, next: "compare kubesphere:ports and kubesphere:access with where it runs" }
      : { cause: `no Ingress takes its host, or the UI has nothing at /: is ${extension} installed?`, next: look };
  if (status === 503) return { cause: "the Service has no ready Pod behind it", next: look };
  if (status >= 500) return { cause: `${server} answers, and what is behind it fails`, next: look };
  return { cause: `${server} does not let this request in`, next: look };
}
