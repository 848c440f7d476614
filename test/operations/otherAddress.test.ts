/** Where people reach a platform changes after extensions are installed: they follow, since KubeSphere alone would not have them. */
import { localFetch } from "../support/localFetch";
import { ask, freeNodePorts, succeeded } from "../support/sandbox";
import { nameOf, openedStack, type OpenedStack, type Stack, type Step } from "../support/stack";

let stack: Stack;
let ports: Record<string, number>;
let ksCore: object;
let [ingress, ingressHttps]: readonly number[] = [];

let opened: OpenedStack;

beforeAll(async () => {
  opened = await openedStack();
  stack = opened.stack;
  ports = opened.config["kubesphere:ports"] as Record<string, number>;
  ksCore = opened.config["kubesphere:ksCore"] ?? {};
  [ingress, ingressHttps] = await freeNodePorts(Math.max(...Object.values(ports)) + 1);
  succeeded(await stack.up());
});

async function page(url: string): Promise<{ status: number; body: string }> {
  if (url.startsWith("http:")) return ask(url);
  const answer = await localFetch("any")(url);
  return { status: answer.status, body: await answer.text() };
}

test.each<[what: string, changed: () => Record<string, unknown>, shown: string, url: () => string]>([
  ["the domain", () => ({ access: { domain: "apps.localhost" } }), "domainSuffix", () => `http://demo.apps.localhost:${ports["ingress"]}/`],
  ["the port", () => ({ ports: { ...ports, ingress } }), "httpPort", () => `http://demo.apps.localhost:${ingress}/`],
  [
    "the class",
    () => ({ ingressNginx: { ...sandboxController(), className: "inner" } }),
    "ingressClassName",
    () => `http://demo.apps.localhost:${ingress}/`,
  ],
  [
    "HTTPS, later",
    () => ({ ports: { ...ports, ingress, ingressHttps }, ksCore: { ...ksCore, https: { tls: { generate: true } } } }),
    "httpsPort",
    () => `https://demo.apps.localhost:${ingressHttps}/`,
  ],
])(
  "%s changes, and an installed extension stays where it was, or a preview does not say that it rolls out again",
  async (_, changed, shown, url) => {
    await stack.configure(changed());
    const steps = await stack.steps();
    const [demo, plan] = ["demo", "demo-plan"].map((name) => steps.find((step) => nameOf(step) === name));
    expect([demo?.op, plan?.op]).toEqual(["update", "update"]);
    expect(told(demo?.oldState)?.[shown]).not.toEqual(told(demo?.newState)?.[shown]);
    succeeded(await stack.up());
    const { demo: urls } = JSON.parse(succeeded(await stack.pulumi("stack", "output", "extensions", "--json"))) as {
      demo: { url: string; bundleUrl: string };
    };
    expect(urls.url).toBe(url());
    expect((await page(urls.url)).status).toBe(200);
    const bundle = await page(urls.bundleUrl);
    expect([bundle.status, bundle.body]).toEqual([200, expect.stringContaining(`"url":"${urls.url.replace(/\/$/, "")}"`)]);
    expect(await stack.preview()).toEqual([]);
  },
);

/** What a preview shows of what KubeSphere tells an extension of its address. */
const told = (state: Step["oldState"]) =>
  (state?.inputs["install"] as { injected?: { global: { extension: { ingress: Record<string, unknown> } } } } | undefined)?.injected?.global
    .extension.ingress;

const sandboxController = () => opened.config["kubesphere:ingressNginx"] ?? {};
