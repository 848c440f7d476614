import { parseSettings } from "../../components/config";

const minimal = { access: { nodeIP: "192.168.50.208" } };
const refusal = (raw: Record<string, unknown>): string[] => {
  try {
    parseSettings(raw);
  } catch (error) {
    return (error as Error).message.split("\n");
  }
  return [];
};

test("a stack that says only how it is reached gets the documented defaults", () => {
  expect(parseSettings(minimal)).toEqual({
    access: { nodeIP: "192.168.50.208" },
    ports: { ingress: 30888, console: 30880 },
    cluster: {},
    ingressNginx: {
      install: true,
      className: "nginx",
      chart: "ingress-nginx",
      repository: "https://kubernetes.github.io/ingress-nginx",
      version: "4.15.1",
      values: {},
    },
    ksCore: {
      chart: "https://charts.kubesphere.io/main/ks-core-1.1.3.tgz",
      portal: { hostname: "192.168.50.208", http: { port: 30880 } },
      ksExtensionRepository: false,
      values: {},
    },
    extensions: [],
    oauthClients: [],
  });
});

test("a chart of one's own is not looked up in the vendor's repository", () => {
  const { ingressNginx, ksCore } = parseSettings({
    ...minimal,
    ingressNginx: { chart: "./charts/ingress" },
    ksCore: { version: "1.2.0" },
  });
  expect(ingressNginx).toEqual({ install: true, className: "nginx", chart: "./charts/ingress", values: {} });
  expect(ksCore.chart).toBe("https://charts.kubesphere.io/main/ks-core-1.2.0.tgz");
});

test("a portal that is said in part keeps the rest from access and ports", () => {
  const { ksCore } = parseSettings({ access: { domain: "www.ks.com" }, ksCore: { portal: { https: { port: 443 } } } });
  expect(ksCore.portal).toEqual({ hostname: "www.ks.com", http: { port: 30880 }, https: { port: 443 } });
});

test.each<[string, Record<string, unknown>, string[]]>([
  ["no configuration at all", {}, ["kubesphere:access: is missing; allowed: nodeIP, domain."]],
  [
    "both a node and a domain",
    { access: { nodeIP: "10.0.0.1", domain: "ks.example.com" } },
    [
      'kubesphere:access: "a map" is not allowed; allowed: exactly one of nodeIP (an IPv4 address; names under nip.io) and domain (wildcard DNS).',
    ],
  ],
  [
    "an address that is none",
    { access: { nodeIP: "192.168.50" } },
    ['kubesphere:access.nodeIP: "192.168.50" is not allowed; allowed: an IPv4 address such as 192.168.50.208.'],
  ],
  [
    "a port that no NodePort can have",
    { ...minimal, ports: { ingress: 80 } },
    ["kubesphere:ports.ingress: 80 is not allowed; allowed: a NodePort: a whole number from 30000 to 32767."],
  ],
  [
    "one port for two things",
    { ...minimal, ports: { ingress: 30880 } },
    ['kubesphere:ports: "a map" is not allowed; allowed: a different port for each of ingress, ingressHttps and console.'],
  ],
  [
    "a misspelt key",
    { ...minimal, ingresNginx: {} },
    ["kubesphere:ingresNginx: there is no such key; allowed: access, ports, cluster, ingressNginx, ksCore, extensions, oauthClients."],
  ],
  [
    "a misspelt key within a list",
    { ...minimal, extensions: [{ source: "./demo", enable: true }] },
    ["kubesphere:extensions[0].enable: there is no such key; allowed: source, enabled, config."],
  ],
  [
    "a value that another key decides",
    { ...minimal, ksCore: { values: { console: { nodePort: 31000 } } } },
    [
      'kubesphere:ksCore.values.console.nodePort: "[not shown]" is not allowed; allowed: nothing here; set kubesphere:ports.console instead.',
    ],
  ],
  [
    "an OAuth client that KubeSphere would deny every login",
    { ...minimal, oauthClients: [{ name: "test", scopes: [], redirectURIs: ["https://app.example.com/callback"] }] },
    [
      "kubesphere:oauthClients[0].scopes: [] is not allowed; allowed: one or more of openid, email, profile. KubeSphere denies every login of a client without scopes; OpenID Connect needs openid.",
    ],
  ],
  [
    "two mistakes, told at once",
    { access: { domain: "http://ks.example.com" }, ksCore: { imageRegistry: 1 } },
    [
      'kubesphere:access.domain: "http://ks.example.com" is not allowed; allowed: a DNS name such as www.example.com: lower-case labels, no scheme, no port.',
      "kubesphere:ksCore.imageRegistry: 1 is not allowed; allowed: a registry host such as registry.example.com.",
    ],
  ],
])("%s is refused with the key, the value and what is allowed", (_, raw, lines) => {
  expect(refusal(raw)).toEqual(lines);
});

test("a secret of the wrong type does not reach the log", () => {
  const lines = refusal({ ...minimal, oauthClients: [{ name: "test", secret: 20180605, redirectURIs: ["https://app.example.com/"] }] });
  expect(lines).toEqual([
    'kubesphere:oauthClients[0].secret: "[not shown]" is not allowed; allowed: the client\'s secret; set it with `pulumi config set --secret`.',
  ]);
});
