/** The schema of a stack's login settings: OAuth clients, the console's HTTPS, Harbor. */
import { isIPv4 } from "net";
import { z } from "zod";
import { consolePortal, type ConsoleHttps } from "../kubesphere/login/consoleIngress";
import { GRANT_METHODS, SCOPES } from "../kubesphere/login/oauthClientConfig";
import { consoleHost, domainSuffix, type Access, type Portal } from "../kubesphere/urls";
import type { Values } from "../kubesphere/chart/helmValues";
import { chart, freeValues, refuseChartAccess } from "./chartSettings";
import type { IngressSettings } from "./ingressSettings";
import { dnsName, dnsNamed, flag, ipv4, list, matching, section, tcpPort, text } from "./schema";

const seconds = z.int({ error: "whole seconds: 0, or 600 and more. Leave it out for KubeSphere's own" }).optional();

export const oauthClient = section({
  name: text("the client's name, which is its client_id. Write it in quotes when it is a number"),
  renamedFrom: text("the client's former name. Leave it out once the change is rolled out").optional(),
  secret: text("a text in quotes. Leave it out to have one generated").optional(),
  rotate: text("any text in quotes, such as a date. Leave it out to keep the secret").optional(),
  secretName: text("a Secret's name. Leave it out for oauthclient-<name>").optional(),
  grantMethod: z.enum(GRANT_METHODS, { error: `${GRANT_METHODS.join(", ")}. Leave it out for auto` }).default("auto"),
  trusted: flag.optional(),
  respondWithChallenges: flag.optional(),
  scopes: list(text(`${SCOPES.join(", ")}. Write each as a word`), SCOPES.join(", ")).default([...SCOPES]),
  redirectURIs: list(text("an absolute URI. Write it whole, with scheme and host"), "absolute URIs that logins return to"),
  accessTokenMaxAgeSeconds: seconds,
  accessTokenInactivityTimeoutSeconds: seconds,
});

const certManager = section({
  issuer: dnsNamed("the name of an Issuer in kubesphere-system. `kubectl get issuers -n kubesphere-system` lists them").optional(),
  clusterIssuer: dnsNamed("the name of a ClusterIssuer. `kubectl get clusterissuers` lists them").optional(),
}).transform(({ issuer, clusterIssuer }, context) => {
  if (issuer !== undefined && clusterIssuer === undefined) return { issuer };
  if (clusterIssuer !== undefined && issuer === undefined) return { clusterIssuer };
  context.addIssue({ code: "custom", message: "exactly one of issuer and clusterIssuer. Keep one" });
  return z.NEVER;
});

const tls = section({
  secretName: dnsNamed("the name of a TLS Secret in kubesphere-system. `kubectl get secrets -n kubesphere-system` lists them").optional(),
  certificate: text("certificates in PEM. Write them as a block of text").optional(),
  key: text("a private key in PEM. Set it with `pulumi config set --secret --path`").optional(),
  generate: z.literal(true, { error: "true. Leave it out for another source of the certificate" }).optional(),
  certManager: certManager.optional(),
}).transform(({ secretName, certificate, key, generate, certManager }, context): ConsoleHttps["tls"] => {
  const ways: ConsoleHttps["tls"][] = [
    ...(secretName === undefined ? [] : [{ secretName }]),
    ...(certificate === undefined || key === undefined ? [] : [{ certificate, key }]),
    ...(generate === undefined ? [] : [{ generate }]),
    ...(certManager === undefined ? [] : [{ certManager }]),
  ];
  const [way] = ways;
  if (way !== undefined && ways.length === 1 && (certificate === undefined) === (key === undefined)) return way;
  context.addIssue({
    code: "custom",
    message: "exactly one of secretName, certificate with key, generate, certManager. Keep one",
  });
  return z.NEVER;
});

export const https = section({
  hostname: dnsName
    .refine((name) => !isIPv4(name), { error: "a DNS name; an Ingress takes no address. Leave it out for the one under `access`" })
    .optional(),
  className: dnsNamed("the name of an IngressClass. Leave it out for ingress.className").optional(),
  port: tcpPort.optional(),
  tls,
});

const portalText = "a DNS name or an IPv4 address. Leave it out for the address under `access`";
export const portal = section({
  hostname: z.union([dnsName, ipv4], { error: portalText }).optional(),
  http: section({ port: tcpPort }).optional(),
  https: section({ port: tcpPort }).optional(),
});

interface ConsoleSettings {
  readonly access: Access;
  readonly ports: { readonly console: number; readonly ingressHttps?: number | undefined };
  readonly ingress: Pick<IngressSettings, "className" | "installed">;
  readonly ksCore: {
    readonly portal?: z.output<typeof portal> | undefined;
    readonly https?: z.output<typeof https> | undefined;
    readonly values: Values;
  };
}

interface Console {
  readonly portal: Portal;
  readonly https: ConsoleHttps | undefined;
}

/** KubeSphere's own address: with `https` that of its Ingress, else `portal`, else that of the console's NodePort. */
export function consoleSettings({ access, ports, ingress, ksCore }: ConsoleSettings, context: z.core.$RefinementCtx): Console {
  const refuse = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
  if (ksCore.https === undefined) {
    const { hostname = consoleHost(access), http = { port: ports.console }, https } = ksCore.portal ?? {};
    return { portal: { hostname, http, ...(https && { https }) }, https: undefined };
  }
  if (ksCore.portal !== undefined) refuse(["ksCore", "portal"], "nothing beside ksCore.https, which decides it. Remove it");
  // Our own ingress controller listens on NodePorts; for another one, the usual port is assumed.
  const port = ksCore.https.port ?? ports.ingressHttps ?? (ingress.installed ? undefined : 443);
  if (port === undefined)
    refuse(
      ["ports", "ingressHttps"],
      "a NodePort for https, which ksCore.https needs. Behind a load balancer set ksCore.https.port instead",
    );
  const { hostname = domainSuffix(access), className = ingress.className, tls } = ksCore.https;
  // ks-core 1.1.3's Ingress then names a kind of traefik.containo.us/v1alpha1, a group that Traefik 3 does not have.
  if (className === "traefik" && ksCore.values["internalTLS"] === true)
    refuse(["ksCore", "values", "internalTLS"], "false, as ksCore.https with class traefik needs it. Leave it out");
  const https: ConsoleHttps = { hostname, className, port: port ?? 443, tls };
  return { portal: consolePortal(https, ports.console), https };
}

export const harbor = section({
  externalURL: matching(
    /^https?:\/\/[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:\d{1,5})?$/,
    "the URL at which people reach Harbor, such as https://harbor.example.com. Write it without a path",
  ),
  ...chart,
  adminGroup: text("a group's name. Leave it out for none").optional(),
  groupsClaim: text("the claim that lists a user's groups. Leave it out for groups").optional(),
  userClaim: text("the claim that names the user. Leave it out for preferred_username").optional(),
  autoOnboard: flag.default(true),
  verifyCert: flag.default(true),
  values: freeValues({ externalURL: "harbor.externalURL", "core.configureUserSettings": "harbor" }),
})
  .superRefine((given, context) => refuseChartAccess(HARBOR.repository)(given, context))
  .transform(({ chart: own, repository, version, ...rest }) =>
    own === undefined
      ? { ...rest, chart: HARBOR.chart, repository: repository ?? HARBOR.repository, version: version ?? HARBOR.version }
      : { ...rest, chart: own, repository, version },
  );

/** Harbor 2.15.1. */
const HARBOR = { chart: "harbor", repository: "https://helm.goharbor.io", version: "1.19.1" };
