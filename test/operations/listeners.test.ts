/**
 * Other users of the machine and web pages: what the sandbox listens on, what a stranger is told there, and who can read its files.
 * A port that is new here needs a row of its own.
 */
import { spawnSync } from "child_process";
import { lstatSync, readdirSync } from "fs";
import { readFile } from "fs/promises";
import { createServer } from "http";
import type { AddressInfo } from "net";
import { dirname, join, relative } from "path";
import { load } from "js-yaml";
import type { Browser } from "playwright-core";
import { describeWithChromium } from "../support/chromium";
import { listeningSockets, processesWith, processName } from "../support/listeningSockets";
import { environment, freeNodePorts, freshSandbox, sandboxCommand, succeeded } from "../support/sandbox";
import { stackOf, type Stack } from "../support/stack";
import { askAsStranger, type Question, type Reply } from "../support/stranger";

let env: NodeJS.ProcessEnv;
let stack: Stack;
let configFile: string;
let configBefore: string;
let ingressHttps: number;
let folder: string;
/** What nobody but the user may be told. */
let secrets: string[];

const LOOPBACK = "127.0.0.1";

/** Name of each process and its address, of all that listened at any time while `work` ran. */
async function listenersDuring(work: Promise<unknown>): Promise<string[]> {
  const seen = new Set<string>();
  let isOver = false;
  void work.finally(() => (isOver = true)).catch(() => undefined);
  while (!isOver) {
    for (const { pid, address } of listeningSockets(processesWith(folder))) seen.add(`${processName(pid)} ${address}`);
    await new Promise((wake) => setTimeout(wake, 50));
  }
  await work;
  return [...seen].sort();
}

let duringRun: string[];

beforeAll(async () => {
  await freshSandbox();
  env = await environment();
  stack = stackOf(env);
  folder = dirname(env["KUBECONFIG"] as string);
  configFile = env["PULUMI_OPTION_CONFIG_FILE"] as string;
  configBefore = await readFile(configFile, "utf8");
  const { config } = load(configBefore) as { config: Record<string, Record<string, number>> };
  [ingressHttps] = await freeNodePorts(Math.max(...Object.values(config["kubesphere:ports"] ?? {})) + 1);
  const ksCore = { ...config["kubesphere:ksCore"], https: { tls: { generate: true } } };
  await stack.configure({ ports: { ...config["kubesphere:ports"], ingressHttps }, ksCore });
  duringRun = await listenersDuring(sandboxCommand(["start"]).then(succeeded));
  const outputs = JSON.parse(succeeded(await stack.pulumi("stack", "output", "--json", "--show-secrets"))) as {
    oauthClients: Record<string, { clientSecret: string }>;
  };
  secrets = [
    ...Object.values(outputs.oauthClients).map(({ clientSecret }) => clientSecret),
    await readFile(env["PULUMI_CONFIG_PASSPHRASE_FILE"] as string, "utf8"),
    "PRIVATE KEY",
    "/registry/",
  ];
});

type Listener = "etcd" | "etcdPeer" | "kubeApiserver" | "ingress" | "ingressHttps" | "console" | "webhooks" | "kubelet";

interface Node {
  readonly status: { readonly daemonEndpoints: { readonly kubeletEndpoint: { readonly Port: number } } };
}

async function portsByListener(): Promise<Record<Listener, number>> {
  const { ports, simulator } = JSON.parse(succeeded(await sandboxCommand(["sandbox", "status", "--json"]))) as {
    ports: Record<Exclude<Listener, "webhooks" | "kubelet" | "ingressHttps">, number>;
    simulator: { pid: number };
  };
  const [node] = (await stack.get<{ items: Node[] }>("/api/v1/nodes"))?.items ?? [];
  const named = { ...ports, ingressHttps, kubelet: node?.status.daemonEndpoints.kubeletEndpoint.Port ?? 0 };
  // Any free one, which only the API server is told.
  const [webhooks] = listeningSockets([simulator.pid]).filter(({ port }) => !Object.values(named).includes(port));
  return { ...named, webhooks: webhooks?.port ?? 0 };
}

test("a port that nobody has looked at is open, or one is open to the network", async () => {
  const ports = await portsByListener();
  const rows: [string, Listener][] = [
    ["etcd", "etcd"],
    ["etcd", "etcdPeer"],
    ["kube-apiserver", "kubeApiserver"],
    ["node", "ingress"],
    ["node", "ingressHttps"],
    ["node", "console"],
    ["node", "webhooks"],
    ["node", "kubelet"],
  ];
  const expected = rows.map(([name, listener]) => `${name} ${LOOPBACK}:${ports[listener]}`);
  const found = listeningSockets(processesWith(folder)).map(({ pid, address, port }) => `${processName(pid)} ${address}:${port}`);
  expect(found.sort()).toEqual(expected.sort());
});

