import { readFileSync } from "fs";
import { join } from "path";
import { load } from "js-yaml";
import { parseSettings as parse } from "../../settings/parsedSettings";

const parseSettings = (raw: Record<string, unknown>) => parse(raw, "dev");
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
    cluster: { identifier: "dev" },
    ingress: {
      key: "ingress",
      className: "nginx",
      installed: {
        controller: "ingress-nginx",
        chart: "ingress-nginx",
        repository: "https://kubernetes.github.io/ingress-nginx",
        version: "4.15.1",
        values: {},
      },
    },
    ksCore: {
      chart: "https://charts.kubesphere.io/main/ks-core-1.1.3.tgz",
      portal: { hostname: "192.168.50.208", http: { port: 30880 } },
      ksExtensionRepository: false,
      kubesphereVersion: "4.1.2",
      values: {},
    },
    extensions: [],
    extensionRepositories: [],
    hasSecretConfigs: false,
    hasSecretValues: { ingress: false, ksCore: false, memberClusters: false, harbor: false },
    memberClusters: [],
    oauthClients: [],
    production: false,
  });
});

test("of the machines of a cluster only names, addresses and roles must be said; ranges of hosts are written out", () => {
  const hosts = [
    { name: "node1", address: "192.168.0.1" },
    { name: "node2", address: "192.168.0.2", internalAddress: "10.0.0.2", password: "hush-hush" },
  ];
  const roles = { etcd: ["node1"], "control-plane": ["node1", "node[1:1]"], worker: ["node[1:2]"] };
  const { cluster } = parseSettings({ ...minimal, cluster: { kubekey: { hosts, roles } } });
  expect(cluster).toEqual({
    identifier: "dev",
    kubekey: {
      hosts: [
        {
          ...{ name: "node1", address: "192.168.0.1", internalAddress: "192.168.0.1", port: 22, user: "root", arch: "amd64" },
          privateKeyPath: "~/.ssh/id_rsa",
        },
        {
          ...{ name: "node2", address: "192.168.0.2", internalAddress: "10.0.0.2", port: 22, user: "root", arch: "amd64" },
          password: "hush-hush",
        },
      ],
      roles: { etcd: ["node1"], "control-plane": ["node1"], worker: ["node1", "node2"] },
      kubernetesVersion: "v1.25.4",
      localStorage: true,
      registry: { registryMirrors: [], insecureRegistries: [], auths: {} },
    },
  });
});

test("a chart of one's own is not looked up in the vendor's repository", () => {
  const { ingress, ksCore } = parseSettings({
    ...minimal,
    ingressNginx: { chart: "./charts/ingress" },
    ksCore: { version: "1.2.0" },
  });
  expect(ingress).toEqual({
    key: "ingressNginx",
    className: "nginx",
    former: { chart: "./charts/ingress" },
    installed: { controller: "ingress-nginx", chart: "./charts/ingress", values: {} },
  });
  expect(ksCore.chart).toBe("https://charts.kubesphere.io/main/ks-core-1.2.0.tgz");
});

test("the one answer that `pulumi new` asks for is enough: an address or a domain", () => {
  expect(parseSettings({ access: "192.168.50.208" }).access).toEqual({ nodeIP: "192.168.50.208" });
  expect(parseSettings({ access: "www.ks.com" }).access).toEqual({ domain: "www.ks.com" });
});

test("a portal that is said in part keeps the rest from access and ports", () => {
  const { ksCore } = parseSettings({ access: { domain: "www.ks.com" }, ksCore: { portal: { https: { port: 443 } } } });
  expect(ksCore.portal).toEqual({ hostname: "www.ks.com", http: { port: 30880 }, https: { port: 443 } });
});

interface Refusal {
  /** YAML of the configuration. */
  readonly given: string;
  readonly told: string;
}
const refusals = load(readFileSync(join(__dirname, "refusals.yaml"), "utf8")) as Refusal[];

test("the table of mistakes is whole", () => {
  expect(refusals.length).toBeGreaterThanOrEqual(100);
});

