import { OAuthClient, KsCore, IngressController, Platform } from "../../components";
import { prepareExtension } from "../../components/preparation/extensionPreparation";
import { parseSettings } from "../../settings/parsedSettings";
import { preparePlatform, type JudgedPlatform, type PreparedPlatform } from "../../components/preparation/platformPreparation";
import { loadSources } from "../../settings/sources";
import { declare, only } from "../support/mocks";
import { standInRendering } from "../support/rendering";

const CHARTS = { ingressNginx: { chart: "./sandbox/charts/ingress-nginx" }, ksCore: { chart: "./sandbox/charts/ks-core" } };

async function prepared(): Promise<PreparedPlatform> {
  const oauthClients = [{ name: "wiki", redirectURIs: ["https://wiki.example.com/callback"] }];
  const extensionRepositories = [{ name: "ours", url: "https://charts.example.com" }];
  const extensions = [{ source: "./extensions/demo" }];
  const settings = parseSettings(
    { access: { domain: "ks.example.com" }, ...CHARTS, extensions, oauthClients, extensionRepositories },
    "dev",
  );
  const sources = await loadSources(
    settings,
    standInRendering(() => []),
  );
  return { settings, sources, webhooksFail: () => Promise.resolve(false), follow: () => Promise.resolve(undefined) };
}

test("a host cluster and a member are platforms of one program: none of their resources share a name", async () => {
  const { resources } = await declare(async () => [new Platform("host", await prepared()), new Platform("member", await prepared())]);
  const names = resources.map(({ type, name }) => `${type} ${name}`);
  expect(new Set(names).size).toBe(names.length);
  const of = (platform: string) =>
    resources.flatMap(({ type, name }) => (name.startsWith(platform) ? [`${type} ${name.slice(platform.length)}`] : []));
  expect(of("member").sort()).toEqual(of("host").sort());
  expect(of("host").length + of("member").length).toBe(resources.length);
});

test("a platform's mistakes are told by its own name, all of them before anything is declared", async () => {
  const { resources } = await declare(() => {
    const ports = { ingress: 80 };
    expect(() => new Platform("member", { access: {}, ports, extensions: [{ source: "" }] })).toThrow(
      /^member:access: [^\n]+\nmember:ports\.ingress: 80 is not allowed; [^\n]+\nmember:extensions\[0\]\.source: [^\n]+$/,
    );
    return Promise.resolve();
  });
  expect(resources).toEqual([]);
});

test("a cluster that a program has reached is reached again: a login by a command is made twice in each run", async () => {
  const settings = parseSettings({ access: { domain: "ks.example.com" }, ...CHARTS }, "dev");
  const cluster = { isAdministrator: () => Promise.reject(new Error("asked")) } as unknown as NonNullable<JudgedPlatform["cluster"]>;
  await expect(preparePlatform({ settings, cluster }, undefined, "kubesphere:")).rejects.toThrow("asked");
});

test.each([
  [{ source: "./none" }, "shop.source: ./none: is missing; allowed: a chart folder or a packed chart (.tgz)."],
  [{ source: "./extensions/demo", install: { enabled: "no" } }, 'shop.install.enabled: "no" is not allowed; allowed: true or false.'],
  [{ source: "./extensions/demo", install: { version: "7.0.0" } }, 'shop.install.version: "7.0.0" is not allowed; allowed: 0.1.0.'],
  [{}, "shop: {} is not allowed; allowed: `source` (a path), `chartURL` (https) or both"],
])("an extension's mistakes are told by its component's name: %j", async (args, told) => {
  const kubeconfig = process.env["KUBECONFIG"];
  process.env["KUBECONFIG"] = __filename;
  try {
    await expect(prepareExtension("shop", args as object, {})).rejects.toThrow(told);
  } finally {
    if (kubeconfig === undefined) delete process.env["KUBECONFIG"];
    else process.env["KUBECONFIG"] = kubeconfig;
  }
});

test("what is left out is as the documentation's example has it", async () => {
  const chart = { chart: "oci://charts.example.com/chart", version: "1.0.0" };
  const { resources } = await declare(() => {
    new IngressController("edge", { chart });
    new OAuthClient("wiki", { clientName: "wiki", redirectURIs: ["https://wiki.example.com/callback"] });
    new KsCore("core", {
      ...{ chart, clusterIdentifier: "lab", portal: { hostname: "ks.example.com", http: { port: 30880 } }, consoleNodePort: 30880 },
      ingress: { className: "nginx", domainSuffix: "ks.example.com", httpPort: 30888 },
    });
    return Promise.resolve();
  });
  expect(only(resources, "edge-release").inputs["values"]).toEqual({
    controller: {
      ingressClass: "nginx",
      ingressClassResource: { name: "nginx" },
      service: { type: "NodePort", nodePorts: { http: 30888 } },
    },
  });
  expect(only(resources, "core-release").inputs).toMatchObject({ ...chart, name: "ks-core", namespace: "kubesphere-system" });
  expect(only(resources, "wiki-config").inputs).toMatchObject({
    metadata: { name: "oauthclient-wiki", namespace: "kubesphere-system" },
    stringData: {
      $secret: {
        "configuration.yaml": expect.stringContaining("scopeRestrictions:\n    - openid\n    - email\n    - profile\n") as string,
      },
    },
  });
});
