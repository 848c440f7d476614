/**
 * Extensions that lie on servers, on the real engine and a real API server: a package at a chartURL, a private marketplace.
 */
import { createServer, type Server } from "http";
import type { AddressInfo } from "net";
import { LOSES_CONFLICTS, MANAGER } from "../../sandbox/src/sim/manager";
import { packExtension } from "../../kubesphere/extension/extensionPackage";
import { temporaryFolders } from "../support/charts";
import { extensionStack, greetingChart, KUBESPHERE, type ExtensionStack } from "../support/extensionStack";
import { helmRendering } from "../support/rendering";
import { api, environment, run } from "../support/sandbox";

const folder = temporaryFolders();
let stack: ExtensionStack;
const PASSWORD = "pass-of-the-test";
let objectsBefore: string[];
extensionStack(async (ready, objects) => {
  [stack, objectsBefore] = [ready, objects];
});

/** Serves the package to the program; to the cluster's Helm at /lost/ once that is mended, at /late/ only after it has asked three times in vain. */
let server: Server;
let address: string;
let asked = 0;
let isMended = false;
const lost = () => `${address}/lost/shop-0.2.0.tgz`;
beforeAll(async () => {
  const { archive } = await packExtension(await folder(greetingChart("shop", "0.2.0")), await helmRendering());
  server = createServer(({ url = "", headers }, response) => {
    const isCluster = headers["user-agent"]?.startsWith("Helm/") === true;
    if (isCluster && (url.startsWith("/lost/") ? !isMended : ++asked <= 3)) response.writeHead(503).end();
    else response.end(archive);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => server.close(closed)));

const MANAGED = `/apis/apps/v1/namespaces/kubesphere-system/deployments/${MANAGER}`;
const REASON = /extension shop: InstallFailed: Failed to install extension: .*503.*\n.*It came to no Job/;
async function expectRefused(): Promise<string> {
  const { code, stdout, stderr } = await stack.up();
  expect(code).not.toBe(0);
  expect(stdout + stderr).toMatch(REASON);
  expect(stdout + stderr).not.toMatch(/timed out|logs job/);
  return stdout;
}

test("a package that KubeSphere cannot load ends the run with KubeSphere's reason, long before any time is up", async () => {
  await stack.configure({ extensions: [{ chartURL: lost() }] });
  await expectRefused();
  expect(await stack.preview()).toEqual([]);
});

test("a package that moved is waited for anew: neither the failures before it nor a server that is away for a moment end the run", async () => {
  const chartURL = `${address}/late/shop-0.2.0.tgz`;
  await stack.configure({ extensions: [{ chartURL }] });
  expect(await stack.preview()).toEqual([
    "update shop",
    "update shop-0.2.0 spec.chartURL",
    "update shop-plan metadata.annotations.kubesphere-luban/chart-url",
  ]);
  await stack.deploy();
  expect(asked).toBeGreaterThan(3);
  expect(await stack.plan()).toMatchObject({ state: "Installed", version: "0.2.0" });
  expect(await stack.greeting()).toBe("hello from 0.2.0");
  expect((await stack.get(`${KUBESPHERE}/extensionversions/shop-0.2.0`))?.spec).toMatchObject({ chartURL });
  expect(await stack.get("/api/v1/namespaces/kubesphere-system/configmaps/extension-shop-0.2.0-chart")).toBeUndefined();
  expect(await stack.preview()).toEqual([]);
  await stack.configure({ extensions: [] });
  await stack.deploy();
  expect(await stack.clusterObjects()).toEqual(objectsBefore);
});

test("a private marketplace is declared as KubeSphere stores it, and its password is nowhere in clear", async () => {
  const ours = { name: "ours", url: "https://charts.example.com/", username: "reader", password: PASSWORD };
  await stack.configure({ extensionRepositories: [ours] });
  expect(await stack.preview()).toEqual(["create repository-ours", "create repository-ours-repository"]);
  await stack.deploy();
  expect((await stack.get(`${KUBESPHERE}/repositories/ours`))?.spec).toEqual({
    url: "https://charts.example.com/",
    basicAuth: { username: "reader", password: PASSWORD },
    updateStrategy: { registryPoll: { interval: "1h0m0s" } },
  });
  expect(await stack.state()).not.toContain(PASSWORD);
  await stack.configure({ extensionRepositories: [] });
  expect(await stack.preview()).toEqual(["delete repository-ours", "delete repository-ours-repository"]);
  await stack.deploy();
  expect(await stack.clusterObjects()).toEqual(objectsBefore);
});

test("where KubeSphere falls silent in `Preparing`, the run ends with its reason all the same, status and doctor say what helps, and it does", async () => {
  const env = await environment();
  const losing = (value: string | null) => api(env, "PATCH", MANAGED, { metadata: { annotations: { [LOSES_CONFLICTS]: value } } });
  expect((await losing("true")).status).toBe(200);
  await stack.configure({ extensions: [{ chartURL: lost() }] });
  const begun = performance.now();
  // By its state, too, as long as it lasts.
  expect(await expectRefused()).toMatch(/Preparing: InstallFailed: Failed to install extension/);
  expect(performance.now() - begun).toBeLessThan(60_000);
  expect(await stack.plan()).toMatchObject({ state: "Preparing", stateHistory: { length: 10 } });
  const told = async (command: string) => (await run(process.execPath, ["cli/luban.mjs", command], { env })).stdout;
  for (const said of [await told("status"), await told("doctor")])
    for (const words of [
      "HTTP 503",
      "It came to no Job: mend what it names",
      "another word in the extension's install.attempt, and: pulumi up",
    ])
      expect(said.replaceAll(/\s+/g, " ")).toContain(words);
  // Its cause is mended, and still KubeSphere says nothing.
  isMended = true;
  expect(await stack.plan()).toMatchObject({ state: "Preparing", stateHistory: { length: 10 } });
  await stack.configure({ extensions: [{ chartURL: lost(), install: { attempt: "again" } }] });
  expect(await stack.preview()).toEqual(["update shop", "update shop-plan spec.config"]);
  await stack.deploy();
  expect(await stack.plan()).toMatchObject({ state: "Installed", version: "0.2.0" });
  expect(await stack.greeting()).toBe("hello from 0.2.0");
  expect((await losing(null)).status).toBe(200);
});