test.each(refusals)("$given is refused in one line: the key, the value, what is allowed, how to mend it", ({ given, told }) => {
  expect(refusal({ ...minimal, ...(load(given) as object) })).toEqual([told]);
  expect(told).toMatch(/^kubesphere:\S+: .+; allowed: .+\. .+[.?]$/);
});

test("an extension that says no more than its source is installed, enabled, in its highest version", () => {
  const { extensions } = parseSettings({
    ...minimal,
    extensions: [{ source: "./demo" }, { versions: [{ source: "a" }, { source: "b" }], install: false }],
  });
  expect(extensions).toEqual([
    { isList: false, packages: [{ source: "./demo", chartURL: undefined }], install: { enabled: true, config: {} } },
    { isList: true, packages: [{ source: "a" }, { source: "b" }], install: false },
  ]);
});

test("a repository is polled every hour unless it says otherwise", () => {
  const { extensionRepositories } = parseSettings({
    ...minimal,
    extensionRepositories: [{ name: "ours", url: "https://charts.example.com" }],
  });
  expect(extensionRepositories).toEqual([{ name: "ours", url: "https://charts.example.com", insecure: false, pollInterval: "1h0m0s" }]);
});

test("KubeSphere's version is known of the pinned chart, and asked for of others", () => {
  const versionOf = (ksCore: object) => parseSettings({ ...minimal, ksCore }).ksCore.kubesphereVersion;
  expect(versionOf({ chart: "https://charts.kubesphere.io/main/ks-core-1.1.3.tgz" })).toBe("4.1.2");
  expect(versionOf({ version: "1.2.0" })).toBeUndefined();
  expect(versionOf({ version: "1.2.0", kubesphereVersion: "4.1.3" })).toBe("4.1.3");
});

test("a secret among the extensions makes their configs secrets", () => {
  expect(parse(minimal, "dev", ["oauthClients"]).hasSecretConfigs).toBe(false);
  expect(parse(minimal, "dev", ["extensions"]).hasSecretConfigs).toBe(true);
});

test("several mistakes are told at once, a line each", () => {
  expect(refusal({ access: { domain: "http://ks.example.com" }, ksCore: { imageRegistry: 1 } })).toHaveLength(2);
});

test("a stack without configuration is told where to begin", () => {
  expect(refusal({})).toEqual([
    "kubesphere:access: is missing; allowed: a node's IPv4 address, a domain (wildcard DNS), or a map of one of them as nodeIP, domain. Write the one that people use.",
  ]);
});

test("a secret of the wrong type does not reach the log", () => {
  const lines = refusal({ ...minimal, oauthClients: [{ name: "test", secret: 20180605, redirectURIs: ["https://app.example.com/"] }] });
  expect(lines.join()).not.toContain("20180605");
  expect(refusal({ ...minimal, oauthClients: { secret: 20180605 } }).join()).not.toContain("20180605");
});

test("in production an extension's namespace goes into a workspace of others only with a reason that a reviewer reads", () => {
  const inWorkspace = (workspace: string, more: object = {}) => ({
    source: "./a",
    install: { namespaceLabels: { "kubesphere.io/workspace": workspace }, ...more },
  });
  const stack =
    (production: boolean, ...extensions: object[]) =>
    () =>
      parse({ ...minimal, production, adminPassword: "of-our-own", extensions }, "prod", ["adminPassword"]);
  const allow = [{ rule: "other-workspace", reason: "The shops' own team writes it." }];
  expect(stack(true, inWorkspace("system-workspace"), inWorkspace("shops", { allow }), { source: "./c", install: false })).not.toThrow();
  expect(stack(false, inWorkspace("shops"))).not.toThrow();
  expect(stack(true, { source: "./a" }, inWorkspace("shops", { allow: [{ ...allow[0], rule: "host-path" }] }))).toThrow(
    'kubesphere:extensions[1].install.namespaceLabels.kubesphere.io/workspace: "shops" is not allowed; allowed: system-workspace, as `production` is true: members of another one may do what the extension\'s executor may. Leave it out, or give a reason for the rule other-workspace in `install.allow`.',
  );
});
