/** Where people reach a platform changes after extensions are installed: they follow, since KubeSphere alone would not have them. */
import { probeDuring } from "../../cli/rehearse/prober";
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
    () => ({ ingress: { ...sandboxController(), className: "inner" } }),
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

const TRAEFIK = { controller: "traefik", chart: "./sandbox/charts/traefik", version: "41.3.0" };

/** Two controllers cannot have one port, so people wait in between: as long as the new one takes to be ready. */
test.each<[what: string, controller: Record<string, string>, className: string, by: string]>([
  ["Traefik, which brings a class of its own", TRAEFIK, "traefik", "traefik.io/ingress-controller"],
  ["Traefik in nginx's place", { ...TRAEFIK, className: "nginx" }, "nginx", "k8s.io/ingress-nginx"],
])("%s follows another controller, and a preview does not say it, or an extension is left behind", async (_, ingress, className, by) => {
  const url = `https://demo.apps.localhost:${ingressHttps}/`;
  await stack.configure({ ingress });
  const steps = await stack.steps();
  const opsOf = (name: string) => steps.filter((step) => nameOf(step) === name).map(({ op }) => op);
  // From a namespace to another it is a new release, within the same one an update.
  expect(opsOf("traefik-release")).toContain(className === "nginx" ? "update" : "replace");
  expect(opsOf("demo-plan")).toEqual(["update"]);
  const { probed } = await probeDuring(
    [{ what: "demo", url }],
    async () => succeeded(await stack.up()),
    () => [{ what: "demo", url }],
    {
      signal: new AbortController().signal,
    },
  );
  for (const { outages } of probed) expect(outages.filter(({ isOver }) => !isOver)).toEqual([]);
  expect((await page(url)).status).toBe(200);
  const demo = await stack.get("/apis/networking.k8s.io/v1/namespaces/extension-demo/ingresses/demo-extension");
  expect(demo?.spec).toMatchObject({ ingressClassName: className });
  expect(await stack.get(`/apis/networking.k8s.io/v1/ingressclasses/${className}`)).toMatchObject({ spec: { controller: by } });
  expect(await stack.names("/api/v1/namespaces")).not.toContain("ingress-nginx");
  expect(await stack.preview()).toEqual([]);
});

/** What a preview shows of what KubeSphere tells an extension of its address. */
const told = (state: Step["oldState"]) =>
  (state?.inputs["install"] as { injected?: { global: { extension: { ingress: Record<string, unknown> } } } } | undefined)?.injected?.global
    .extension.ingress;

const sandboxController = () => opened.config["kubesphere:ingress"] ?? {};