test("while the program runs, a port is open to the network, or one that nobody has looked at", () => {
  // The engine, its language host, the program and the plugins, beside what stays. Pulumi gives their gRPC ports no authentication.
  const names = ["etcd", "kube-apiserver", "node", "pulumi", "pulumi-language"];
  const official = `pulumi-resource ${LOOPBACK}`;
  expect(duringRun.filter((it) => it !== official)).toEqual(names.map((name) => `${name} ${LOOPBACK}`));
});

const OWN = LOOPBACK;
const FOREIGN = "evil.example";
const QUESTIONS: readonly Omit<Question, "scheme" | "host">[] = [
  ...[
    "/",
    "/version",
    "/metrics",
    "/healthz",
    "/debug/pprof/",
    "/api/v1/secrets",
    "/health",
    "/exec/default/a/a",
    "/containerLogs/default/a/a",
    "/mutate/x",
  ].map((path) => ({ method: "GET" as const, path })),
  { method: "POST", path: "/v3/kv/range" },
  { method: "POST", path: "/exec/default/a/a?command=id" },
  { method: "POST", path: "/validate/validator.config.kubesphere.io" },
];

/** What every question over HTTP, and over HTTPS without a client's certificate, comes to. */
const REFUSED: Record<
  "etcd" | "etcdPeer" | "kubeApiserver" | "webhooks" | "kubelet",
  Record<Question["scheme"], (number | undefined)[]>
> = {
  etcd: { http: [undefined], https: [undefined] },
  etcdPeer: { http: [undefined], https: [undefined] },
  // 400: "Client sent an HTTP request to an HTTPS server."
  kubeApiserver: { http: [400], https: [401] },
  webhooks: { http: [undefined], https: [undefined] },
  kubelet: { http: [undefined], https: [undefined] },
};

async function askAll(port: number, scheme: Question["scheme"], host: string, origin?: string): Promise<Reply[]> {
  return Promise.all(
    QUESTIONS.map((question) => askAsStranger(port, { ...question, scheme, host, ...(origin !== undefined && { origin }) })),
  );
}

/** @returns the statuses, each once, once it is sure that nobody is told a secret, or given leave to read it by a page of his own */
function statusesOf(replies: readonly Reply[]): (number | undefined)[] {
  for (const { headers, body } of replies) {
    for (const secret of secrets) expect(body).not.toContain(secret);
    expect(Object.keys(headers).filter((name) => name.startsWith("access-control-"))).toEqual([]);
  }
  return [...new Set(replies.map(({ status }) => status))].sort();
}

describe.each(Object.entries(REFUSED))("a stranger is answered by %s", (listener, expected) => {
  test.each(["http", "https"] as const)("over %s", async (scheme) => {
    const port = (await portsByListener())[listener as Listener];
    for (const host of [OWN, FOREIGN]) expect(statusesOf(await askAll(port, scheme, host, `http://${FOREIGN}`))).toEqual(expected[scheme]);
  });
});

test("a page that a stranger's name leads to the console is answered", async () => {
  const { console } = await portsByListener();
  expect(statusesOf(await askAll(console, "http", FOREIGN))).toEqual([421]);
  expect(statusesOf(await askAll(console, "https", FOREIGN))).toEqual([undefined]);
});

test("a page of another origin changes something at the console", async () => {
  const replies = await askAll((await portsByListener()).console, "http", OWN, `http://${FOREIGN}`);
  expect(statusesOf(replies)).toEqual([403]);
});

test("whoever comes to the console without a login finds more than its door", async () => {
  const replies = await askAll((await portsByListener()).console, "http", OWN);
  expect(QUESTIONS.map(({ method, path }, index) => `${method} ${path} ${replies[index]?.status}`)).toEqual(
    QUESTIONS.map(({ method, path }) => `${method} ${path} ${path === "/" ? 200 : method === "GET" ? 404 : 405}`),
  );
  expect(replies[0]?.body).toContain('<form method="post" action="/login">');
  statusesOf(replies);
});

test.each([
  ["ingress", "http"],
  ["ingressHttps", "https"],
] as const)("a stranger's name reaches something behind the %s", async (listener, scheme) => {
  const port = (await portsByListener())[listener];
  expect(statusesOf(await askAll(port, scheme, FOREIGN, `http://${FOREIGN}`))).toEqual([404]);
});

/** Files and folders below one, links not followed. */
const below = (path: string): string[] =>
  readdirSync(path, { withFileTypes: true }).flatMap((entry) => {
    const file = join(path, entry.name);
    return entry.isDirectory() ? [file, ...below(file)] : entry.isFile() ? [file] : [];
  });

