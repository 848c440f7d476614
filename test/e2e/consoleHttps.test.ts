/** The console behind the ingress controller, with HTTPS: from one setting to a login that trusts its certificate. */
import { localFetch } from "../support/localFetch";
import { logIn, type Application } from "../support/login";
import { freeNodePorts, sandboxCommand, succeeded } from "../support/sandbox";
import { openedStack, type OpenedStack, type Stack } from "../support/stack";

const REDIRECT = "https://app.example.com/cb";

let stack: Stack;
let opened: OpenedStack;
/** Where people reach the console, and an extension. */
let origin: string;
let demo: string;

beforeAll(async () => {
  opened = await openedStack();
  const { config } = opened;
  stack = opened.stack;
  const ports = config["kubesphere:ports"] as Record<string, number>;
  const [ingressHttps] = await freeNodePorts(Math.max(...Object.values(ports)) + 1);
  origin = `https://127.0.0.1.nip.io:${ingressHttps}`;
  demo = `https://demo.127.0.0.1.nip.io:${ingressHttps}`;
  await stack.configure({
    ports: { ...ports, ingressHttps },
    ksCore: { ...config["kubesphere:ksCore"], https: { tls: { generate: true } } },
    oauthClients: [{ name: "web", redirectURIs: [REDIRECT] }],
  });
});

/** What browsers and applications are told to trust. */
async function certificate(): Promise<string> {
  const secret = await stack.get<{ data: Record<string, string> }>("/api/v1/namespaces/kubesphere-system/secrets/kubesphere-tls-certs");
  return Buffer.from(secret?.data["tls.crt"] ?? "", "base64").toString();
}

test("one setting, and the console answers over HTTPS: issuer, addresses and certificate follow from it", async () => {
  const said = succeeded(await sandboxCommand(["start"]));
  expect(said).toMatch(new RegExp(`console +${origin}\n`));
  const outputs = JSON.parse(succeeded(await stack.pulumi("stack", "output", "--json"))) as object;
  expect(outputs).toMatchObject({ consoleUrl: origin, issuer: origin, discoveryUrl: `${origin}/.well-known/openid-configuration` });
  const discovery = await localFetch(await certificate())(`${origin}/.well-known/openid-configuration`);
  expect(await discovery.json()).toMatchObject({
    issuer: origin,
    token_endpoint: `${origin}/oauth/token`,
    jwks_uri: `${origin}/oauth/keys`,
  });
});

test("what the console shows of an extension is asked for over HTTPS too: browsers would block anything else", async () => {
  expect(JSON.parse(succeeded(await stack.pulumi("stack", "output", "extensions", "--json")))).toEqual({
    demo: { url: `${demo}/`, bundleUrl: `${origin}/pstatic/dist/demo/index.js` },
  });
  const bundle = await localFetch(await certificate())(`${origin}/pstatic/dist/demo/index.js`);
  expect(await bundle.text()).toContain(`"url":"${demo}"`);
});

test("people log in over HTTPS at an application that trusts the console's certificate", async () => {
  const outputs = JSON.parse(succeeded(await stack.pulumi("stack", "output", "oauthClients", "--json", "--show-secrets"))) as {
    web: Omit<Application, "redirectUri">;
  };
  expect(outputs.web.issuer).toBe(origin);
  const { claims, userInfo } = await logIn({ ...outputs.web, redirectUri: REDIRECT }, localFetch(await certificate()));
  expect(claims).toMatchObject({ iss: origin, aud: ["web"], sub: "admin" });
  expect(userInfo).toMatchObject({ sub: "admin", email: "admin@kubesphere.io" });
});

test("neither a preview nor a refresh finds anything to do", async () => {
  succeeded(await stack.pulumi("preview", "--expect-no-changes"));
  succeeded(await stack.pulumi("refresh", "--preview-only", "--expect-no-changes"));
});
