/** What a stack's configuration may say: the schema, its defaults, and the words for what is allowed. */
import { isIPv4 } from "net";
import * as semver from "semver";
import { z } from "zod";
import { valueAt } from "../kubesphere/helmValues";
import { GRANT_METHODS, SCOPES } from "../kubesphere/oauthClientConfig";
import { consoleHost } from "../kubesphere/urls";

/** The charts that the program pins. A chart without a version is an upgrade that nobody asked for. */
const INGRESS_NGINX = { chart: "ingress-nginx", repository: "https://kubernetes.github.io/ingress-nginx", version: "4.15.1" };
const KS_CORE_VERSION = "1.1.3";
const ksCoreUrl = (version: string) => `https://charts.kubesphere.io/main/ks-core-${version}.tgz`;

// Every schema below carries one message: what is allowed, then how to mend it. What was given, and where, the problem's line adds.
const section = <Shape extends z.ZodRawShape>(shape: Shape) => {
  const keys = Object.keys(shape).join(", ");
  return z.strictObject(shape, { error: ({ code }) => (code === "unrecognized_keys" ? keys : `a map of ${keys}. Write them under it`) });
};
const list = <Item extends z.ZodType>(item: Item, of: string) => z.array(item, { error: `a list of ${of}. Begin each with a dash` });
const text = (error: string) => z.string({ error }).min(1, { error });
const flag = z.boolean({ error: "true or false. Write it without quotes" });
const integer = (least: number, most: number, error: string) => z.int({ error }).min(least, { error }).max(most, { error });
const nodePort = integer(30000, 32767, "a NodePort: a whole number from 30000 to 32767. Leave it out for the default");
const tcpPort = integer(1, 65535, "a port: a whole number from 1 to 65535. Write it without quotes");

const DNS_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?";
const DNS_NAME = new RegExp(`^(?=.{1,253}$)${DNS_LABEL}(\\.${DNS_LABEL})*$`);
const dnsNameText = "a DNS name such as www.example.com. Write it in lower case, without scheme, port or path";
const dnsNamed = (error: string) => z.string({ error }).regex(DNS_NAME, { error });
const dnsName = dnsNamed(dnsNameText);
const ipv4Text = "an IPv4 address such as 192.168.50.208. Take a node's, as browsers reach it";
const ipv4 = z.string({ error: ipv4Text }).refine(isIPv4, { error: ipv4Text });
const values = z.record(z.string(), z.unknown(), { error: "a map of Helm values. Write `key: value` lines under it" });

/** Free values, but for those that a key of the configuration decides: two places for one thing would part ways. */
const freeValues = (decidedBy: Readonly<Record<string, string>>) =>
  values.default({}).superRefine((given, context) => {
    for (const [path, key] of Object.entries(decidedBy)) {
      if (valueAt(given, path) === undefined) continue;
      context.addIssue({ code: "custom", path: path.split("."), message: `nothing here. Set kubesphere:${key} instead` });
    }
  });

const versionText = "a chart's version such as 1.2.3. Write it whole, in quotes";
const chart = {
  chart: text(
    "a URL of a .tgz, oci://…, a .tgz file, a chart folder, or with `repository` a chart's name. Leave it out for the default",
  ).optional(),
  repository: z
    .url({ protocol: /^https?$/, error: "an http(s) URL of a Helm repository. An oci:// registry goes into `chart`" })
    .optional(),
  version: z
    .string({ error: versionText })
    .refine((version) => semver.valid(version) !== null, { error: versionText })
    .optional(),
};

const accessText = "exactly one of nodeIP (an IPv4 address; names under nip.io) and domain (wildcard DNS). Keep the one that people use";
const access = section({ nodeIP: ipv4.optional(), domain: dnsName.optional() }).transform(({ nodeIP, domain }, context) => {
  if (nodeIP !== undefined && domain === undefined) return { nodeIP };
  if (domain !== undefined && nodeIP === undefined) return { domain };
  context.addIssue({ code: "custom", message: accessText });
  return z.NEVER;
});

const ports = section({ ingress: nodePort.default(30888), ingressHttps: nodePort.optional(), console: nodePort.default(30880) }).refine(
  ({ ingress, ingressHttps, console }) => new Set([ingress, ingressHttps, console]).size === 3,
  { error: "a different port for each of ingress, ingressHttps and console. Change one of them" },
);

const cluster = section({
  kubeconfig: text("the contents of a kubeconfig, or a path to one. Leave it out for $KUBECONFIG").optional(),
  context: text("the name of a context of the kubeconfig. Leave it out for the current one").optional(),
  identifier: text("any name that stays the same for the life of the cluster. Leave it out for the stack's name").optional(),
});

const ingressNginx = section({
  install: flag.default(true),
  className: dnsNamed("the name of an IngressClass such as nginx. `kubectl get ingressclass` lists them").default("nginx"),
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
  imageRegistry: text("a registry host such as registry.example.com. Leave it out for the chart's own").optional(),
  portal: section({
    hostname: z.union([dnsName, ipv4], { error: "a DNS name or an IPv4 address. Leave it out for the address under `access`" }).optional(),
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
}).transform(({ chart, version, ...rest }) =>
  chart === undefined ? { ...rest, chart: ksCoreUrl(version ?? KS_CORE_VERSION), version: undefined } : { ...rest, chart, version },
);

const extension = section({
  source: text("a chart folder or a chart .tgz. Write its path, relative to Pulumi.yaml"),
  enabled: flag.default(true),
  config: values.default({}),
});

const oauthClient = section({
  name: text("the client's name, which is its client_id. Write it in quotes when it is a number"),
  secret: text("a text in quotes. Leave it out to have one generated").optional(),
  grantMethod: z.enum(GRANT_METHODS, { error: `${GRANT_METHODS.join(", ")}. Leave it out for auto` }).default("auto"),
  scopes: list(text(`${SCOPES.join(", ")}. Write each as a word`), SCOPES.join(", ")).default([...SCOPES]),
  redirectURIs: list(text("an absolute URI. Write it whole, with scheme and host"), "absolute URIs that logins return to"),
});

export const settingsSchema = section({
  access,
  ports: ports.prefault({}),
  cluster: cluster.prefault({}),
  ingressNginx: ingressNginx.prefault({}),
  ksCore: ksCore.prefault({}),
  extensions: list(extension, "extensions").prefault([]),
  oauthClients: list(oauthClient, "OAuth clients").prefault([]),
}).transform((settings) => {
  const { access, ports, ksCore } = settings;
  const { hostname = consoleHost(access), http = { port: ports.console }, https } = ksCore.portal;
  return { ...settings, ksCore: { ...ksCore, portal: { hostname, http, ...(https && { https }) } } };
});

type Checked = z.output<typeof settingsSchema>;
/** The checked configuration: every default filled in. */
export type Settings = Checked & { readonly cluster: { readonly identifier: string } };
