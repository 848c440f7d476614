/**
 * Extensions that lie on servers, on the real engine and a real API server: a package at a chartURL, a private marketplace.
 */
import { createServer, type Server } from "http";
import type { AddressInfo } from "net";
import { packExtension } from "../../kubesphere/extensionPackage";
import { temporaryFolders } from "../support/charts";
import { extensionStack, greetingChart, KUBESPHERE, type ExtensionStack } from "../support/extensionStack";
import { helmRendering } from "../support/rendering";

jest.setTimeout(5 * 60_000);

const folder = temporaryFolders();
let stack: ExtensionStack;
const PASSWORD = "pass-of-the-test";
let objectsBefore: string[];
extensionStack(async (ready, objects) => {
  [stack, objectsBefore] = [ready, objects];
});

/** Serves the package to the program; to the cluster's Helm at /lost/ never, at /late/ only after it has asked three times in vain. */
let server: Server;
let address: string;
let asked = 0;
beforeAll(async () => {
  const { archive } = await packExtension(await folder(greetingChart("shop", "0.2.0")), await helmRendering());
  server = createServer(({ url = "", headers }, response) => {
    const isCluster = headers["user-agent"]?.startsWith("Helm/") === true;
    if (isCluster && (url.startsWith("/lost/") || ++asked <= 3)) response.writeHead(503).end();
    else response.end(archive);
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => new Promise((closed) => server.close(closed)));

test("a package that KubeSphere cannot load ends the run with KubeSphere's reason, long before any time is up", async () => {
  await stack.configure({ extensions: [{ chartURL: `${address}/lost/shop-0.2.0.tgz` }] });
  const reason = /extension shop: InstallFailed: Failed to install extension: .*503.*\n.*It came to no Job/;
  for (let run = 0; run < 2; run++) {
    const { code, stdout, stderr } = await stack.up();
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(reason);
    expect(stdout + stderr).not.toMatch(/timed out|logs job/);
  }
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
