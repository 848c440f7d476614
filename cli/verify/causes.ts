/** From what went wrong to what is likely behind it, and to what to do next. Pure. */
import { LUBAN } from "../../kubesphere/luban";
import type { Access } from "../../kubesphere/urls";
import { wildcardAddresses } from "../../kubesphere/login/wildcardDns";
import type { StatedIngress } from "../shared/statedIngress";
import type { Trouble } from "./check";
import { portOf, type NoAnswer } from "./http";

/** Where a request was meant to go. */
export interface Place {
  readonly url: string;
  readonly access: Access;
  /** `the console`, `the ingress controller`. */
  readonly server: string;
  readonly ingress: StatedIngress;
}

// Neither looks at what every object says, and drift does.
export const LOOK_AT_STACK = `${LUBAN} doctor, and where it finds nothing: ${LUBAN} drift`;
export const LOOK_AT_EXTENSION = `${LUBAN} status, and where it is as wanted there: ${LUBAN} drift`;

const NODE = "<address of a node>";
const CERTIFICATE = /CERT|SELF_SIGNED|UNABLE_TO|ALTNAME|SSL|TLS|EPROTO/;

/** Why a name has no address, or another one than its own says. */
export function unresolved(host: string, url: string, access: Access): Trouble {
  const named = wildcardAddresses(host);
  const address = named?.[0] ?? ("nodeIP" in access ? access.nodeIP : NODE);
  const around = `${LUBAN} verify --resolve ${host}:${portOf(new URL(url))}:${address}`;
  const hostsFile = `put "${address} ${host}" into the hosts file`;
  const rename = "name another one in kubesphere:access or kubesphere:ksCore.portal";
  if (named?.length === 0) return { cause: `${zoneOf(host)} has no address for it: there is none in the name`, next: rename };
  if (named !== undefined)
    return {
      cause: `${zoneOf(host)} is not asked, or its answer is not let through: some resolvers refuse names that lead to private addresses`,
      next: `let the resolver pass ${zoneOf(host)}, ${hostsFile}, or go around it: ${around}`,
    };
  if (isWithinCluster(host))
    return {
      cause: "it is a name of the cluster's own DNS, which nobody outside of it asks",
      next: `${rename}, or ${hostsFile} of each machine; until then: ${around}`,
    };
  if (!host.includes("."))
    return {
      cause: "it is a name without a domain: no DNS has a record of it, and each machine looks for it under a domain of its own",
      next: `${rename}, or ${hostsFile} of each machine; until then: ${around}`,
    };
  const isUnder = "domain" in access && host !== access.domain && host.endsWith(`.${access.domain}`);
  const record = isUnder ? `*.${access.domain}` : host;
  return { cause: `there is no record ${record}`, next: `add it: ${record}. A ${address}; until then: ${around}` };
}

const isWithinCluster = (host: string) => /\.(?:svc|cluster\.local)\.?$/.test(host);
const zoneOf = (host: string) => host.split(".").slice(-2).join(".");

export function unanswered({ code, message }: NoAnswer, { url, server, access, ingress }: Place): Trouble {
  const { hostname, protocol } = new URL(url);
  const port = portOf(new URL(url));
  if (code === "ENOTFOUND" || code === "EAI_AGAIN") return unresolved(hostname, url, access);
  if (code === "ECONNREFUSED")
    return {
      cause: `nobody listens on port ${port}: ${server} is not up, or its NodePort is another one`,
      next: LOOK_AT_STACK,
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
          : certificateMend(ingress),
    };
  return { cause: message, next: LOOK_AT_STACK };
}

/** Extensions' Ingresses name no certificate of their own. */
function certificateMend({ key, controller }: StatedIngress): string {
  if (controller === undefined) return "give the cluster's ingress controller a certificate for that name";
  const { title, defaultCertificate: value } = controller;
  return value === undefined
    ? `${title} has no certificate for all hosts: give the extension's Ingress spec.tls with a Secret, or take another controller`
    : `give the ingress controller a certificate for that name: ${value.path} in kubesphere:${key}.values, ${value.holds}`;
}

