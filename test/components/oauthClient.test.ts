import { OAuthClient, type OAuthClientArgs } from "../../components/oauthClient";
import { declare, only } from "../support/mocks";

const args: OAuthClientArgs = {
  clientName: "test",
  secret: "fake",
  grantMethod: "auto",
  scopes: ["openid", "email", "profile"],
  redirectURIs: ["http://10.8.0.2:5556/auth/google/callback"],
  namespace: "kubesphere-system",
};
const declareClient = (overrides: Partial<OAuthClientArgs> = {}) =>
  declare(() => Promise.resolve(new OAuthClient("oauth-test", { ...args, ...overrides })), {
    state: ({ type }) => (type === "random:index/randomPassword:RandomPassword" ? { result: "generated" } : {}),
  });

test("the documented client is stored in the admission webhook's own form, so that it never drifts, and as a secret", async () => {
  const { resources } = await declareClient();
  expect(only(resources, "oauth-test-config")).toEqual({
    type: "kubernetes:core/v1:Secret",
    name: "oauth-test-config",
    custom: true,
    inputs: {
      apiVersion: "v1",
      kind: "Secret",
      type: "config.kubesphere.io/oauthclient",
      metadata: {
        name: "oauthclient-test",
        namespace: "kubesphere-system",
        labels: { "config.kubesphere.io/type": "oauthclient", "config.kubesphere.io/oauthclient": "test" },
      },
      stringData: {
        $secret: {
          "configuration.yaml": [
            "name: test",
            "secret: fake",
            "trusted: false",
            "grantMethod: auto",
            "scopeRestrictions:",
            "    - openid",
            "    - email",
            "    - profile",
            "redirectURIs:",
            "    - http://10.8.0.2:5556/auth/google/callback",
            "",
          ].join("\n"),
        },
      },
    },
  });
});

test("a preview shows what changes of a client, and never its secret", async () => {
  const { resources } = await declareClient();
  expect(only(resources, "oauth-test").inputs).toEqual({
    clientName: "test",
    grantMethod: "auto",
    scopes: ["openid", "email", "profile"],
    redirectURIs: ["http://10.8.0.2:5556/auth/google/callback"],
  });
});

test("a client without a secret gets one that stays, secret all the way", async () => {
  const { resources } = await declareClient({ secret: undefined });
  expect(only(resources, "oauth-test-secret")).toMatchObject({
    type: "random:index/randomPassword:RandomPassword",
    inputs: { length: 32, special: false },
  });
  const { stringData } = only(resources, "oauth-test-config").inputs as { stringData: { $secret: Record<string, string> } };
  expect(stringData.$secret["configuration.yaml"]).toContain("secret: generated\n");
});
