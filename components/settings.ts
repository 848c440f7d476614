/** What a stack's configuration may say: the schema, its defaults, and the words for what is allowed. */
import { isIPv4 } from "net";
import { z } from "zod";
import { valueAt } from "../kubesphere/helmValues";
import { consoleHost } from "../kubesphere/urls";

/** The charts that the program pins. A chart without a version is an upgrade that nobody asked for. */
const INGRESS_NGINX = { chart: "ingress-nginx", repository: "https://kubernetes.github.io/ingress-nginx", version: "4.15.1" };
const KS_CORE_VERSION = "1.1.3";
const ksCoreUrl = (version: string) => `https://charts.kubesphere.io/main/ks-core-${version}.tgz`;

// Every schema below carries one message: what is allowed. What was given, and where, the problem's line adds.
const section = <Shape extends z.ZodRawShape>(shape: Shape) => z.strictObject(shape, { error: Object.keys(shape).join(", ") });
const list = <Item extends z.ZodType>(item: Item, error: string) => z.array(item, { error });
const text = (error: string) => z.string({ error }).min(1, { error });
const flag = z.boolean({ error: "true or false" });
const integer = (least: number, most: number, error: string) => z.int({ error }).min(least, { error }).max(most, { error });
const nodePort = integer(30000, 32767, "a NodePort: a whole number from 30000 to 32767");
const tcpPort = integer(1, 65535, "a port: a whole number from 1 to 65535");

const DNS_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const DNS_NAME = new RegExp(`^(?=.{1,253}$)${DNS_LABEL}(\\.${DNS_LABEL})*$`);
const dnsNameText = "a DNS name such as www.example.com: lower-case labels, no scheme, no port";
const dnsName = z.string({ error: dnsNameText }).regex(DNS_NAME, { error: dnsNameText });
const ipv4Text = "an IPv4 address such as 192.168.50.208";
const ipv4 = z.string({ error: ipv4Text }).refine(isIPv4, { error: ipv4Text });
const values = z.record(z.string(), z.unknown(), { error: "a map of Helm values" });

/** Free values, but for those that a key of the configuration decides: two places for one thing would part ways. */
const freeValues = (decidedBy: Readonly<Record<string, string>>) =>
  values.default({}).superRefine((given, context) => {
    for (const [path, key] of Object.entries(decidedBy)) {
      if (valueAt(given, path) === undefined) continue;
      context.addIssue({ code: "custom", path: path.split("."), message: `nothing here; set kubesphere:${key} instead` });
    }
  });

const chart = {
  chart: text("a URL of a .tgz, oci://…, a .tgz file, a chart folder, or with `repository` a chart's name").optional(),
  repository: z.url({ protocol: /^https?$/, error: "an http(s) URL of a Helm repository" }).optional(),
  version: text("a chart version such as 1.2.3").optional(),
};

const accessText = "exactly one of nodeIP (an IPv4 address; names under nip.io) and domain (wildcard DNS)";
const access = section({ nodeIP: ipv4.optional(), domain: dnsName.optional() }).transform(({ nodeIP, domain }, context) => {
  if (nodeIP !== undefined && domain === undefined) return { nodeIP };
  if (domain !== undefined && nodeIP === undefined) return { domain };
  context.addIssue({ code: "custom", message: accessText });
  return z.NEVER;
});

const ports = section({ ingress: nodePort.default(30888), ingressHttps: nodePort.optional(), console: nodePort.default(30880) }).refine(
  ({ ingress, ingressHttps, console }) => new Set([ingress, ingressHttps, console]).size === 3,
  { error: "a different port for each of ingress, ingressHttps and console" },
);

const cluster = section({
  kubeconfig: text("the contents of a kubeconfig, or a path to one").optional(),
  context: text("the name of a context of the kubeconfig").optional(),
  identifier: text("any name that stays the same for the life of the cluster").optional(),
});

const ingressNginx = section({
  install: flag.default(true),
  className: text("the name of an IngressClass").default("nginx"),
  ...chart,
  values: freeValues({
    "controller.ingressClass": "ingressNginx.className",
    "controller.ingressClassResource.name": "ingressNginx.className",
    "controller.service.type": "ports.ingress",
    "controller.service.nodePorts": "ports.ingress and ports.ingressHttps",
  }),
}).transform(({ chart, repository, version, ...rest }) =>
  chart === undefined
    ? { ...rest, chart: INGRESS_NGINX.chart, repository: repository ?? INGRESS_NGINX.repository, version: version ?? INGRESS_NGINX.version }
    : { ...rest, chart, repository, version },
);

const ksCore = section({
  ...chart,
  imageRegistry: text("a registry host such as registry.example.com").optional(),
  portal: section({
    hostname: z.union([dnsName, ipv4], { error: "a DNS name or an IPv4 address" }).optional(),
    http: section({ port: tcpPort }).optional(),
    https: section({ port: tcpPort }).optional(),
  }).prefault({}),
  ksExtensionRepository: flag.default(false),
  values: freeValues({
    portal: "ksCore.portal",
    "console.nodePort": "ports.console",
    "extension.ingress": "access, kubesphere:ports and kubesphere:ingressNginx.className",
    "global.imageRegistry": "ksCore.imageRegistry",
    "ksExtensionRepository.enabled": "ksCore.ksExtensionRepository",
  }),
}).transform((settings) => ({ ...settings, chart: settings.chart ?? ksCoreUrl(settings.version ?? KS_CORE_VERSION) }));

const extension = section({ source: text("a chart folder or a chart .tgz"), enabled: flag.default(true), config: values.default({}) });

const oauthClient = section({
  name: text("the client's name, which is its client_id"),
  secret: text("the client's secret; set it with `pulumi config set --secret`").optional(),
  grantMethod: z.enum(["auto", "prompt", "deny"], { error: "auto, prompt, deny" }).default("auto"),
  scopes: list(text("openid, profile, email"), "a list of openid, profile, email").default(["openid", "profile", "email"]),
  redirectURIs: list(text("an absolute URI that logins return to"), "a list of absolute URIs that logins return to"),
});

export const settingsSchema = section({
  access,
  ports: ports.prefault({}),
  cluster: cluster.prefault({}),
  ingressNginx: ingressNginx.prefault({}),
  ksCore: ksCore.prefault({}),
  extensions: list(extension, "a list of extensions").prefault([]),
  oauthClients: list(oauthClient, "a list of OAuth clients").prefault([]),
}).transform((settings) => {
  const { access, ports, ksCore } = settings;
  const { hostname = consoleHost(access), http = { port: ports.console }, https } = ksCore.portal;
  return { ...settings, ksCore: { ...ksCore, portal: { hostname, http, ...(https && { https }) } } };
});

/** The checked configuration: every default filled in. */
export type Settings = z.output<typeof settingsSchema>;
