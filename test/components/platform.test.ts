import { Platform } from "../../components/platform";
import { parseSettings } from "../../settings/parsedSettings";
import type { Failure, Follow } from "../../components/cluster/rollouts";
import { loadSources } from "../../settings/sources";
import { declare, only } from "../support/mocks";
import type { RenderedObject } from "../../kubesphere/chart/renderedObject";
import { ingress, rendered, service } from "../support/rendered";
import { standInRendering } from "../support/rendering";

const CHARTS = { ingressNginx: { chart: "./sandbox/charts/ingress-nginx" }, ksCore: { chart: "./sandbox/charts/ks-core" } };

/** The demo, and what the base chart makes of it. */
const rendersOf = (services: readonly RenderedObject[]) => [
  ...services,
  rendered("extensions.kubesphere.io/v1alpha1 JSBundle demo-js"),
  ingress("demo-extension", "demo.192.168.50.208.nip.io", "/ ui:80"),
];

const urlsOf = ({ extensions }: Platform) => new Promise((done) => extensions.apply((urls) => done(urls["demo"])));

const platform = (
  raw: Record<string, unknown> = {},
  services: readonly RenderedObject[] = [service("demo", "http:80")],
  follow: Follow = () => Promise.resolve(undefined),
) =>
  declare(
    async () => {
      const settings = parseSettings({ access: { nodeIP: "192.168.50.208" }, ...CHARTS, ...raw }, "dev");
      return new Platform("kubesphere", {
        settings,
        sources: await loadSources(
          settings,
          standInRendering(() => rendersOf(services)),
        ),
        webhooksFail: () => Promise.resolve(false),
        follow,
      });
    },
    { state: ({ type }) => (type === "random:index/randomPassword:RandomPassword" ? { result: "generated" } : {}) },
  );

test("ingress-nginx listens on the documented NodePort, and Helm forgets no value that is taken away", async () => {
  const { resources } = await platform();
  expect(only(resources, "kubesphere-ingress-nginx-release")).toMatchObject({
    type: "kubernetes:helm.sh/v3:Release",
    inputs: {
      name: "ingress-nginx",
      namespace: "ingress-nginx",
      chart: "./sandbox/charts/ingress-nginx",
      resetValues: true,
      values: {
        controller: {
          ingressClass: "nginx",
          ingressClassResource: { name: "nginx" },
          service: { type: "NodePort", nodePorts: { http: 30888 } },
        },
      },
    },
  });
});

test("KubeSphere's namespace says whose it is, so that no other stack takes the cluster for its own", async () => {
  const { resources } = await platform();
  expect(only(resources, "kubesphere-ks-core-namespace").inputs).toEqual({
    apiVersion: "v1",
    kind: "Namespace",
    metadata: { name: "kubesphere-system", annotations: { "kubesphere-luban/cluster-identifier": "dev" } },
  });
});

test("ks-core is told how it and its extensions are reached, and its signing secret stays a secret", async () => {
  const { resources } = await platform({
    ksCore: { ...CHARTS.ksCore, imageRegistry: "registry.example.com", values: { ha: { enabled: true } } },
  });
  const { inputs } = only(resources, "kubesphere-ks-core-release");
  expect(inputs).toEqual({
    name: "ks-core",
    namespace: "kubesphere-system",
    chart: "./sandbox/charts/ks-core",
    // The SDK's own mark of the provider's API level.
    compat: "true",
    description: expect.stringMatching(/^chart sha256:[0-9a-f]{64}$/) as string,
    resetValues: true,
    timeout: 600,
    // One secret within makes the whole map one, until the real engine takes them apart.
    values: {
      $secret: {
        global: { imageRegistry: "registry.example.com" },
        portal: { hostname: "192.168.50.208", http: { port: 30880 } },
        console: { nodePort: 30880 },
        authentication: { issuer: { jwtSecret: "generated" } },
        extension: {
          imageRegistry: "registry.example.com",
          ingress: { ingressClassName: "nginx", domainSuffix: "192.168.50.208.nip.io", httpPort: 30888 },
        },
        ksExtensionRepository: { enabled: false },
        ha: { enabled: true },
      },
    },
  });
});

test("the museum of 4.2 would be installed although the stack wants none: its chart has another name for it", async () => {
  const museums = async (ksCore: object) => {
    const { resources } = await platform({ ksCore, ingressNginx: { install: false } });
    const { values } = only(resources, "kubesphere-ks-core-release").inputs as { values: { $secret: Record<string, unknown> } };
    return Object.entries(values.$secret).filter(([key]) => key.endsWith("ExtensionRepository"));
  };
  const chart = "oci://registry.example.com/kse/ks-core";
  expect(await museums({ chart, version: "1.2.4" })).toEqual([["kseExtensionRepository", { enabled: false }]]);
  expect(await museums({ chart, version: "1.1.5" })).toEqual([["ksExtensionRepository", { enabled: false }]]);
  const named = { chart: "ks-core", repository: "https://charts.example.com", version: "1.2.3-20251118", ksExtensionRepository: true };
  expect(await museums(named)).toEqual([["kseExtensionRepository", { enabled: true }]]);
});

