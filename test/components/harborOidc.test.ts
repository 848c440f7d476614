import * as pulumi from "@pulumi/pulumi";
import { HarborOidc, type HarborOidcArgs } from "../../components/harborOidc";
import { declare, only } from "../support/mocks";

const args: HarborOidcArgs = {
  chart: { chart: "harbor", repository: "https://helm.goharbor.io", version: "1.19.1" },
  externalURL: "https://harbor.example.com",
  issuer: "https://ks.example.com",
  className: "nginx",
  namespace: "kubesphere-system",
  values: { persistence: { enabled: false }, expose: { ingress: { className: "own" } } },
};
const declareHarbor = (overrides: Partial<HarborOidcArgs> = {}) =>
  declare(() => Promise.resolve(new HarborOidc("harbor", { ...args, ...overrides })), {
    state: ({ type }) => (type === "random:index/randomPassword:RandomPassword" ? { result: "generated" } : {}),
  });

test("Harbor gets an OAuth client with its own redirect URI, and a release that knows the client", async () => {
  const { resources } = await declareHarbor();
  expect(resources.map(({ name }) => name).sort()).toEqual([
    "harbor",
    "harbor-client",
    "harbor-client-config",
    "harbor-client-secret",
    "harbor-namespace",
    "harbor-release",
  ]);
  expect(only(resources, "harbor-client").inputs).toEqual({
    clientName: "harbor",
    scopes: ["openid", "email", "profile"],
    redirectURIs: ["https://harbor.example.com/c/oidc/callback"],
  });
  expect(only(resources, "harbor-namespace").inputs).toMatchObject({ metadata: { name: "harbor" } });
  const { values, ...release } = only(resources, "harbor-release").inputs as { values: { $secret: { core: object } } };
  expect(release).toEqual({
    name: "harbor",
    namespace: "harbor",
    chart: "harbor",
    compat: "true",
    version: "1.19.1",
    repositoryOpts: { repo: "https://helm.goharbor.io" },
    resetValues: true,
    timeout: 600,
  });
  expect(values.$secret).toEqual({
    externalURL: "https://harbor.example.com",
    expose: { type: "ingress", tls: { enabled: true }, ingress: { className: "own", hosts: { core: "harbor.example.com" } } },
    persistence: { enabled: false },
    core: {
      configureUserSettings:
        '{"auth_mode":"oidc_auth","oidc_name":"KubeSphere","oidc_endpoint":"https://ks.example.com","oidc_client_id":"harbor",' +
        '"oidc_client_secret":"generated","oidc_scope":"openid,email,profile","oidc_user_claim":"preferred_username",' +
        '"oidc_auto_onboard":true,"oidc_verify_cert":true}',
    },
  });
});

test("what is said of Harbor's login reaches Harbor, and the preview", async () => {
  const { resources } = await declareHarbor({ autoOnboard: false, adminGroup: "admins", verifyCert: false });
  expect(only(resources, "harbor").inputs).toEqual({
    chart: args.chart,
    externalURL: "https://harbor.example.com",
    issuer: "https://ks.example.com",
    className: "nginx",
    values: args.values,
    autoOnboard: false,
    adminGroup: "admins",
    verifyCert: false,
  });
  const { values } = only(resources, "harbor-release").inputs as { values: { $secret: { core: { configureUserSettings: string } } } };
  expect(JSON.parse(values.$secret.core.configureUserSettings)).toMatchObject({
    oidc_auto_onboard: false,
    oidc_admin_group: "admins",
    oidc_groups_claim: "groups",
    oidc_verify_cert: false,
  });
});

test("values that hold a credential are a secret wherever they show", async () => {
  const { resources } = await declareHarbor({ values: pulumi.secret({ harborAdminPassword: "hush" }) });
  expect(only(resources, "harbor").inputs).toMatchObject({ values: { $secret: { harborAdminPassword: "hush" } } });
  expect(only(resources, "harbor-release").inputs["values"]).toMatchObject({
    $secret: { harborAdminPassword: "hush", externalURL: "https://harbor.example.com" },
  });
});

test("an issuer that Harbor would refuse is refused before anything is declared", async () => {
  const { resources } = await declare(() => {
    expect(() => new HarborOidc("harbor", { ...args, issuer: "http://ks.example.com" })).toThrow(
      'harbor.issuer: "http://ks.example.com" is not allowed; allowed: an https URL: Harbor refuses any other issuer. Serve the console with https: set kubesphere:ksCore.https.',
    );
    return Promise.resolve();
  });
  expect(resources).toEqual([]);
});
