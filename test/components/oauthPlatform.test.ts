import { parseSettings } from "../../settings/parsedSettings";
import { Platform } from "../../components/platform";
import type { Sources } from "../../settings/sources";
import { declare, only } from "../support/mocks";

const sources: Sources = {
  ksCoreLine: undefined,
  ingress: undefined,
  ksCore: { chart: "./ks-core" },
  harbor: { chart: "./harbor" },
  kubesphereVersion: "4.1.2",
  extensions: [],
};
const platform = (raw: object, secretKeys: string[] = []) => {
  const settings = parseSettings({ access: { nodeIP: "192.168.50.208" }, ...raw }, "dev", secretKeys);
  return declare(
    () =>
      Promise.resolve(
        new Platform("kubesphere", {
          settings,
          sources,
          webhooksFail: () => Promise.resolve(false),
          follow: () => Promise.resolve(undefined),
        }),
      ),
    {
      state: ({ type }) => (type === "random:index/randomPassword:RandomPassword" ? { result: "generated" } : {}),
    },
  );
};
const secure = { ports: { ingressHttps: 30443 }, ksCore: { https: { tls: { secretName: "own" } } } };
const client = { name: "test", redirectURIs: ["https://app.example.com/cb"], scopes: ["openid"] };

test("an application's settings stand ready among the outputs, its secret as one", async () => {
  const { result } = await platform({ oauthClients: [client] });
  const { clientSecret, ...rest } = result.oauthClients["test"] ?? {};
  expect(rest).toEqual({
    issuer: "http://192.168.50.208:30880",
    clientId: "test",
    redirectURIs: ["https://app.example.com/cb"],
    scopes: ["openid"],
    tokenEndpointAuthMethod: "client_secret_post",
  });
  expect(await (clientSecret as unknown as { isSecret: Promise<boolean> }).isSecret).toBe(true);
});

test("issuer, console and extensions' modules follow from the console's https", async () => {
  const { result, resources } = await platform(secure);
  expect(result).toMatchObject({
    consoleUrl: "https://192.168.50.208.nip.io:30443",
    issuer: "https://192.168.50.208.nip.io:30443",
    discoveryUrl: "https://192.168.50.208.nip.io:30443/.well-known/openid-configuration",
  });
  expect(only(resources, "kubesphere-ks-core-release").inputs["values"]).toMatchObject({
    $secret: {
      portal: { hostname: "192.168.50.208.nip.io", http: { port: 30880 }, https: { port: 30443 } },
      ingress: { enabled: true, ingressClassName: "nginx", tls: { enabled: true, source: "importation", secretName: "own" } },
    },
  });
});

test("Harbor is declared with the stack's own issuer, and only where the stack has one", async () => {
  const harbor = { externalURL: "https://harbor.example.com", values: { harborAdminPassword: "hush" } };
  const { resources } = await platform({ ...secure, harbor }, ["harbor"]);
  expect(only(resources, "kubesphere-harbor").inputs).toEqual({
    chart: { chart: "./harbor" },
    externalURL: "https://harbor.example.com",
    issuer: "https://192.168.50.208.nip.io:30443",
    className: "nginx",
    values: { $secret: { harborAdminPassword: "hush" } },
    autoOnboard: true,
    verifyCert: true,
  });
  expect((await platform(secure)).resources.map(({ name }) => name)).not.toContain("harbor");
});

test("every setting of a client in the configuration reaches the client", async () => {
  const settings = {
    secretName: "oauthclient",
    rotate: "2026-11",
    grantMethod: "deny",
    trusted: true,
    respondWithChallenges: true,
    accessTokenMaxAgeSeconds: 600,
    accessTokenInactivityTimeoutSeconds: 900,
  };
  const { resources } = await platform({ oauthClients: [{ ...client, renamedFrom: "former", ...settings }] });
  expect(only(resources, "kubesphere-oauth-test").inputs).toEqual({
    clientName: "test",
    redirectURIs: ["https://app.example.com/cb"],
    scopes: ["openid"],
    ...settings,
  });
});