test("no namespace but KubeSphere's own outlives ks-core, without which nobody could delete it", async () => {
  const { resources } = await platform({ extensions: [{ source: "./extensions/demo" }] });
  const order = resources.map(({ name }) => name).filter((name) => /-namespace$|-ks-core-release$/.test(name));
  expect(order).toEqual([
    "kubesphere-ks-core-namespace",
    "kubesphere-ks-core-release",
    "kubesphere-ingress-nginx-namespace",
    "kubesphere-demo-namespace",
  ]);
  // And after an upgrade from 4.1.2 it could not be deleted without a workspace's label.
  expect(only(resources, "kubesphere-ingress-nginx-namespace").inputs["metadata"]).toMatchObject({
    labels: { "kubesphere.io/workspace": "system-workspace" },
  });
});

test("Traefik comes in a namespace of its own, and extensions are told its class", async () => {
  const { resources } = await platform({ ingressNginx: {}, ingress: { controller: "traefik", chart: "./sandbox/charts/traefik" } });
  expect(resources.filter(({ name }) => name.includes("ingress-nginx"))).toEqual([]);
  expect(only(resources, "kubesphere-traefik-namespace").inputs["metadata"]).toMatchObject({ name: "traefik" });
  expect(only(resources, "kubesphere-traefik-release").inputs).toMatchObject({
    ...{ name: "traefik", namespace: "traefik", chart: "./sandbox/charts/traefik", resetValues: true },
    values: {
      service: { spec: { type: "NodePort" } },
      ports: { web: { nodePort: 30888 } },
      ingressClass: { name: "traefik", isDefaultClass: false },
    },
  });
  expect(only(resources, "kubesphere-ks-core-release").inputs["values"]).toMatchObject({
    $secret: { extension: { ingress: { ingressClassName: "traefik" } } },
  });
});

test("a controller that is already there is left alone, and its class is used", async () => {
  const { resources } = await platform({ ingressNginx: { install: false, className: "traefik" } });
  expect(resources.filter(({ name }) => name.startsWith("kubesphere-ingress-nginx"))).toEqual([]);
  expect(only(resources, "kubesphere-ks-core-release").inputs["values"]).toMatchObject({
    $secret: { extension: { ingress: { ingressClassName: "traefik" } } },
  });
});

test("every resource has a name of its own, or one would silently stand for two", async () => {
  const { resources } = await platform({
    extensions: [{ source: "./extensions/demo" }],
    oauthClients: [{ name: "test", redirectURIs: ["http://10.8.0.2:5556/auth/google/callback"] }],
  });
  const names = resources.map(({ name, type }) => `${type} ${name}`);
  expect(new Set(names).size).toBe(names.length);
  expect(names).toHaveLength(19);
});

test("the stack's outputs are the addresses of the documented example", async () => {
  const { result } = await platform({ extensions: [{ source: "./extensions/demo" }] });
  expect(result).toMatchObject({
    consoleUrl: "http://192.168.50.208:30880",
    issuer: "http://192.168.50.208:30880",
    discoveryUrl: "http://192.168.50.208:30880/.well-known/openid-configuration",
  });
  expect(await urlsOf(result)).toEqual({
    url: "http://demo.192.168.50.208.nip.io:30888/",
    bundleUrl: "http://192.168.50.208:30880/pstatic/dist/demo/index.js",
  });
});

test("an extension's address is told once it is installed, or once it has failed, which is told of it alone", async () => {
  let end: (failure?: Failure) => void = () => undefined;
  const follow = () => new Promise<Failure | undefined>((done) => (end = done));
  const isTold = jest.fn();
  const { result } = await platform({ extensions: [{ source: "./extensions/demo" }] }, undefined, follow);
  void urlsOf(result).then(isTold);
  await new Promise(setImmediate);
  expect(isTold).not.toHaveBeenCalled();
  end();
  await new Promise(setImmediate);
  expect(isTold).toHaveBeenCalledTimes(1);
});

test("an extension without a UI has no address among the outputs: nothing would answer there", async () => {
  const { result } = await platform({ extensions: [{ source: "./extensions/demo" }] }, [service("demo", "tcp-postgresql:5432")]);
  expect(await urlsOf(result)).toEqual({});
});

test("behind somebody else's controller on port 80 no port stands in an extension's address", async () => {
  const { resources, result } = await platform({
    ...{ ingressNginx: {}, ingress: { controller: "none", className: "traefik" }, ports: { ingress: 80 } },
    extensions: [{ source: "./extensions/demo" }],
  });
  expect(await urlsOf(result)).toMatchObject({ url: "http://demo.192.168.50.208.nip.io/" });
  expect(resources.filter(({ type }) => type === "kubernetes:helm.sh/v3:Release").map(({ name }) => name)).toEqual([
    "kubesphere-ks-core-release",
  ]);
  expect(only(resources, "kubesphere-ks-core-release").inputs["values"]).toMatchObject({
    $secret: { extension: { ingress: { ingressClassName: "traefik", httpPort: 80 } } },
  });
});