test("another user of the machine looks into the sandbox's folder", () => {
  const modeOf = (path: string) => (lstatSync(path).mode & 0o777).toString(8);
  expect(modeOf(folder)).toBe("700");
  const pki = join(folder, "kwok", "clusters", env["KUBECONFIG"]?.split("/").at(-2) ?? "", "pki");
  const keys = [join(pki, "ca.key"), join(pki, "admin.key"), join(folder, "kwok", "etcd.key"), join(folder, "kubeconfig")];
  expect([...keys, env["PULUMI_CONFIG_PASSPHRASE_FILE"] as string, configFile].map(modeOf)).toEqual(Array(6).fill("600"));
});

const asRoot = process.getuid?.() === 0 ? test : test.skip;

asRoot("another user of the machine reads the sandbox's files", () => {
  const files = below(folder);
  expect(files.length).toBeGreaterThan(50);
  // From a folder inside which only the sandbox's own rights count: this one's parents may be closed for other reasons.
  const cache = dirname(dirname(folder));
  const nobody = { uid: 65534, gid: 65534, cwd: cache, input: files.map((file) => relative(cache, file)).join("\n") };
  const readable = 'while IFS= read -r file; do if [ -r "$file" ]; then printf "%s\\n" "$file"; fi; done';
  const { status, stdout, stderr } = spawnSync("sh", ["-c", `${readable}; id -u`], { ...nobody, encoding: "utf8" });
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: "65534\n", stderr: "" });
});

describeWithChromium("a web page of another origin on this machine", (launch) => {
  let browser: Browser;
  const page = createServer((_, response) =>
    response.writeHead(200, { "content-type": "text/html" }).end("<!doctype html><title>evil</title>"),
  );
  beforeAll(async () => {
    browser = await launch();
    await new Promise<void>((listening) => page.listen(0, LOOPBACK, listening));
  });
  afterAll(async () => {
    await browser?.close();
    page.close();
  });

  test("reads secrets or writes a Pod, in etcd, the API server or a webhook, even of somebody who is logged in and trusts the certificates", async () => {
    const ports = await portsByListener();
    const context = await browser.newContext({ ignoreHTTPSErrors: true });
    const tab = await context.newPage();
    await tab.goto(`http://${LOOPBACK}:${ports.console}/`);
    await tab.getByLabel("Username").fill("admin");
    await tab.getByLabel("Password").fill("P@88w0rd");
    await tab.getByRole("button", { name: "Log in" }).click();
    await tab.getByText("You are signed in as").waitFor();
    await tab.goto(`http://${LOOPBACK}:${(page.address() as AddressInfo).port}/`);
    const addresses = (["etcd", "etcdPeer", "kubeApiserver", "webhooks", "kubelet", "console", "ingress", "ingressHttps"] as const).flatMap(
      (name) => ["http", "https"].map((scheme) => `${scheme}://${LOOPBACK}:${ports[name]}`),
    );
    const pod = {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "evil", namespace: "default" },
      spec: { containers: [{ name: "a", image: "a" }] },
    };
    const put = { key: btoa("/registry/pods/default/evil"), value: btoa(JSON.stringify(pod)) };
    const requests = addresses.flatMap((address) => [
      {
        url: `${address}/v3/kv/range`,
        method: "POST",
        body: JSON.stringify({ key: btoa("/registry/secrets/"), range_end: btoa("/registry/secrets0") }),
      },
      { url: `${address}/v3/kv/put`, method: "POST", body: JSON.stringify(put) },
      { url: `${address}/api/v1/secrets`, method: "GET", body: undefined },
      { url: `${address}/api/v1/namespaces/default/pods`, method: "POST", body: JSON.stringify(pod) },
      { url: `${address}/oauth/userinfo`, method: "GET", body: undefined },
      { url: `${address}/logout`, method: "GET", body: undefined },
    ]);
    const read = await tab.evaluate(async (all) => {
      const texts = all.flatMap(({ url, method, body }) =>
        // An answer to everybody ("*") is withheld from a request with cookies.
        (["include", "omit"] as const).map(async (credentials) => {
          const init = { method, credentials, ...(body !== undefined && { body }) };
          // With "no-cors" a page may send what it may not read.
          await fetch(url, { ...init, mode: "no-cors" }).catch(() => undefined);
          return fetch(url, init).then(
            async (answer) => `${url}: ${answer.status} ${await answer.text()}`,
            () => "",
          );
        }),
      );
      return (await Promise.all(texts)).filter((text) => text !== "");
    }, requests);
    expect(read).toEqual([]);
    expect(await stack.names("/api/v1/namespaces/default/pods")).toEqual([]);
    await tab.goto(`http://${LOOPBACK}:${ports.console}/`);
    expect(await tab.locator("body").innerText()).toContain("You are signed in as");
    await context.close();
  });
});
