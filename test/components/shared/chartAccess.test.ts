/** A chart behind a login, from the settings to the provider's inputs: exact, secret, and the same on every machine. */
import * as pulumi from "@pulumi/pulumi";
import { existsSync, readFileSync } from "fs";
import { HarborOidc } from "../../../components/harborOidc";
import { IngressController } from "../../../components/ingressController";
import { KsCore } from "../../../components/ksCore";
import type { DeclaredChart } from "../../../components/shared/helmRelease";
import { CERTIFICATE } from "../../support/certificate";
import { declare, only } from "../../support/mocks";

const OCI: DeclaredChart = { chart: "oci://registry.example.com/kse/ks-core", version: "1.2.4" };
const NAMED: DeclaredChart = { chart: "ks-core", repository: "https://charts.example.com", version: "1.2.4" };
const COMPONENTS: Readonly<Record<string, (chart: DeclaredChart) => pulumi.Resource>> = {
  KsCore: (chart) =>
    new KsCore("it", {
      ...{ chart, clusterIdentifier: "dev", consoleNodePort: 30880, portal: { hostname: "ks.example.com", http: { port: 80 } } },
      ingress: { className: "nginx", domainSuffix: "ks.example.com", httpPort: 80 },
    }),
  IngressController: (chart) => new IngressController("it", { chart }),
  HarborOidc: (chart) =>
    new HarborOidc("it", { chart, externalURL: "https://h.example.com", issuer: "https://ks.example.com", className: "nginx" }),
};
const declared = async (component: string, chart: DeclaredChart) => {
  const { resources } = await declare(() => Promise.resolve(COMPONENTS[component]?.(chart)));
  const { repositoryOpts } = only(resources, "it-release").inputs as { repositoryOpts?: Record<string, string> };
  return { repositoryOpts, shown: (only(resources, "it").inputs as { chart: object }).chart };
};

test.each(Object.keys(COMPONENTS))(
  "%s asks for its chart without the login, or has the password in clear in the state",
  async (component) => {
    const login = { username: "reader", password: "hush" };
    // The SDK makes a secret of all that is beside one.
    expect(await declared(component, { ...NAMED, ...login })).toEqual({
      repositoryOpts: { $secret: { repo: "https://charts.example.com", ...login } },
      shown: { ...NAMED, username: "reader" },
    });
    // As a program has it from its configuration.
    expect(await declared(component, { ...OCI, ...login, password: pulumi.secret("hush"), plainHttp: true })).toEqual({
      repositoryOpts: { $secret: login },
      shown: { ...OCI, username: "reader", plainHttp: true },
    });
    expect((await declared(component, OCI)).repositoryOpts).toBeUndefined();
  },
);

test("the certificates are in a file that another machine has elsewhere, so that each of them upgrades the release", async () => {
  const given = { ...NAMED, caBundle: CERTIFICATE };
  const { caFile = "" } = (await declared("KsCore", given)).repositoryOpts ?? {};
  expect(caFile).toMatch(/^node_modules\/\.cache\/kubesphere-luban\/ca-[0-9a-f]{16}\.pem$/);
  expect(existsSync(caFile) && readFileSync(caFile, "utf8")).toBe(CERTIFICATE);
  expect((await declared("KsCore", { ...given, caBundle: CERTIFICATE.repeat(2) })).repositoryOpts?.["caFile"]).not.toBe(caFile);
});
