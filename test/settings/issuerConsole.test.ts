import * as pulumi from "@pulumi/pulumi";
import { KsCore, type KsCoreArgs } from "../../components/ksCore";
import type { ConsoleTls } from "../../kubesphere/login/consoleIngress";
import { declare, only } from "../support/mocks";

const args: Omit<KsCoreArgs, "https"> = {
  chart: { chart: "oci://charts.example.com/ks-core", version: "1.1.5" },
  clusterIdentifier: "test",
  portal: { hostname: "ks.example.com", http: { port: 30880 }, https: { port: 443 } },
  consoleNodePort: 30880,
  ingress: { className: "nginx", domainSuffix: "example.com", httpPort: 30888 },
  ksExtensionRepository: false,
  values: {},
};
const declareWith = async (tls: ConsoleTls, overrides: Partial<KsCoreArgs> = {}) => {
  const https = { hostname: "ks.example.com", className: "traefik", port: 443, tls };
  const { resources } = await declare(() => Promise.resolve(new KsCore("ks-core", { ...args, https, ...overrides })), {
    state: ({ type }) => (type === "random:index/randomPassword:RandomPassword" ? { result: "generated" } : {}),
  });
  return resources;
};

test("a console with HTTPS is served by the ingress controller of that class, for the issuer's host", async () => {
  const { values } = only(await declareWith({ generate: true }), "ks-core-release").inputs as { values: { $secret: object } };
  expect(values.$secret).toMatchObject({
    portal: { hostname: "ks.example.com", http: { port: 30880 }, https: { port: 443 } },
    ingress: { enabled: true, ingressClassName: "traefik", tls: { enabled: true, source: "generation" } },
  });
});

test("a certificate of one's own becomes the Secret that the Ingress names, and its key shows nowhere", async () => {
  const resources = await declareWith({ certificate: "CERTIFICATE", key: "KEY" });
  expect(only(resources, "ks-core-certificate")).toEqual({
    type: "kubernetes:core/v1:Secret",
    name: "ks-core-certificate",
    custom: true,
    inputs: {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "ks-console-tls", namespace: "kubesphere-system" },
      type: "kubernetes.io/tls",
      stringData: { $secret: { "tls.crt": "CERTIFICATE", "tls.key": "KEY" } },
    },
  });
  expect(only(resources, "ks-core").inputs["https"]).toEqual({
    hostname: "ks.example.com",
    className: "traefik",
    port: 443,
    tls: { certificate: "CERTIFICATE" },
  });
});

test("cert-manager is asked for the console's certificate", async () => {
  expect(only(await declareWith({ certManager: { clusterIssuer: "ca" } }), "ks-core-certificate")).toMatchObject({
    type: "kubernetes:cert-manager.io/v1:Certificate",
    inputs: {
      metadata: { name: "ks-console-tls", namespace: "kubesphere-system" },
      spec: { secretName: "ks-console-tls", dnsNames: ["ks.example.com"], issuerRef: { kind: "ClusterIssuer", name: "ca" } },
    },
  });
});

test("a certificate that others keep is theirs: nothing is declared for it", async () => {
  for (const tls of [{ secretName: "own-tls" }, { generate: true } as const])
    expect((await declareWith(tls)).map(({ name }) => name)).not.toContain("ks-core-certificate");
});

test("values that hold a credential, such as the administrator's password, are a secret wherever they show", async () => {
  const values = { authentication: { adminPassword: "hush" } };
  const resources = await declareWith({ generate: true }, { values: pulumi.secret(values) });
  expect(only(resources, "ks-core").inputs["values"]).toEqual({ $secret: values });
  expect(only(resources, "ks-core-release").inputs["values"]).toMatchObject({
    $secret: { authentication: { adminPassword: "hush", issuer: { jwtSecret: "generated" } } },
  });
});
