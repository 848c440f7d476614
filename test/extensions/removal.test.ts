/**
 * What goes when an extension, or a part of it, is taken out of the program, on the real engine and a real API server: that and no
 * more, in the right order, with nothing left behind.
 */
import { finalizer } from "../../kubesphere/api";
import { until } from "../support/until";
import { temporaryFolders } from "../support/charts";
import { extensionStack, greetingChart, KUBESPHERE, type ExtensionStack } from "../support/extensionStack";
import { paused, succeeded } from "../support/sandbox";

const folder = temporaryFolders();
let stack: ExtensionStack;
let objectsBefore: string[];
let old: string;
let young: string;
extensionStack(async (ready, objects) => {
  [stack, objectsBefore] = [ready, objects];
  old = await folder(greetingChart("shop", "0.1.0"));
  young = await folder(greetingChart("shop", "0.2.0"));
});

test("a version that is installed cannot be removed; once another one is, it goes", async () => {
  await stack.declare([old, young], { version: "0.1.0" });
  await stack.deploy();
  expect(await stack.greeting()).toBe("hello from 0.1.0");
  await stack.declare([young], { version: "0.1.0" });
  const refused = await stack.pulumi("preview");
  expect(refused.code).not.toBe(0);
  expect(refused.stdout).toContain(
    'kubesphere:extensions[0].install.version: "0.1.0" is not allowed; allowed: 0.2.0. An installed version',
  );
  await stack.declare([old, young]);
  await stack.deploy();
  await stack.declare([young]);
  expect(await stack.preview()).toEqual([
    "delete shop-0.1.0",
    "delete shop-0.1.0-chart",
    "update shop",
    'update shop-extension metadata.annotations["pulumi.com/waitFor"]',
  ]);
  await stack.deploy();
  expect(await stack.offered()).toEqual(["0.2.0"]);
  expect(await stack.greeting()).toBe("hello from 0.2.0");
});

test("another namespace is a replacement: the old release goes first, and its namespace with it", async () => {
  await stack.declare([young], { namespace: "shops" });
  expect(await stack.preview()).toEqual([
    "replace shop-namespace metadata.name",
    "replace shop-plan",
    "update shop",
    "update shop-0.2.0 spec.namespace",
    "update shop-executor-binding subjects[0].namespace",
  ]);
  await stack.deploy();
  expect(await stack.plan()).toMatchObject({ state: "Installed", targetNamespace: "shops" });
  expect([await stack.greeting("shops"), await stack.get("/api/v1/namespaces/extension-shop")]).toEqual(["hello from 0.2.0", undefined]);
});

test("a renamed extension is a replacement, and what goes with the old one is said beforehand", async () => {
  await stack.declare([await folder(greetingChart("store", "0.2.0"))], {}, { renamedFrom: "shop" });
  expect((await stack.preview()).map((change) => change.split(" ", 2).join(" "))).toEqual([
    "replace store-0.2.0",
    "replace store-0.2.0-chart",
    "replace store-executor",
    "replace store-executor-binding",
    "replace store-extension",
    "replace store-namespace",
    "replace store-plan",
    "update store",
  ]);
  expect(await stack.deploy()).toContain("The namespace of shop goes with the data in it");
  expect(await stack.plan("store")).toMatchObject({ state: "Installed" });
  expect([await stack.plan(), await stack.get("/api/v1/namespaces/shops")]).toEqual([undefined, undefined]);
});

/**
 * Where a plan goes with its dependents first, Kubernetes' garbage collector may take the Job that KubeSphere has just made for the
 * uninstall, and the plan stays UninstallFailed for good: a third of such Jobs went where the collector was held up for 50 ms.
 */
test("install: false uninstalls, however busy Kubernetes' garbage collector is, and goes on offering", async () => {
  await stack.declare([await folder(greetingChart("store", "0.2.0"))], false);
  expect(await stack.preview()).toEqual([
    "delete store-executor",
    "delete store-executor-binding",
    "delete store-namespace",
    "delete store-plan",
    "update store",
  ]);
  const jobs = "/apis/batch/v1/namespaces/extension-store/jobs";
  const deploying = stack.up();
  await paused("kube-controller-manager", async () => {
    await until(async () => (await stack.names(jobs)).some((name) => name.startsWith("helm-executor-uninstall-store")), 60_000);
    expect((await stack.get(`${KUBESPHERE}/installplans/store`))?.metadata.finalizers).toEqual([finalizer.installPlan]);
  });
  succeeded(await deploying);
  expect(await stack.offered("store")).toEqual(["0.2.0"]);
  expect(await stack.get("/api/v1/namespaces/extension-store")).toBeUndefined();
});

test("an extension that could not be installed is removed like any other, and nothing of any of them is left", async () => {
  await stack.declare([await folder(greetingChart("store", "0.2.0"))], { config: { store: { greeting: "fail" } } });
  const failed = await stack.up();
  expect(failed.stdout + failed.stderr).toMatch(
    /extension store: InstallFailed: [^]*nobody-greets-so[^]*\n.*logs job\/helm-executor-install-store-\w{6}/,
  );
  await stack.configure({ extensions: [] });
  await stack.deploy();
  expect(await stack.clusterObjects()).toEqual(objectsBefore);
  expect(await stack.preview()).toEqual([]);
});
