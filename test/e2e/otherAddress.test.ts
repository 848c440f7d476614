/** Where people reach a platform changes after extensions are installed: they follow, since KubeSphere alone would not have them. */
import { readFile, writeFile } from "fs/promises";
import { load } from "js-yaml";
import { localFetch } from "../support/localFetch";
import { ask, environment, freeNodePorts, sandboxCommand, succeeded } from "../support/sandbox";
import { nameOf, stackOf, type Stack, type Step } from "../support/stack";

jest.setTimeout(5 * 60_000);

let stack: Stack;
let configFile: string;
let configBefore: string;
let ports: Record<string, number>;
let ksCore: object;
let [ingress, ingressHttps]: readonly number[] = [];

beforeAll(async () => {
  succeeded(await sandboxCommand(["sandbox", "up"]));
  const env = await environment();
  stack = stackOf(env);
  configFile = env["PULUMI_OPTION_CONFIG_FILE"] as string;
  configBefore = await readFile(configFile, "utf8");
  const { config } = load(configBefore) as { config: Record<string, Record<string, number>> };
  ports = config["kubesphere:ports"] ?? {};
  ksCore = config["kubesphere:ksCore"] ?? {};
  [ingress, ingressHttps] = await freeNodePorts(Math.max(...Object.values(ports)) + 1);
  succeeded(await stack.up());
});
afterAll(async () => {
  succeeded(await stack.pulumi("destroy", "--yes", "--skip-preview"));
  await writeFile(configFile, configBefore);
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

const sandboxController = () => (load(configBefore) as { config: Record<string, object> }).config["kubesphere:ingressNginx"] ?? {};