/** Of an answer that is not a good one. */
export function refused(status: number, { server }: Pick<Place, "server">, extension?: string): Trouble {
  const look = extension === undefined ? LOOK_AT_STACK : LOOK_AT_EXTENSION;
  if (status === 404)
    return extension === undefined
      ? { cause: `another server than ${server} answers there`, next: "compare kubesphere:ports and kubesphere:access with where it runs" }
      : { cause: `no Ingress takes its host, or the UI has nothing at /: is ${extension} installed?`, next: look };
  if (status === 503) return { cause: "the Service has no ready Pod behind it", next: look };
  if (status >= 500) return { cause: `${server} answers, and what is behind it fails`, next: look };
  return { cause: `${server} does not let this request in`, next: look };
}

const OWN_WINDOW = "set base.extEmbed: link in the install.config of the extension, which opens it in a window of its own";
const OWN_FRONT_END = "have its front end open it in a window of its own (a plain chart's does with base.extEmbed: link)";

/** Of a UI that opens within the console, and lets no browser show it there. @param hasSetting whether `base.extEmbed` decides it */
export const shutOut = (consoleOrigin: string, hasSetting: boolean): Trouble => ({
  cause: `a browser shows nothing of it within the console, which is at ${consoleOrigin}`,
  next: `${hasSetting ? OWN_WINDOW : OWN_FRONT_END}; or have it allow the console: Content-Security-Policy: frame-ancestors ${consoleOrigin}`,
});

/** Of a UI that opens within the console, and sends on to another host. */
export const moved = (url: string, hasSetting: boolean): Trouble => ({
  cause: "within the console a browser shows another host's page only where that host allows it, and keeps its cookies from it",
  next: `tell the application that its address is ${url}; or, where it is meant to send people there, ${hasSetting ? OWN_WINDOW : OWN_FRONT_END}`,
});

export const endless = (url: string): Trouble => ({
  cause: "what answers takes each of its own addresses for another one's",
  next: `tell it that its address is ${url}, and that TLS may end before it`,
});

/** Of a front end that opens another address than the stack's. @param address "" for none */
export const wrongAddress = (address: string): Trouble => ({
  cause:
    address === ""
      ? "KubeSphere had no domain for extensions when it was installed"
      : "access, a port or the portal changed after it was installed, or somebody else changed its front end",
  next: "pulumi up --refresh, which installs it again where the stack's address is a new one",
});

/** Of a member, whose answers the host's ks-apiserver passes on, or has its own in their place (multicluster.go of KubeSphere 4.1). */
export function memberRefused(status: number, message: string, member: string): Trouble {
  const doctor = `${LUBAN} doctor`;
  const unreached = {
    cause: `KubeSphere on the host does not reach ${member}: ${message}`,
    next: `is the member up, and does a Pod of the host reach the address in its kubeconfig? ${doctor}`,
  };
  if (status === 400) return { cause: `the host has no Cluster ${member}: ${message}`, next: "pulumi up --refresh" };
  if (status === 404)
    return { cause: `ks-core is gone from ${member}: ${message}`, next: `${doctor}, which says how KubeSphere installs it again` };
  if (status === 502) return unreached;
  if (status === 503)
    return message.startsWith("no endpoints available")
      ? {
          cause: `KubeSphere on ${member} (Deployment ks-agent) has no ready Pod`,
          next: "kubectl --kubeconfig <its kubeconfig> --namespace kubesphere-system get pods",
        }
      : unreached;
  // KubeSphere's own number for a 401 of the member's.
  if (status === 511)
    return {
      cause: `${member} does not take the host's tokens, as its jwtSecret is another one; or its API server does not take the kubeconfig of its Cluster any more`,
      next: `pulumi up --refresh; if that changes nothing, any changed value of the member in kubesphere:memberClusters installs ks-core on it again`,
    };
  return status === 401 || status === 403
    ? { cause: `KubeSphere on ${member} does not let admin in: ${message}`, next: doctor }
    : { cause: `KubeSphere fails at it: ${message}`, next: doctor };
}

/** @param member its version @param host the host's */
export const otherVersion = (member: string, host: string): Trouble => ({
  cause: `ks-core on it is ${member}, and the host's is ${host}: a member is upgraded by a run, after the host`,
  next: `pulumi up; if that changes nothing: ${LUBAN} doctor`,
});

/** Of an agent's workload. */
export const notReady = (namespace: string): Trouble => ({
  cause: "its Pods are starting, or cannot",
  next: `kubectl --kubeconfig <its kubeconfig> --namespace ${namespace} get pods; and ${LUBAN} status`,
});
