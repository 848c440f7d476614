/** What stands in an extension's plan beside its config: where its agents go, and what it was rolled out again for. */
import * as pulumi from "@pulumi/pulumi";
import type { PreparedExtension } from "../../components/extensionArgs";
import type { Installation } from "../../kubesphere/extension/extensionInstall";
import type { ExtensionPackage } from "../../kubesphere/extension/extensionPackage";
import { install, installation, pkg } from "../support/declaredExtension";
import { only, type Options } from "../support/mocks";

describe("agents on member clusters (the emitted spec: nothing was recorded with member clusters)", () => {
  const multicluster: ExtensionPackage = { ...pkg, metadata: { ...pkg.metadata, installationMode: "Multicluster" } };
  const spec = async (clusterScheduling?: Installation["clusterScheduling"]) => {
    const { resources } = await install({}, { versions: [multicluster], install: { ...installation, clusterScheduling } });
    return (only(resources, "demo-plan").inputs["spec"] as Record<string, unknown>)["clusterScheduling"];
  };

  test("placement is always there, or KubeSphere's manager crashes; without one the agents go", async () => {
    expect(await spec()).toEqual({ placement: {} });
    expect(await spec({ placement: { clusters: [] } })).toEqual({ placement: {} });
  });

  test("clusters are named or selected, and their values are texts, trimmed as KubeSphere stores them", async () => {
    expect(
      await spec({
        placement: { clusters: ["east"], clusterSelector: { matchLabels: { zone: "eu" } } },
        overrides: { east: { demo: { replicaCount: 3 } }, west: "demo: {replicaCount: 1}  \n" },
      }),
    ).toEqual({
      placement: { clusters: ["east"], clusterSelector: { matchLabels: { zone: "eu" } } },
      overrides: { east: "demo:\n  replicaCount: 3\n", west: "demo: {replicaCount: 1}\n" },
    });
  });
});

test("what is lost within a release is in its plan, so that it is rolled out again, and is told of; else the plan is as it always was", async () => {
  const plan = async (earlier: PreparedExtension["earlier"], options: Options = {}) =>
    only((await install(options, { earlier })).resources, "demo-plan").inputs as {
      metadata: { annotations: Record<string, string> };
      spec: { config: string };
    };
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  const nothing = { mark: undefined, loss: undefined };
  const repair = { mark: "0123456789abcdef: Deployment web is gone", broken: "Deployment web is gone", told: ["the rest"] };
  const [before, after] = [await plan(undefined), await plan({ ...nothing, repair })];
  expect(after.metadata.annotations).toEqual({ ...before.metadata.annotations, "kubesphere-luban/repaired": repair.mark });
  expect(after.spec).toEqual({ ...before.spec, config: `${before.spec.config}# repair 0123456789abcdef\n` });
  expect(warn.mock.calls.map(([words]) => words)).toEqual([
    "extension demo: Deployment web is gone: it is rolled out again, which brings that back",
    "extension demo: the rest",
  ]);
  warn.mockClear();
  expect(await plan({ ...nothing, repair }, { preview: true })).toEqual(after);
  expect(warn).toHaveBeenCalledTimes(2);
  warn.mockClear();
  // In later runs.
  expect(await plan({ ...nothing, repair: { mark: repair.mark, broken: undefined, told: [] } })).toEqual(after);
  expect(await plan(nothing)).toEqual(before);
  expect(warn).not.toHaveBeenCalled();
  warn.mockRestore();
});

test("the plan of a lost release says which one it has replaced, and is told of; any other plan says nothing", async () => {
  const annotations = async (args: Partial<PreparedExtension>) =>
    (only((await install({}, args)).resources, "demo-plan").inputs["metadata"] as { annotations: Record<string, string> }).annotations;
  const warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();
  expect(await annotations({ earlier: { mark: "uid-1", loss: "the namespace extension-demo is gone" } })).toMatchObject({
    "kubesphere-luban/reinstalled": "uid-1",
  });
  expect(warn.mock.calls.map(([words]) => words)).toEqual([expect.stringMatching(/^the namespace extension-demo is gone, /)]);
  warn.mockRestore();
  expect(Object.keys(await annotations({ earlier: { mark: undefined, loss: undefined } }))).not.toContain("kubesphere-luban/reinstalled");
});
