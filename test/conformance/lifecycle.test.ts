/**
 * The simulator on a real API server against recordings of KubeSphere 4.1.2: extensions' life, and what its webhooks change and refuse.
 * In one file, since all of it is KubeSphere in one cluster.
 */
import { packed } from "../support/archives";
import { executorLogs } from "../support/podLogs";
import * as admission from "./lifecycle/admission";
import { eventually, install, list, path, uninstall } from "./lifecycle/platform";
import { chart } from "./lifecycle/publishing";
import { scenarios } from "./lifecycle/recording";
import { replay } from "./lifecycle/replay";
import { HelmRepository } from "./lifecycle/repository";
import type { Place } from "./sandbox";
import type { JsonObject } from "./vectors";

let here: Place;
beforeAll(async () => {
  here = await install();
});
afterAll(() => uninstall(here));

const named = <T extends { name: string }>(cases: readonly T[]) => cases.map((it) => [it.name, it] as const);

test.each(scenarios.map((it) => [it.scenario, it] as const))("the sandbox installs otherwise than KubeSphere: %s", async (_, scenario) => {
  await replay(here, scenario);
});

test.each(named(admission.clientCases))("an OAuth client drifts, or is taken, where KubeSphere does otherwise: %s", async (_, it) => {
  const [given, wanted] = await admission.client(here.api, it);
  expect(given).toEqual(wanted);
});

test.each(named(admission.bundleCases))("a bundle is stored otherwise than by KubeSphere: %s", async (_, it) => {
  const [given, wanted] = await admission.bundle(here.api, it);
  expect(given).toEqual(wanted);
});

test("a config is stored otherwise than by KubeSphere, and so has another hash", async () => {
  for (const it of admission.configCases) {
    const [given, wanted] = await admission.config(here.api, it);
    expect(given).toEqual(wanted);
  }
});

