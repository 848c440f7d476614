import * as pulumi from "@pulumi/pulumi";
import { checkedConfiguration, OAuthClient, type OAuthClientArgs } from "../../components/oauthClient";
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

test("the seed's example is expressible to the letter: name test, secret fake, in the Secret oauthclient", async () => {
  const { resources } = await declareClient({ secretName: "oauthclient" });
  expect(only(resources, "oauth-test-config").inputs["metadata"]).toEqual({
    name: "oauthclient",
    namespace: "kubesphere-system",
    labels: { "config.kubesphere.io/type": "oauthclient", "config.kubesphere.io/oauthclient": "test" },
  });
  expect(configurationOf(resources)).toMatch(/^name: test\nsecret: fake\n/);
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

test("every setting of a client reaches KubeSphere, and the preview", async () => {
  const settings = {
    secretName: "own",
    trusted: true,
    grantMethod: "prompt" as const,
    respondWithChallenges: true,
    accessTokenMaxAgeSeconds: 600,
    accessTokenInactivityTimeoutSeconds: 900,
  };
  const { resources } = await declareClient({ ...settings, scopes: ["openid"], redirectURIs: ["https://app.example.com/cb"] });
  expect(configurationOf(resources)).toBe(
    [
      "name: test",
      "secret: fake",
      "trusted: true",
      "grantMethod: prompt",
      "respondWithChallenges: true",
      "scopeRestrictions:",
      "    - openid",
      "redirectURIs:",
      "    - https://app.example.com/cb",
      "accessTokenMaxAgeSeconds: 600",
      "accessTokenInactivityTimeoutSeconds: 900",
      "",
    ].join("\n"),
  );
  expect(only(resources, "oauth-test").inputs).toEqual({
    ...settings,
    clientName: "test",
    scopes: ["openid"],
    redirectURIs: ["https://app.example.com/cb"],
  });
});

test("a client without a secret gets one that stays, secret all the way", async () => {
  const { resources, result } = await declareClient({ secret: undefined });
  expect(only(resources, "oauth-test-secret")).toEqual({
    type: "random:index/randomPassword:RandomPassword",
    name: "oauth-test-secret",
    custom: true,
    inputs: { length: 32, special: false },
  });
  expect(configurationOf(resources)).toContain("secret: generated\n");
  expect(await isSecret(result.clientSecret)).toBe(true);
});

test("a given secret is one from end to end, whoever gives it", async () => {
  const { resources, result } = await declareClient({ secret: "fake" });
  expect(resources.map(({ name }) => name)).toEqual(["oauth-test", "oauth-test-config"]);
  expect(await isSecret(result.clientSecret)).toBe(true);
  expect(JSON.stringify(only(resources, "oauth-test"))).not.toContain("fake");
});

test("a rotation makes another secret, and the preview says so", async () => {
  const { resources } = await declareClient({ secret: undefined, rotate: "2026-11" });
  expect(only(resources, "oauth-test-secret").inputs).toEqual({ length: 32, special: false, keepers: { rotate: "2026-11" } });
  expect(only(resources, "oauth-test").inputs).toMatchObject({ rotate: "2026-11" });
});

test("a redirect URI that is known only later, such as an extension's URL, is declared then", async () => {
  const { resources } = await declareClient({ redirectURIs: [pulumi.output("https://demo.example.com/cb"), "myapp:/cb"] });
  expect(configurationOf(resources)).toContain("redirectURIs:\n    - https://demo.example.com/cb\n    - myapp:/cb\n");
});

const refusal = (overrides: Partial<OAuthClientArgs>): Promise<string> =>
  declare(() => {
    try {
      new OAuthClient("oauth-test", { ...args, ...overrides });
      return Promise.resolve("");
    } catch (error) {
      return Promise.resolve((error as Error).message);
    }
  }).then(({ result }) => result);
const ALLOWED = "allowed: an absolute URI such as https://app.example.com/callback. Write it whole, with scheme and host.";

test.each<[string, Partial<OAuthClientArgs>, string]>([
  ["a relative redirect URI", { redirectURIs: ["/cb"] }, `oauth-test.redirectURIs[0]: "/cb" is not allowed; ${ALLOWED}`],
  [
    "a relative one beside an output",
    { redirectURIs: [pulumi.output("https://a.example/"), "/cb"] },
    `oauth-test.redirectURIs[1]: "/cb" is not allowed; ${ALLOWED}`,
  ],
  [
    "a public http address in production",
    { redirectURIs: ["http://app.example.com/cb"], production: true },
    'oauth-test.redirectURIs[0]: "http://app.example.com/cb" is not allowed; allowed: https, or http to a loopback or private host. Whoever sees the traffic can take over the login: serve the application with https.',
  ],
])("%s is refused, with the argument's name", async (_, overrides, told) => {
  expect(await refusal(overrides)).toBe(told);
});

test("what an output turns out to be is refused as soon as it is known", () => {
  const known = (secret: string, uris: string[], more: Partial<OAuthClientArgs> = {}) =>
    checkedConfiguration("oauth-test", { ...args, ...more }, secret, uris);
  expect(() => known("fake", ["https://a.example/", "/cb"])).toThrow(`oauth-test.redirectURIs[1]: "/cb" is not allowed; ${ALLOWED}`);
  expect(() => known("fake", ["https://a.example/", "https://a.example/"])).toThrow("allowed: each URI once");
  expect(() => known("", ["https://a.example/"])).toThrow('oauth-test.secret: "[not shown]" is not allowed');
  expect(() => known("fake", ["http://a.example/"], { production: true })).toThrow("allowed: https, or http to a loopback or private host");
});

test("a login that returns over a public network in clear is worth a warning", async () => {
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  await declareClient({ redirectURIs: ["http://10.8.0.2/cb", pulumi.output("http://app.example.com/cb")] });
  expect(warn.mock.calls.map(([text]) => text)).toEqual([
    'redirectURIs[1]: "http://app.example.com/cb" is a risk; better: https, or http to a loopback or private host. Whoever sees the traffic can take over the login: serve the application with https.',
  ]);
  warn.mockRestore();
});

type Resources = Awaited<ReturnType<typeof declareClient>>["resources"];

function configurationOf(resources: Resources): string | undefined {
  const { stringData } = only(resources, "oauth-test-config").inputs as { stringData: { $secret: Record<string, string> } };
  return stringData.$secret["configuration.yaml"];
}

const isSecret = (output: pulumi.Output<unknown>): Promise<boolean> => (output as unknown as { isSecret: Promise<boolean> }).isSecret;
