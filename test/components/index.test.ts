import { OAuthClient, KsCore, IngressController, Platform } from "../../components";
import { prepareExtension } from "../../components/preparation/extensionPreparation";
import { parseSettings } from "../../settings/parsedSettings";
import { preparePlatform, type JudgedPlatform, type PreparedPlatform } from "../../components/preparation/platformPreparation";
import { loadSources } from "../../settings/sources";
import { known } from "../../components/cluster/providerCluster";
import { temporaryFolders } from "../support/charts";
import { declare, only } from "../support/mocks";
import { standInRendering } from "../support/rendering";

const CHARTS = { ingressNginx: { chart: "./sandbox/charts/ingress-nginx" }, ksCore: { chart: "./sandbox/charts/ks-core" } };

const folder = temporaryFolders();

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

test("who asks for a licence of 4.2 would have to wait for an up: a cluster that is there has its ID in a preview", async () => {
  const clusterId = "0d5f0f4e-8a0e-4b1f-9a53-1c5b1f3f9a11";
  const shown = async (of: Partial<PreparedPlatform>) => {
    const { result } = await declare(async () => new Platform("kubesphere", { ...(await prepared()), ...of }), { preview: true });
    return known(result.clusterId);
  };
  expect(await shown({ clusterId })).toEqual({ value: clusterId });
  expect(await shown({})).toBeUndefined();
});

test("a program's own KsCore would switch off a museum that its chart does not have: a chart on disk is read", async () => {
  const base = { clusterIdentifier: "lab", portal: { hostname: "ks.example.com", http: { port: 30880 } }, consoleNodePort: 30880 };
  const ingress = { className: "nginx", domainSuffix: "ks.example.com", httpPort: 30888 };
  const folders = await Promise.all(
    ["1.1.3", "1.2.4"].map((it) => folder({ "Chart.yaml": `apiVersion: v2\nname: ks-core\nversion: ${it}\n` })),
  );
  const { resources } = await declare(() => {
    for (const [index, chart] of folders.entries()) new KsCore(`core${index}`, { ...base, ingress, chart: { chart } });
    return Promise.resolve();
  });
  const keys = folders.map((_, index) =>
    Object.keys((only(resources, `core${index}-release`).inputs["values"] as { $secret: object }).$secret),
  );
  expect(keys.map((it) => it.filter((key) => key.endsWith("Repository")))).toEqual([["ksExtensionRepository"], ["kseExtensionRepository"]]);
});

test("a platform's mistakes are told by its own name, all of them before anything is declared", async () => {
  const { resources } = await declare(() => {
    const ports = { ingress: 80 };
    expect(() => new Platform("member", { access: {}, ports, extensions: [{ source: "" }] })).toThrow(
      /^member:access: [^\n]+\nmember:extensions\[0\]\.source: [^\n]+\nmember:ports\.ingress: 80 is not allowed; [^\n]+$/,
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