describe("a Repository", () => {
  const AUTHORS = (version: string) => ({
    "extension.yaml": JSON.stringify({
      ...{ name: "offered", version, category: "networking", displayName: { en: "Offered" }, icon: "./icon.svg" },
      ...{ kubeVersion: ">=1.19.0-0", ksVersion: ">=4.0.0-0", installationMode: "HostOnly" },
    }),
    "icon.svg": "<svg/>",
  });
  const declare = (name: string, spec: JsonObject) =>
    here.api.do("POST", path.repository(), { apiVersion: "kubesphere.io/v1alpha1", kind: "Repository", metadata: { name }, spec });
  const statusOf = async (of: string) => ((await here.api.do("GET", of))["status"] ?? {}) as JsonObject;
  const install = (name: string, version: string) =>
    here.api.do("POST", path.plan(), {
      ...{ apiVersion: "kubesphere.io/v1alpha1", kind: "InstallPlan", metadata: { name } },
      spec: { extension: { name, version }, enabled: true },
    });
  const remove = async (name: string) => {
    await here.api.ask("DELETE", path.plan("offered"));
    await eventually(async () => expect((await here.api.ask("GET", path.plan("offered"))).status).toBe(404));
    await here.api.do("DELETE", path.repository(name));
    // Kubernetes' garbage collector follows the owners.
    await eventually(async () => expect(await list(here.api, path.version(), "kubesphere.io/repository-ref")).toEqual([]));
    await eventually(async () => expect((await here.api.ask("GET", path.extension("offered"))).status).toBe(404));
  };

  test("offers nothing, or what cannot be installed", async () => {
    const server = await HelmRepository.start();
    try {
      const packages = {
        "offered-0.1.0.tgz": await chart("offered", "0.1.0", AUTHORS("0.1.0")),
        "offered-0.2.0.tgz": await chart("offered", "0.2.0", AUTHORS("0.2.0")),
        // Which keeps the others of its Repository out, or comes in with what its link leads to.
        "linked-0.1.0.tgz": await packed(
          { name: "linked/Chart.yaml", data: "{ apiVersion: v2, name: linked, version: 0.1.0 }" },
          { name: "linked/extension.yaml", data: "{ name: linked, version: 0.1.0, icon: ./icon.svg }" },
          { name: "linked/icon.svg", type: "symlink", linkname: "/etc/passwd" },
        ),
      };
      await server.offer(here.env, packages);
      await declare("market", { url: server.url });
      await eventually(async () => expect((await statusOf(path.extension("offered")))["recommendedVersion"]).toBe("0.2.0"));
      const { metadata, spec } = (await here.api.do("GET", path.version("offered-0.1.0"))) as { metadata: JsonObject; spec: JsonObject };
      expect(metadata["labels"]).toEqual({
        "kubesphere.io/category": "networking",
        "kubesphere.io/extension-ref": "offered",
        "kubesphere.io/repository-ref": "market",
      });
      expect({ ...spec, created: typeof spec["created"], digest: typeof spec["digest"] }).toEqual({
        ...{ version: "0.1.0", category: "networking", displayName: { en: "Offered" }, icon: "data:image/svg+xml;base64,PHN2Zy8+" },
        ...{ kubeVersion: ">=1.19.0-0", ksVersion: ">=4.0.0-0", installationMode: "HostOnly", created: "string", digest: "string" },
        ...{ repository: "market", chartURL: `${server.url}/offered-0.1.0.tgz` },
      });
      await eventually(async () =>
        expect(await statusOf(path.repository("market"))).toEqual({ lastSyncTime: expect.any(String) as string }),
      );
      expect((await here.api.ask("GET", path.version("linked-0.1.0"))).status).toBe(404);
      await install("offered", "0.1.0");
      await eventually(async () => expect(await statusOf(path.plan("offered"))).toMatchObject({ state: "Installed", version: "0.1.0" }));
      await remove("market");
    } finally {
      server.stop();
    }
  });

  const ofOneName = (kind: string) => `apiVersion: v1\nkind: ${kind}\nmetadata: { name: settings }\n`;
  test.each([
    ["a key twice in an object", `${ofOneName("ConfigMap")}data: { a: "1" }\ndata: { b: "2" }\n`, 'mapping key "data" already defined'],
    [
      "two objects of one name",
      `${ofOneName("Secret")}---\n${ofOneName("Secret")}`,
      "may not add resource with an already registered id: Secret.v1.[noGrp]/settings.[noNs]",
    ],
  ])("has a chart that seems to install, where Helm takes it and KubeSphere's kustomize does not: %s", async (_, template, reason) => {
    const server = await HelmRepository.start();
    try {
      const files = { ...AUTHORS("0.1.0"), "templates/settings.yaml": template };
      await server.offer(here.env, { "offered-0.1.0.tgz": await chart("offered", "0.1.0", files) });
      await declare("market", { url: server.url });
      await eventually(async () => expect((await statusOf(path.extension("offered")))["recommendedVersion"]).toBe("0.1.0"));
      await install("offered", "0.1.0");
      await eventually(async () => expect((await statusOf(path.plan("offered")))["state"]).toBe("InstallFailed"));
      expect(await executorLogs(here.env, "extension-offered")).toEqual([expect.stringContaining(reason)]);
      await remove("market");
    } finally {
      server.stop();
    }
  });

  test("with a password seems to install, where KubeSphere's executor gets no credentials", async () => {
    const server = await HelmRepository.start("secret");
    try {
      await server.offer(here.env, { "offered-0.1.0.tgz": await chart("offered", "0.1.0", AUTHORS("0.1.0")) });
      await declare("private", { url: server.url, basicAuth: { username: "reader", password: "secret" } });
      await eventually(async () => expect((await statusOf(path.extension("offered")))["recommendedVersion"]).toBe("0.1.0"));
      expect(server.refused).toEqual([]);
      await install("offered", "0.1.0");
      // With a Job: KubeSphere itself has loaded the chart, and does not try again.
      const failed = { state: "InstallFailed", jobName: expect.stringMatching(/^helm-executor-install-offered-/) as string };
      await eventually(async () => expect(await statusOf(path.plan("offered"))).toMatchObject(failed));
      expect(server.refused).toEqual(["offered-0.1.0.tgz"]);
      await remove("private");
    } finally {
      server.stop();
    }
  });
});
