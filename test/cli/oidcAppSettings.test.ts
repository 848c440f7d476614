import { settingsOfFlags, settingsOfStack, type Outputs } from "../../cli/oidc-app/settings";

const FIRST = "http://10.8.0.2:5556/auth/google/callback";
const HERE = "http://127.0.0.1:5556/callback";
const outputs: Outputs = {
  issuer: "http://ks-console.kubesphere-system.svc:30880",
  oauthClients: {
    test: {
      clientSecret: "s3cret",
      redirectURIs: [FIRST, HERE, "http://a.example/", "http://a.example/cb?x=1"],
      scopes: ["openid", "email"],
    },
  },
};
const given = (flags: Parameters<typeof settingsOfStack>[0], from = outputs) => {
  const { issuer, redirectUri, ...rest } = settingsOfStack(flags, from);
  return { issuer: issuer.href, redirectUri: redirectUri.href, ...rest };
};

test("the stack's only client has to be named, and copied by hand", () => {
  expect(given({})).toEqual({
    issuer: "http://ks-console.kubesphere-system.svc:30880/",
    clientId: "test",
    clientSecret: "s3cret",
    redirectUri: HERE,
    scopes: ["openid", "email"],
    listen: { host: "127.0.0.1", port: 5556 },
  });
});

test.each([
  ["the first on this machine", [FIRST, "http://localhost:5556/cb", HERE], "http://localhost:5556/cb"],
  ["this machine by its IPv6 address", [FIRST, "http://[::1]:5556/cb"], "http://[::1]:5556/cb"],
  ["the first of others", [FIRST, "http://127.example.com/cb", "localhost:/cb"], FIRST],
])("it would listen where this machine cannot, unless told otherwise: %s", (_, redirectURIs, expected) => {
  const client = { clientSecret: "x", scopes: ["openid"], redirectURIs };
  expect(given({}, { ...outputs, oauthClients: { test: client } }).redirectUri).toBe(expected);
});

test.each([
  ["0.0.0.0:8080", { host: "0.0.0.0", port: 8080 }],
  ["8080", { host: "127.0.0.1", port: 8080 }],
  ["[::1]:8080", { host: "::1", port: 8080 }],
])("it listens elsewhere than it was told: %s", (listen, expected) => {
  expect(given({ listen, redirect: HERE })).toMatchObject({ redirectUri: HERE, listen: expected });
});

test.each([
  ["https://app.example/callback", { host: "app.example", port: 443 }],
  ["http://[::1]:5556/callback", { host: "::1", port: 5556 }],
])("it listens elsewhere than the browser comes back to: %s", (uri, expected) => {
  const client = { ...outputs.oauthClients["test"], clientSecret: "x", scopes: ["openid"], redirectURIs: [uri] };
  expect(given({}, { ...outputs, oauthClients: { test: client } }).listen).toEqual(expected);
});

const two = { ...outputs, oauthClients: { ...outputs.oauthClients, other: { clientSecret: "o", redirectURIs: [HERE], scopes: [] } } };
test.each([
  [{ client: "tset" }, outputs, '--client: "tset" is not allowed; allowed: test. Clients are declared under kubesphere:oauthClients.'],
  [{}, two, "--client: is missing; allowed: test, other."],
  [{}, { ...outputs, oauthClients: {} }, "--client: is missing; allowed: an OAuth client of the stack, which has none."],
  [{ redirect: `${HERE}/` }, outputs, `--redirect: "${HERE}/" is not allowed; allowed: ${FIRST}, ${HERE}, `],
  [
    { redirect: "http://a.example/" },
    outputs,
    '--redirect: "http://a.example/" is not allowed; allowed: a URL with a path and without a query.',
  ],
  [{ redirect: "http://a.example/cb?x=1" }, outputs, "allowed: a URL with a path and without a query."],
  [{ listen: "here" }, outputs, '--listen: "here" is not allowed; allowed: HOST:PORT, or a port of 127.0.0.1.'],
  [{ listen: "1.2.3.4:70000" }, outputs, '--listen: "1.2.3.4:70000" is not allowed'],
])("a mistake is found only when a login fails: %j", (flags, from, message) => {
  expect(() => settingsOfStack(flags, from)).toThrow(message);
});

test("without a stack the secret would have to stand on the command line", () => {
  const flags = { issuer: "https://kubesphere.example", client: "app", redirect: HERE };
  expect(settingsOfFlags(flags, "s3cret")).toMatchObject({
    clientId: "app",
    clientSecret: "s3cret",
    scopes: ["openid", "email", "profile"],
  });
  for (const [path, changes, secret] of [
    ["--client", { client: undefined }, "s3cret"],
    ["--redirect", { redirect: undefined }, "s3cret"],
    ["$OIDC_CLIENT_SECRET", {}, undefined],
    ["$OIDC_CLIENT_SECRET", {}, ""],
  ] as const)
    expect(() => settingsOfFlags({ ...flags, ...changes }, secret)).toThrow(`${path}: is missing; allowed: `);
  expect(() => settingsOfFlags({ ...flags, issuer: "kubesphere.example" }, "s3cret")).toThrow(
    '--issuer: "kubesphere.example" is not allowed; allowed: an http or https URL.',
  );
});
